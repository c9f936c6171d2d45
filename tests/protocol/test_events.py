"""Events: one exact form, tolerant of what later versions add, and never another error."""

import contextlib
import json

import msgspec
import pytest
from factories.wire import EVENT_ID, all_bodies, event
from hypothesis import example, given
from hypothesis import strategies as st

from protocol import events
from protocol.errors import ProtocolMisuse, WireError

LEAST = {
    "id": EVENT_ID,
    "seq": 1,
    "type": "booted",
    "at": "2026-11-22T01:02:03.004Z",
    "hlc": "019aa0000000-0000",
    "boot": "boot",
    "boottime_ns": 1,
    "clock_ok": True,
}

EVENT = event()


def as_bytes(**changes: object) -> bytes:
    return json.dumps(LEAST | changes).encode()


def test_an_event_has_one_exact_form():
    sent = event(body=events.SlipPrinted(job="j", ticket="A012", proof="proven"), visit=None)

    assert events.encode_event(sent) == (
        b'{"at":"2026-11-22T01:02:03.004Z","body":{"job":"j","kind":"queue","proof":"proven","reprint":false,'
        b'"staff":"","ticket":"A012"},"boot":"5f0c1d2e3a4b5c6d7e8f901234567890","boottime_ns":123456789012,'
        b'"clock_ok":true,"hlc":"019aa0000000-0000",'
        b'"id":"019aa000-0000-7000-8000-000000000001",'
        b'"person":"' + b"ab" * 32 + b'","seq":1,"type":"slip_printed"}'
    )


@pytest.mark.parametrize("body", all_bodies(), ids=lambda body: type(body).__name__)
def test_every_type_goes_round(body):
    received = events.decode_event(events.encode_event(event(body=body)))

    assert events.decode_body(received) == body
    assert events.KNOWN_TYPES[received.type] is type(body)


def test_every_known_type_has_a_test():
    assert {type(body) for body in all_bodies()} == set(events.KNOWN_TYPES.values())


def test_an_unknown_type_keeps_its_body_raw():
    data = as_bytes(type="balloon_released", body={"colour": "đỏ", "height_m": 3})

    received = events.decode_event(data)

    assert events.decode_body(received) is None
    assert json.loads(bytes(received.body)) == {"colour": "đỏ", "height_m": 3}
    assert events.decode_event(events.encode_event(received)) == received


def test_unknown_fields_of_a_later_version_are_tolerated():
    data = as_bytes(body={"software": "9.9", "battery": 0.5}, temperature=36.6)

    assert events.decode_body(events.decode_event(data)) == events.Booted(software="9.9")


def test_an_event_without_a_body_has_an_empty_one():
    assert bytes(events.decode_event(as_bytes()).body) == b"{}"


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": 0},
        {"seq": -1},
        {"seq": 1 << 53},
        {"seq": 10**300},
        {"seq": 1.5},
        {"seq": "1"},
        {"seq": True},
        {"boottime_ns": -1},
        {"boottime_ns": 1 << 63},
        {"id": None},
        {"type": 3},
        {"clock_ok": 1},
        {"boot": "a\x00b"},
        {"body": {"software": "\x00"}},
        {"sealed": ["key"]},
        {"sealed": {"key": 1}},
    ],
)
def test_a_field_of_the_wrong_kind_or_range_is_refused(changes):
    with pytest.raises(WireError, match="bad_event"):
        events.decode_event(as_bytes(**changes))


@pytest.mark.parametrize("field", sorted(LEAST))
def test_a_missing_field_is_refused(field):
    fields = {name: value for name, value in LEAST.items() if name != field}

    with pytest.raises(WireError, match="bad_event"):
        events.decode_event(json.dumps(fields).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        as_bytes()[:-1],
        as_bytes() + b"}",
        as_bytes().replace(b'"boot"', b'"\xff"'),
        as_bytes(boot="x").replace(b'"x"', b'"\\ud800"'),
        as_bytes(boot="x").replace(b'"x"', b'"\xc3"'),
        as_bytes(body={}).replace(b"{}}", b"[" * 8000 + b"]" * 8000 + b"}"),
        as_bytes(seq=7).replace(b" 7", b" " + b"7" * 6000),
    ],
)
def test_what_is_no_event_is_refused(data):
    with pytest.raises(WireError, match="bad_event"):
        events.decode_event(data)


def test_an_event_larger_than_16_kib_is_refused():
    with pytest.raises(WireError, match="larger than"):
        events.decode_event(as_bytes(boot="b" * events.MAX_EVENT_BYTES))


def test_an_event_larger_than_16_kib_is_our_own_mistake():
    with pytest.raises(ProtocolMisuse, match="at most 16384 bytes"):
        events.encode_event(event(boot="b" * events.MAX_EVENT_BYTES))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("booted", {}),
        ("booted", {"software": 1}),
        ("booted", []),
        ("booted", None),
        ("slip_printed", {"job": "j", "ticket": "A1", "proof": "perhaps"}),
        ("journal_replaced", {"old_epoch": "", "salvaged": -1, "unreadable": 0}),
        ("checked_in", {"ticket": "A1", "document": "cccd_2021", "warnings": "none"}),
    ],
)
def test_a_body_that_is_not_of_its_type_is_refused(kind, body):
    received = events.decode_event(as_bytes(type=kind, body=body))

    with pytest.raises(WireError, match="bad_body"):
        events.decode_body(received)


def test_a_body_whose_text_is_no_utf_8_is_refused():
    received = events.decode_event(as_bytes(body={"software": "x"}).replace(b'"x"', b'"\xff"'))

    with pytest.raises(WireError, match="bad_body"):
        events.decode_body(received)


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)


@given(
    seq=st.integers(1, (1 << 53) - 1),
    boottime_ns=st.integers(0, (1 << 63) - 1),
    clock_ok=st.booleans(),
    visit=st.none() | TEXT,
    person=st.none() | TEXT,
    sealed=st.none() | st.dictionaries(TEXT, TEXT, max_size=3),
    ticket=TEXT,
    warnings=st.lists(TEXT, max_size=4).map(tuple),
    exception=st.none() | TEXT,
)
def test_any_event_goes_round_to_the_same_bytes(ticket, warnings, exception, **fields):
    body = events.CheckedIn(
        ticket=ticket, document="cccd_2021", warnings=warnings, exception=exception
    )
    data = events.encode_event(event(body=body, **fields))

    received = events.decode_event(data)

    assert events.decode_body(received) == body
    assert events.encode_event(received) == data


@given(st.binary(max_size=300))
@example(b'{"seq":1e999}')
@example(b'{"seq":' + b"9" * 5000 + b"}")
@example(b"[" * 16_000)
@example(b'{"a":' * 3000)
def test_any_bytes_are_an_event_or_a_wire_error(data):
    for decode in (events.decode_event, events.decode_identity):
        with contextlib.suppress(WireError):
            decode(data)


@given(st.integers(0, 200), st.integers(0, 8), st.binary(max_size=4), st.sampled_from(all_bodies()))
def test_any_damaged_event_is_an_event_or_a_wire_error(start, length, instead, body):
    whole = events.encode_event(event(body=body))
    with contextlib.suppress(WireError):
        events.decode_body(events.decode_event(whole[:start] + instead + whole[start + length :]))


@given(st.sampled_from(sorted(events.KNOWN_TYPES)), st.binary(max_size=60))
def test_any_raw_body_is_a_body_or_a_wire_error(kind, raw):
    with contextlib.suppress(WireError):
        events.decode_body(msgspec.structs.replace(EVENT, type=kind, body=msgspec.Raw(raw)))


@given(
    number=st.none() | TEXT,
    name=st.none() | TEXT,
    birth=st.none() | TEXT,
    sex=st.sampled_from([None, "male", "female"]),
    nationality=TEXT,
    old_number=st.none() | TEXT,
)
def test_an_identity_goes_round(**fields):
    identity = events.Identity(document="cccd_2021", **fields)

    assert events.decode_identity(events.encode_identity(identity)) == identity


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"document":"passport"}',
        b'{"document":"passport","number":"1","sex":"x"}',
        b'{"document":"passport","number":"\\u0000"}',
        b'{"document":"passport","number":"\xff"}',
        b'{"x":' + b"[" * 9000,
    ],
)
def test_what_is_no_identity_is_refused(data):
    with pytest.raises(WireError, match="bad_identity"):
        events.decode_identity(data)


def test_the_doses_of_a_certificate_come_back_as_they_were_sealed():
    doses = events.EarlierDoses(
        dose=2, doses=2, day="2021-11", product="EU/1/20/1528", country="VN"
    )

    assert events.decode_earlier_doses(events.encode_earlier_doses(doses)) == doses


@pytest.mark.parametrize("data", [b"", b"[]", b'{"dose": -1}', b'{"day": 7}', b"\xff"])
def test_doses_that_are_none_are_refused(data: bytes):
    with pytest.raises(WireError, match="bad_earlier_doses"):
        events.decode_earlier_doses(data)
