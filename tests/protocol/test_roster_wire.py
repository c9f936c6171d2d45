"""The roster on the wire: what goes in comes out, and nothing hostile does more than be refused."""

import zlib

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from factories.rosters import entry, page
from hypothesis import given
from hypothesis import strategies as st

from protocol import cose, roster
from protocol.documents.model import PartialDate
from protocol.errors import ProtocolMisuse, WireError
from protocol.messages import Signer
from protocol.roster import ROSTER, RosterEntry, RosterPage, Standing

KEY = ec.generate_private_key(ec.SECP256R1())
SIGNER = Signer(KEY, b"k" * 32)

texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=60)
days = (
    st.none()
    | st.builds(PartialDate, st.integers(1, 9999))
    | st.dates().map(lambda day: PartialDate(day.year, day.month, day.day))
)
entries = st.builds(
    RosterEntry,
    id=st.integers(1, 2**40),
    number=st.none() | texts,
    name=st.none() | texts,
    birth=days,
    sex=st.sampled_from([None, "male", "female"]),
    standing=st.sampled_from(Standing),
    appointment=st.none() | texts,
    doses=st.none() | st.integers(0, 20),
    last_dose=days,
    desk=st.none() | texts,
)


def decoded(message: bytes) -> RosterPage:
    signed = cose.parse(message)
    cose.verify(signed, KEY.public_key())
    return roster.decode_page(signed)


def signed(changes: dict[str, object], content_type: str = ROSTER) -> bytes:
    """Return a page whose signature is right and whose fields are as they should be, but for some."""
    fields = cbor2.loads(cose.parse(roster.encode_page(page([entry()]), SIGNER)).payload) | changes
    return cose.sign(cbor2.dumps(fields), KEY, b"k" * 32, content_type)


def packed(**columns: object) -> bytes:
    whole = roster._columns([entry()]) | columns
    return zlib.compress(cbor2.dumps(whole))


@given(st.lists(entries, max_size=20), st.lists(st.integers(1, 2**40), max_size=5))
def test_a_page_comes_out_as_it_went_in(people, removed):
    sent = page(people, 7, removed=tuple(removed))

    assert decoded(roster.encode_page(sent, SIGNER)) == sent


@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_a_wire_error(data):
    with pytest.raises(WireError):
        roster.decode_page(cose.parse(data))


@given(st.binary(max_size=300))
def test_any_signed_payload_is_a_page_or_a_wire_error(payload):
    with pytest.raises(WireError):
        decoded(cose.sign(payload, KEY, b"k" * 32, ROSTER))


@pytest.mark.parametrize(
    "changes",
    [
        {"v": "1"},
        {"site": "no such site"},
        {"site": 5},
        {"since": -1},
        {"since": 9, "through": 1},
        {"through": 3, "last": 2},
        {"last": 2**60},
        {"head": "x" * 200},
        {"head": "a\nb"},
        {"removed": {}},
        {"removed": [0]},
        {"removed": ["1"]},
        {"removed": [1] * 6000},
        {"people": []},
        {"people": b"no zlib"},
        {"people": zlib.compress(b"\xff")},
        {"people": zlib.compress(cbor2.dumps([]))},
        {"people": packed(id=None)},
        {"people": packed(id=[True])},
        {"people": packed(number=[])},
        {"people": packed(number=[5])},
        {"people": packed(name=["a\u0000b"])},
        {"people": packed(name=["a" * 151])},
        {"people": packed(birth=[20210231])},
        {"people": packed(birth=[10**12])},
        {"people": packed(sex=["other"])},
        {"people": packed(standing=[None])},
        {"people": packed(doses=[-1])},
        {"people": packed() + b"more"},
        {"people": packed()[:-4]},
        {"people": zlib.compress(b"\x00" * (roster.MAX_UNPACKED_BYTES + 1))},
    ],
    ids=str,
)
def test_a_page_with_one_thing_wrong_is_refused(changes):
    with pytest.raises(WireError):
        decoded(signed(changes))


def test_a_message_of_another_kind_is_no_roster():
    with pytest.raises(WireError, match="another kind"):
        decoded(signed({}, "application/tram-ack+cbor"))


def test_more_bytes_than_a_page_can_be_are_refused_before_they_are_read():
    with pytest.raises(WireError, match="larger"):
        decoded(cose.sign(b"\x00" * (roster.MAX_PAGE_BYTES + 1), KEY, b"k" * 32, ROSTER))


def test_columns_of_a_later_version_are_read_over_and_its_standings_grant_nothing():
    later = {"people": packed(blood=["AB"], standing=["verified_twice"]), "v": 2, "colour": 1}

    (read,) = decoded(signed(later)).people

    assert read == entry(standing=Standing.UNKNOWN)


def test_a_page_beyond_the_limit_is_our_own_mistake():
    with pytest.raises(ProtocolMisuse):
        roster.encode_page(page(removed=tuple(range(1, 5002))), SIGNER)


def test_nobody_is_named_where_an_entry_is_shown():
    assert "Mẫu" not in repr(entry())
    assert "058185" not in repr(page([entry()]))
