"""Topics and the names in them: built and read by one grammar."""

import contextlib
import uuid

import pytest
from factories.wire import DEVICE
from hypothesis import given
from hypothesis import strategies as st

from protocol import identity, topics
from protocol.errors import WireError
from protocol.identity import device_id, epoch, shard_of, site_id, uuid7

NAMES = st.from_regex(r"\A[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\Z")


def test_the_topics_of_a_device_are_written_out():
    assert topics.up(DEVICE, "batch") == "tram/v1/s20/kiosk-0001/up/batch"
    assert topics.down(DEVICE, "ack") == "tram/v1/s20/kiosk-0001/dn/ack"
    assert topics.down_filter(DEVICE) == "tram/v1/s20/kiosk-0001/dn/#"
    assert topics.up_filter() == "tram/v1/+/+/up/+"
    assert topics.up_filter("s20") == "tram/v1/s20/+/up/+"
    assert topics.up_tree() == "tram/v1/+/+/up/#"
    assert topics.down_tree("%u") == "tram/v1/+/%u/dn/#"


@given(NAMES, st.sampled_from(["hello", "batch", "state"]))
def test_a_topic_goes_round(name, kind):
    device = device_id(name)

    assert topics.parse_up(topics.up(device, kind)) == topics.UpTopic(
        shard_of(device), device, kind
    )


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("", "bad_topic"),
        ("tram/v1/s20/kiosk-0001/up", "bad_topic"),
        ("tram/v1/s20/kiosk-0001/up/batch/more", "bad_topic"),
        ("tram/v2/s20/kiosk-0001/up/batch", "bad_topic"),
        ("tram/v1/s20/kiosk-0001/dn/ack", "bad_topic"),
        ("tram/v1/s20/kiosk-0001/up/ack", "bad_topic"),
        ("tram/v1/s21/kiosk-0001/up/batch", "bad_topic"),
        ("tram/v1/s20/Kiosk-0001/up/batch", "bad_device_id"),
        ("tram/v1/s20//up/batch", "bad_device_id"),
    ],
)
def test_a_topic_against_the_grammar_is_refused(topic, code):
    with pytest.raises(WireError) as caught:
        topics.parse_up(topic)

    assert caught.value.code == code


@given(st.text(max_size=60))
def test_any_text_is_a_topic_or_a_wire_error(text):
    with contextlib.suppress(WireError):
        topics.parse_up(text)


def test_devices_spread_over_the_shards():
    shards = {shard_of(device_id(f"kiosk-{number:04}")) for number in range(1, 501)}

    assert shards == {f"s{number:02}" for number in range(identity.SHARDS)}


@pytest.mark.parametrize("make", [device_id, site_id])
@pytest.mark.parametrize(
    "text", ["", "-a", "a-", "A", "a b", "a/b", "a+", "a#", "a" * 33, "a\n", "ạ", "$sys"]
)
def test_a_name_that_a_topic_or_a_certificate_cannot_carry_is_refused(make, text):
    with pytest.raises(WireError):
        make(text)


@pytest.mark.parametrize("make", [device_id, site_id])
@pytest.mark.parametrize("text", ["a", "0", "kiosk-0001", "a" * 32, "a--b"])
def test_a_good_name_stays_as_it_is(make, text):
    assert make(text) == text


@pytest.mark.parametrize(
    "text", ["", "0" * 31, "0" * 33, "0" * 31 + "g", "A" * 32, "0" * 32 + "\n"]
)
def test_an_epoch_against_the_grammar_is_refused(text):
    with pytest.raises(WireError, match="bad_epoch"):
        epoch(text)


@given(st.integers(0, (1 << 48) - 1), st.binary(min_size=10, max_size=10))
def test_an_event_id_is_a_version_7_uuid_that_sorts_by_its_time(unix_ms, entropy):
    made = uuid.UUID(uuid7(unix_ms, entropy))

    assert str(made) == uuid7(unix_ms, entropy)
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == unix_ms


def test_a_clock_before_1970_still_gives_an_event_id():
    assert uuid.UUID(uuid7(-1, bytes(10))).version == 7


def test_the_speaker_of_a_topic_is_named_without_any_check():
    assert topics.speaker("tram/v1/s01/kiosk-0001/up/batch") == "kiosk-0001"
    assert topics.speaker("nonsense") == ""


def test_the_name_of_a_batchs_file_says_whose_it_is_and_sorts_by_place():
    epoch_ = epoch("0123456789abcdef" * 2)
    names = [identity.batch_name(DEVICE, epoch_, first) for first in (1, 99, 101)]
    assert identity.device_of_batch(names[0]) == DEVICE
    assert names == sorted(names)
    with pytest.raises(WireError):
        identity.device_of_batch("holiday.jpg")
