"""What is made of each kind of message: good ones open, bad ones are set aside with a word."""

from dataclasses import replace

import cbor2
import pytest
from factories.devices import AT, Card, event_bytes
from fakes.ingest import MemoryRegistry
from hypothesis import given
from hypothesis import strategies as st

from central.services.inbox import Message
from central.services.opening import MAX_STATE_BYTES, Opener
from protocol import cose, messages, topics

CARD = Card().write(6)
OTHER = Card("kiosk-0002").write(2)


def opened(*arrived, registry=None):
    return Opener(registry or MemoryRegistry.of(CARD, OTHER)).open(list(arrived))


def batch(card, payload):
    return Message(topics.up(card.device, "batch"), payload)


def hello(card, payload):
    return Message(topics.up(card.device, "hello"), payload)


def reasons(result):
    return [message.reason for message in result.quarantined]


def with_signature_of(message, other):
    """The first message's content under a signature made for another."""
    protected, header, payload, _ = cbor2.loads(message).value
    signature = cbor2.loads(other).value[3]
    return cbor2.dumps(cbor2.CBORTag(18, [protected, header, payload, signature]))


def signed_batch(card, **changes):
    fields = {
        "v": 1,
        "device": card.device,
        "epoch": card.epoch,
        "first": 1,
        "prev": card.genesis,
        "events": list(card.journal),
    }
    payload = cbor2.dumps(fields | changes)
    return cose.sign(payload, card.signer.key, card.signer.kid, messages.BATCH)


def test_a_good_batch_is_opened_as_it_was_signed():
    result = opened(batch(CARD, CARD.message(1, 6)))

    assert result.deliveries == [CARD.delivery(1, 6)]
    assert result.quarantined == []


def test_a_hello_tells_from_where_the_device_goes_on():
    result = opened(hello(CARD, CARD.hello(through=4)))

    assert result.greetings == [CARD.greeting(4)]


def test_a_state_is_kept_as_it_came():
    result = opened(Message(topics.up(CARD.device, "state"), b'{"online": true}'))

    assert [(state.device, state.data) for state in result.states] == [
        ("kiosk-0001", b'{"online": true}')
    ]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (batch(CARD, b""), "bad_cose"),
        (batch(CARD, b"\x00\xff garbage"), "bad_cose"),
        (batch(CARD, CARD.message(1, 6)[:-10]), "bad_cose"),
        (batch(CARD, b"\xd2" * 5000), "bad_cose"),
        (hello(CARD, b"garbage"), "bad_cose"),
        (batch(CARD, Card("kiosk-0099").write(1).message(1, 1)), "unknown_device"),
        (batch(CARD, OTHER.message(1, 2)), "wrong_topic"),
        (hello(CARD, OTHER.hello()), "wrong_topic"),
        (batch(CARD, signed_batch(CARD, device="kiosk-0002")), "wrong_device"),
        (batch(CARD, with_signature_of(CARD.message(1, 3), CARD.message(1, 2))), "bad_signature"),
        (batch(CARD, CARD.hello()), "bad_batch"),
        (hello(CARD, CARD.message(1, 6)), "bad_hello"),
        (batch(CARD, signed_batch(CARD, events=[])), "bad_batch"),
        (batch(CARD, signed_batch(CARD, events=[b"x"] * 101)), "bad_batch"),
        (batch(CARD, signed_batch(CARD, first=0)), "bad_batch"),
        (batch(CARD, signed_batch(CARD, first=2**63)), "bad_batch"),
        (batch(CARD, signed_batch(CARD, prev=b"short")), "bad_batch"),
        (batch(CARD, signed_batch(CARD, epoch="no epoch")), "bad_epoch"),
        (batch(CARD, bytes(messages.MAX_BATCH_BYTES + 1)), "too_large"),
        (Message(topics.up(CARD.device, "state"), bytes(MAX_STATE_BYTES + 1)), "too_large"),
        (Message("tram/v1/s00/kiosk-0001/up/batch", CARD.message(1, 6)), "bad_topic"),
        (Message("tram/v1/x/y/z", b""), "bad_topic"),
        (Message("tram/v1/s00/KIOSK/up/batch", b""), "bad_device_id"),
    ],
)
def test_a_bad_message_is_set_aside_alone(message, reason):
    result = opened(batch(CARD, CARD.message(1, 6)), message, batch(OTHER, OTHER.message(1, 2)))

    assert reasons(result) == [reason]
    assert result.deliveries == [CARD.delivery(1, 6), OTHER.delivery(1, 2)]


def test_a_forged_batch_in_a_known_devices_name_does_not_pass_by_bad_content_alone():
    forger = Card("forger")
    payload = cbor2.dumps({"v": 1, "device": CARD.device})
    forged = cose.sign(payload, forger.signer.key, CARD.signer.kid, messages.BATCH)

    assert reasons(opened(batch(CARD, forged))) == ["bad_signature"]


def test_what_a_revoked_device_says_is_set_aside_and_kept_whole():
    registry = MemoryRegistry({CARD.signer.kid: replace(CARD.known, revoked=True)})
    message = CARD.message(1, 6)

    result = opened(batch(CARD, message), registry=registry)

    assert [(m.reason, m.data) for m in result.quarantined] == [("revoked_device", message)]


def test_a_huge_message_is_kept_up_to_the_size_that_an_honest_one_has():
    result = opened(batch(CARD, bytes(10_000_000)))

    assert [len(message.data) for message in result.quarantined] == [messages.MAX_BATCH_BYTES]


def test_a_topic_is_made_fit_for_any_database():
    result = opened(Message("tram/\0/" + "x" * 500, b""))

    assert result.quarantined[0].topic == "tram/\N{REPLACEMENT CHARACTER}/" + "x" * 293


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"no event", "bad_event"),
        (b"{}", "bad_event"),
        (b"\xff" * 20_000, "bad_event"),
        (event_bytes(7), "wrong_seq"),
        (event_bytes(1).replace(b'"ticket":"A001"', b'"ticket":17'), "bad_body"),
        (event_bytes(1).replace(b'"checked_in"', b'"blessed"'), None),
        (event_bytes(1, at=AT.replace(year=2029)), None),
        (event_bytes(1), None),
    ],
)
def test_an_event_that_cannot_be_read_is_taken_with_its_problem(data, problem):
    card = Card(journal=[data])

    result = opened(batch(card, card.message(1, 1)))

    assert [(e.data, e.problem) for e in result.deliveries[0].events] == [(data, problem)]


def test_batches_that_continue_one_another_are_proven_by_the_last_signature():
    one = with_signature_of(CARD.message(1, 2), CARD.message(5, 6))
    rest = CARD.message(3, 6)

    result = opened(batch(CARD, one), batch(CARD, rest))

    assert result.deliveries == [CARD.delivery(1, 2), CARD.delivery(3, 6)]
    assert result.quarantined == []


def test_the_words_after_a_loss_are_proven_by_their_own_signature_alone():
    loss = messages.encode_batch(replace(CARD.batch(3, 4), after_loss=True), CARD.signer)
    forged = with_signature_of(loss, CARD.message(3, 4))

    result = opened(batch(CARD, forged), batch(CARD, CARD.message(5, 6)))

    assert result.deliveries == [CARD.delivery(5, 6)]
    assert reasons(result) == ["bad_signature"]


def test_a_forged_last_batch_takes_nothing_with_it():
    forged = with_signature_of(CARD.message(5, 6), CARD.message(1, 2))

    result = opened(batch(CARD, CARD.message(1, 4)), batch(CARD, forged))

    assert result.deliveries == [CARD.delivery(1, 4)]
    assert reasons(result) == ["bad_signature"]


def test_a_batch_whose_content_was_altered_is_not_proven_by_its_neighbour():
    forger = Card(journal=[event_bytes(1, ticket="Z001"), CARD.journal[1]])
    altered = with_signature_of(forger.message(1, 2), CARD.message(1, 2))

    result = opened(batch(CARD, altered), batch(CARD, CARD.message(3, 6)))

    assert result.deliveries == [CARD.delivery(3, 6)]
    assert reasons(result) == ["bad_signature"]


@given(st.binary(max_size=400))
def test_no_bytes_whatever_stop_the_ones_behind(data):
    result = opened(batch(CARD, data), hello(CARD, data), batch(OTHER, OTHER.message(1, 2)))

    assert len(result.quarantined) == 2
    assert result.deliveries == [OTHER.delivery(1, 2)]


@given(st.data())
def test_no_single_changed_byte_gets_anything_in_that_was_not_signed(data):
    message = bytearray(CARD.message(1, 6))
    place = data.draw(st.integers(0, len(message) - 1))
    message[place] ^= data.draw(st.integers(1, 255))

    result = opened(batch(CARD, bytes(message)))

    # A byte outside of what is signed (an unprotected header, a tag) may change without harm.
    assert result.deliveries in ([], [CARD.delivery(1, 6)])
