"""Batch, hello and acknowledgement: round trips, limits, and nothing but a WireError otherwise."""

import contextlib
from dataclasses import replace

import cbor2
import pytest
from factories.wire import DEVICE, EPOCH, SIGNER, ack, batch, hello
from hypothesis import given
from hypothesis import strategies as st

from protocol import chain, cose, messages
from protocol.errors import ProtocolMisuse, WireError
from protocol.messages import ACK, BATCH, HELLO, MAX_BATCH_BYTES, Ack, Batch, Hello

WHOLE = st.integers(0, (1 << 53) - 1)
HASH = st.binary(min_size=32, max_size=32)
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200)

BATCH_FIELDS = {
    "v": 1,
    "device": DEVICE,
    "epoch": EPOCH,
    "first": 1,
    "prev": bytes(32),
    "events": [b"{}"],
}
HELLO_FIELDS = {
    "v": 1,
    "device": DEVICE,
    "epoch": EPOCH,
    "through": 0,
    "last": 0,
    "head": bytes(32),
    "boot": "b",
    "software": "s",
}
ACK_FIELDS = {
    "v": 1,
    "device": DEVICE,
    "epoch": EPOCH,
    "through": 0,
    "head": bytes(32),
    "window": 2,
    "now": "2026-11-22T00:00:00Z",
}
KINDS = [
    (BATCH, BATCH_FIELDS, messages.decode_batch, "bad_batch"),
    (HELLO, HELLO_FIELDS, messages.decode_hello, "bad_hello"),
    (ACK, ACK_FIELDS, messages.decode_ack, "bad_ack"),
]


def unverified(payload: bytes, content_type: str) -> cose.Sign1:
    return cose.Sign1(b"", payload, b"", cose.ES256, b"", content_type)


def verified(message: bytes) -> cose.Sign1:
    signed = cose.parse(message)
    cose.verify(signed, SIGNER.key.public_key())
    assert signed.kid == SIGNER.kid
    return signed


@given(
    first=st.integers(1, 1 << 40),
    prev=HASH,
    events=st.lists(st.binary(max_size=200), min_size=1, max_size=100),
)
def test_a_batch_goes_round(first, prev, events):
    sent = Batch(DEVICE, EPOCH, first, prev, tuple(events))

    received = messages.decode_batch(verified(messages.encode_batch(sent, SIGNER)))

    assert received == sent
    assert received.last == first + len(events) - 1
    assert received.hashes() == chain.links(prev, events)


@given(through=WHOLE, last=WHOLE, head=HASH, boot=TEXT, software=TEXT)
def test_a_hello_goes_round(through, last, head, boot, software):
    sent = Hello(DEVICE, EPOCH, through, last, head, boot, software)

    assert messages.decode_hello(verified(messages.encode_hello(sent, SIGNER))) == sent


@given(through=WHOLE, head=HASH, window=st.integers(1, 100), now=TEXT)
def test_an_acknowledgement_goes_round(through, head, window, now):
    sent = Ack(DEVICE, EPOCH, through, head, window, now)

    assert messages.decode_ack(verified(messages.encode_ack(sent, SIGNER))) == sent


def test_a_batch_says_whether_what_lay_before_it_is_lost():
    sent = replace(batch(), after_loss=True)

    message = verified(messages.encode_batch(sent, SIGNER))

    assert messages.decode_batch(message).after_loss
    assert not messages.decode_batch(unverified(cbor2.dumps(BATCH_FIELDS), BATCH)).after_loss


def test_an_empty_batch_is_our_own_mistake():
    with pytest.raises(ProtocolMisuse, match="1 to 100"):
        messages.encode_batch(batch(events=()), SIGNER)


def test_a_batch_of_more_than_100_events_is_our_own_mistake():
    with pytest.raises(ProtocolMisuse, match="1 to 100"):
        messages.encode_batch(batch(events=(b"{}",) * 101), SIGNER)


def test_a_batch_beyond_64_kib_is_our_own_mistake():
    with pytest.raises(ProtocolMisuse, match="at most 65536"):
        messages.encode_batch(batch(events=(bytes(16_384),) * 4), SIGNER)


@pytest.mark.parametrize(("kind", "fields", "decode"), [entry[:3] for entry in KINDS])
def test_a_later_version_with_unknown_fields_is_read(kind, fields, decode):
    later = fields | {"v": 2, "relay": "hub-1", "more": {"nested": [1, None]}}

    assert decode(unverified(cbor2.dumps(later), kind)) == decode(
        unverified(cbor2.dumps(fields), kind)
    )


@pytest.mark.parametrize(("fields", "decode", "code"), [entry[1:] for entry in KINDS])
def test_a_message_of_one_kind_does_not_pass_as_another(fields, decode, code):
    with pytest.raises(WireError, match=f"{code}: signed as a message of another kind"):
        decode(unverified(cbor2.dumps(fields), "application/cbor"))


@pytest.mark.parametrize(("kind", "_", "decode", "code"), KINDS)
@pytest.mark.parametrize("payload", [b"", b"\xff", b"\x80", b"\xd8\x1c\xd2\xd8\x1d\x00"])
def test_a_payload_that_is_no_map_is_refused(kind, _, decode, code, payload):
    with pytest.raises(WireError) as caught:
        decode(unverified(payload, kind))

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (BATCH, "v", None),
        (BATCH, "v", "1"),
        (BATCH, "v", True),
        (BATCH, "v", 0),
        (BATCH, "first", 0),
        (BATCH, "first", -1),
        (BATCH, "first", 1.0),
        (BATCH, "first", 1 << 53),
        (BATCH, "first", 10**400),
        (BATCH, "first", True),
        (BATCH, "prev", b"short"),
        (BATCH, "prev", "x" * 32),
        (BATCH, "events", []),
        (BATCH, "events", [b"{}"] * 101),
        (BATCH, "events", ["{}"]),
        (BATCH, "events", {"0": b"{}"}),
        (BATCH, "device", None),
        (BATCH, "device", b"kiosk-0001"),
        (HELLO, "through", -1),
        (HELLO, "last", 1 << 53),
        (HELLO, "head", None),
        (HELLO, "boot", "b" * 201),
        (HELLO, "boot", "a\x00b"),
        (HELLO, "software", "line\n"),
        (ACK, "through", None),
        (ACK, "window", 0),
        (ACK, "now", 1_763_769_600),
    ],
)
def test_a_field_out_of_bounds_is_refused(kind, field, value):
    fields, decode, code = next((f, d, c) for k, f, d, c in KINDS if k == kind)

    with pytest.raises(WireError) as caught:
        decode(unverified(cbor2.dumps(fields | {field: value}), kind))

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("device", "Kiosk 1", "bad_device_id"),
        ("device", "kiosk/+/#", "bad_device_id"),
        ("epoch", "0123456789ABCDEF0123456789ABCDEF", "bad_epoch"),
    ],
)
def test_a_name_against_the_grammar_is_refused(field, value, code):
    with pytest.raises(WireError) as caught:
        messages.decode_hello(unverified(cbor2.dumps(HELLO_FIELDS | {field: value}), HELLO))

    assert caught.value.code == code


def test_a_batch_whose_last_number_is_out_of_range_is_refused():
    fields = BATCH_FIELDS | {"first": (1 << 53) - 1, "events": [b"{}", b"{}"]}

    with pytest.raises(WireError, match="out of range"):
        messages.decode_batch(unverified(cbor2.dumps(fields), BATCH))


def test_a_batch_beyond_64_kib_is_refused():
    fields = BATCH_FIELDS | {"events": [bytes(MAX_BATCH_BYTES)]}

    with pytest.raises(WireError, match="larger than"):
        messages.decode_batch(unverified(cbor2.dumps(fields), BATCH))


CBOR_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=40),
        st.binary(max_size=40),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=6,
)


@given(
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(sorted(BATCH_FIELDS | HELLO_FIELDS | ACK_FIELDS)), CBOR_VALUES),
)
def test_any_values_in_the_fields_are_a_message_or_a_wire_error(kind, changes):
    content_type, fields, decode, _ = kind
    with contextlib.suppress(WireError):
        decode(unverified(cbor2.dumps(fields | changes), content_type))


@given(st.sampled_from(KINDS), st.binary(max_size=200))
def test_any_payload_is_a_message_or_a_wire_error(kind, payload):
    content_type, _, decode, _ = kind
    with contextlib.suppress(WireError):
        decode(unverified(payload, content_type))


def test_the_factories_make_messages_that_verify():
    assert messages.decode_batch(verified(messages.encode_batch(batch(), SIGNER))) == batch()
    assert messages.decode_hello(verified(messages.encode_hello(hello(), SIGNER))) == hello()
    assert messages.decode_ack(verified(messages.encode_ack(ack(), SIGNER))) == ack()
