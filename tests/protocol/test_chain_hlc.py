"""The hash chain and the hybrid logical clock: what makes a journal whole and in order."""

import contextlib
import hashlib

import pytest
from factories.wire import DEVICE, EPOCH
from hypothesis import given
from hypothesis import strategies as st

from protocol import chain, hlc
from protocol.errors import WireError
from protocol.hlc import Hlc
from protocol.identity import DeviceId, Epoch

EVENTS = st.lists(st.binary(max_size=40), min_size=1, max_size=8)
STAMPS = st.builds(Hlc, st.integers(0, (1 << 47) - 1), st.integers(0, 0xFFFF))


def test_a_link_is_the_sha_256_of_the_one_before_and_the_exact_bytes():
    genesis = chain.genesis(DEVICE, EPOCH)

    assert genesis == hashlib.sha256(f"tram/v1/journal\n{DEVICE}\n{EPOCH}".encode()).digest()
    assert chain.link(genesis, b"one") == hashlib.sha256(genesis + b"one").digest()


def test_two_journals_never_share_a_beginning():
    beginnings = {
        chain.genesis(DEVICE, EPOCH),
        chain.genesis(DeviceId("kiosk-0002"), EPOCH),
        chain.genesis(DEVICE, Epoch("f" * 32)),
    }

    assert len(beginnings) == 3


@given(EVENTS, st.integers(0, 8))
def test_a_chain_cut_anywhere_goes_on_to_the_same_end(events, cut):
    whole = chain.links(bytes(32), events)
    first = chain.links(bytes(32), events[:cut])

    assert first + chain.links(first[-1] if first else bytes(32), events[cut:]) == whole


@given(EVENTS, st.data())
def test_a_missing_swapped_or_changed_event_changes_the_end(events, data):
    place = data.draw(st.integers(0, len(events) - 1))
    changed = [*events[:place], events[place] + b"!", *events[place + 1 :]]
    missing = [*events[:place], *events[place + 1 :]]

    assert chain.links(bytes(32), changed)[-1] != chain.links(bytes(32), events)[-1]
    assert [bytes(32), *chain.links(bytes(32), missing)][-1] != chain.links(bytes(32), events)[-1]


@given(STAMPS)
def test_a_stamp_goes_round(stamp):
    assert hlc.parse(str(stamp)) == stamp


@given(STAMPS, STAMPS)
def test_the_order_of_the_text_is_the_order_of_the_stamps(one, other):
    assert (str(one) < str(other)) == (one < other)


@given(STAMPS, st.lists(st.integers(-(1 << 40), (1 << 47) - 1), max_size=20))
def test_stamps_only_rise_whatever_the_wall_clock_does(last, walls):
    for wall_ms in walls:
        after = hlc.tick(last, wall_ms)
        assert after > last
        assert after.wall_ms >= wall_ms
        last = after


@given(STAMPS, STAMPS, st.integers(0, (1 << 47) - 1))
def test_a_stamp_after_receiving_is_later_than_both(last, seen, wall_ms):
    after = hlc.receive(last, seen, wall_ms)

    assert after > last
    assert after > seen


@pytest.mark.parametrize(
    ("last", "wall_ms", "after"),
    [
        (hlc.ZERO, 5, Hlc(5, 0)),
        (Hlc(5, 0), 5, Hlc(5, 1)),
        (Hlc(5, 7), 3, Hlc(5, 8)),
        (Hlc(5, 0xFFFF), 5, Hlc(6, 0)),
        (hlc.ZERO, -1, Hlc(0, 1)),
    ],
)
def test_a_tick_follows_the_wall_clock_and_counts_when_it_stands_still(last, wall_ms, after):
    assert hlc.tick(last, wall_ms) == after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "0" * 12,
        "0" * 12 + "-" + "0" * 3,
        "0" * 13 + "-" + "0" * 4,
        "0x0000000000-0000",
        " 00000000000-0000",
        "+00000000000-0000",
        "000000000000-0_00",
        "00000000000A-0000",
        "000000000000-0000\n",
        "00000000000g-0000",
        "800000000000-0000",
        "ffffffffffff-ffff",
    ],
)
def test_a_text_that_is_no_stamp_or_leaves_no_room_for_later_ones_is_refused(text):
    with pytest.raises(WireError, match="bad_hlc"):
        hlc.parse(text)


@given(st.text(max_size=20))
def test_any_text_is_a_stamp_or_a_wire_error(text):
    with contextlib.suppress(WireError):
        hlc.parse(text)
