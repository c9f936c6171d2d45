"""The trust list and the revocation list on the wire."""

from collections.abc import Callable
from datetime import UTC, datetime

import cbor2
import pytest
from factories.certificates import NOW, ec_key, hc1, rsa_key, signer_certificate
from factories.wire import DEVICE_KEY, OTHER_KEY, SIGNER

from protocol import cose
from protocol.certificates.content import read_content
from protocol.certificates.lists import (
    MAX_TRUST_LIST_BYTES,
    STILL,
    TRUST_LIST,
    Still,
    TrustList,
    decode_still,
    decode_trust_list,
    encode_still,
    encode_trust_list,
)
from protocol.certificates.notice import (
    LISTS_NOTICE,
    ListsNotice,
    decode_lists_notice,
    encode_lists_notice,
)
from protocol.certificates.revocations import (
    MAX_BYTES,
    REVOCATION_LIST,
    HashKind,
    Revocations,
    decode_revocations,
    encode_revocations,
    hashes_of,
    in_buckets,
)
from protocol.certificates.wrapping import unwrap
from protocol.errors import ProtocolMisuse, WireError

TRUSTED = TrustList(3, NOW, (signer_certificate(ec_key()), signer_certificate(rsa_key())))
HASHES = [
    (HashKind.IDENTIFIER, bytes([first]) + bytes([last]) * 15)
    for first in (0, 7, 255)
    for last in range(40)
]
REVOKED = Revocations(5, NOW, in_buckets([*HASHES, (HashKind.SIGNATURE, b"s" * 16)]))


def opened(message: bytes) -> cose.Sign1:
    parsed = cose.parse(message)
    cose.verify(parsed, DEVICE_KEY.public_key())
    return parsed


def payload_of(message: bytes) -> dict:
    return cbor2.loads(cose.parse(message).payload)


def refused(decode: Callable, kind: str, payload: object) -> str:
    message = cose.sign(cbor2.dumps(payload), DEVICE_KEY, b"k" * 32, kind)
    with pytest.raises(WireError) as raised:
        decode(opened(message))
    return raised.value.code


def test_a_trust_list_comes_back_as_it_was_signed():
    assert decode_trust_list(opened(encode_trust_list(TRUSTED, SIGNER))) == TRUSTED


def test_a_revocation_list_comes_back_as_it_was_signed():
    again = decode_revocations(opened(encode_revocations(REVOKED, SIGNER)))

    assert again == REVOKED
    assert len(again) == 121


def test_a_list_that_somebody_else_signed_is_refused():
    message = cose.parse(encode_trust_list(TRUSTED, SIGNER))

    with pytest.raises(WireError, match="bad_signature"):
        cose.verify(message, OTHER_KEY.public_key())


def test_no_list_passes_for_the_other():
    with pytest.raises(WireError, match="bad_trust_list"):
        decode_trust_list(opened(encode_revocations(REVOKED, SIGNER)))
    with pytest.raises(WireError, match="bad_revocation_list"):
        decode_revocations(opened(encode_trust_list(TRUSTED, SIGNER)))


BAD_HEADS = [
    {"serial": 0}, {"serial": True}, {"serial": "1"}, {"serial": 1 << 60}, {"as_of": None},
    {"as_of": "yesterday"}, {"as_of": "2026-11-22T01:02:03"}, {"as_of": 7},
]  # fmt: skip


@pytest.mark.parametrize("changes", [*BAD_HEADS, {"certificates": None}, {"certificates": ["x"]}])
def test_a_trust_list_that_is_none_is_refused(changes):
    payload = {**payload_of(encode_trust_list(TRUSTED, SIGNER)), **changes}

    assert refused(decode_trust_list, TRUST_LIST, payload) == "bad_trust_list"


@pytest.mark.parametrize(
    "changes",
    [
        *BAD_HEADS,
        {"hashes": None},
        {"hashes": {"uci": []}},
        {"hashes": {"uci": {7: "text"}}},
        {"hashes": {"uci": {7: bytes([7]) * 15}}},
        {"hashes": {"uci": {8: bytes([7]) * 16}}},
        {"hashes": {"uci": {"7": bytes([7]) * 16}}},
        {"hashes": {"uci": {7: bytes([7]) * 16 + bytes([7]) + bytes(15)}}},
        {"hashes": {"uci": {7: bytes([7]) * 32}}},
    ],
)
def test_a_revocation_list_that_is_none_is_refused(changes):
    payload = {**payload_of(encode_revocations(REVOKED, SIGNER)), **changes}

    assert refused(decode_revocations, REVOCATION_LIST, payload) == "bad_revocation_list"


def test_lists_without_an_end_are_refused_unread():
    long = {"certificates": [bytes(MAX_TRUST_LIST_BYTES)]}
    longer = {"hashes": bytes(MAX_BYTES)}

    assert refused(decode_trust_list, TRUST_LIST, long) == "bad_trust_list"
    assert refused(decode_revocations, REVOCATION_LIST, longer) == "bad_revocation_list"


def test_lists_without_an_end_are_not_signed():
    endless = Revocations(1, NOW, {HashKind.IDENTIFIER: {0: bytes(MAX_BYTES)}})

    with pytest.raises(ProtocolMisuse):
        encode_trust_list(TrustList(1, NOW, (bytes(MAX_TRUST_LIST_BYTES),)), SIGNER)
    with pytest.raises(ProtocolMisuse):
        encode_revocations(endless, SIGNER)


def test_a_list_of_no_certain_moment_is_not_signed():
    with pytest.raises(ProtocolMisuse):
        encode_trust_list(TrustList(1, NOW.replace(tzinfo=None), ()), SIGNER)


def test_fields_and_kinds_of_later_versions_are_passed_over():
    payload = payload_of(encode_revocations(REVOKED, SIGNER))
    payload |= {"later": 1, "hashes": {**payload["hashes"], "later": [1]}}
    message = cose.sign(cbor2.dumps(payload), DEVICE_KEY, b"k" * 32, REVOCATION_LIST)

    assert decode_revocations(opened(message)) == REVOKED


def certificate(key: cose.PrivateKey):
    message = cose.parse(unwrap(hc1(key).encode()))
    return message, read_content(message.payload)


@pytest.mark.parametrize("kind", HashKind)
@pytest.mark.parametrize("key", [ec_key, rsa_key])
def test_a_certificate_is_found_by_each_kind_of_hash_among_others(kind: HashKind, key):
    message, content = certificate(key())
    own = dict(hashes_of(message, content))[kind]
    others = [(kind, own[:1] + bytes([other]) * 15) for other in range(0, 256, 5)]

    assert Revocations(1, NOW, in_buckets([*others, (kind, own)])).cover(message, content)
    assert not Revocations(1, NOW, in_buckets(others)).cover(message, content)
    assert not REVOKED.cover(message, content)


def test_hashes_are_those_of_the_eu():
    message, content = certificate(ec_key())
    found = dict(hashes_of(message, content))

    assert found[HashKind.IDENTIFIER].hex() == "46558afb2dd005e8cfceff99d056f532"
    assert found[HashKind.COUNTRY_AND_IDENTIFIER].hex() == "60e006d6c9b3ce4cc2d00ddb3b5c18ab"
    assert len(found[HashKind.SIGNATURE]) == 16


def test_a_signature_that_was_turned_over_is_revoked_all_the_same():
    # Of an ES256 signature anybody can make a second valid one; its first half stays.
    message, content = certificate(ec_key())
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    second = order - int.from_bytes(message.signature[32:], "big")
    turned = cose.Sign1(
        message.protected, message.payload, message.signature[:32] + second.to_bytes(32, "big"),
        message.algorithm, message.kid, None,
    )  # fmt: skip
    revocations = Revocations(1, NOW, in_buckets(hashes_of(message, content, [HashKind.SIGNATURE])))

    cose.verify(turned, ec_key().public_key())
    assert revocations.cover(turned, content)


def test_a_hash_of_another_length_belongs_in_no_bucket():
    with pytest.raises(ProtocolMisuse):
        in_buckets([(HashKind.SIGNATURE, b"short")])


def test_the_moment_of_a_list_keeps_its_instant():
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)

    assert (
        decode_trust_list(opened(encode_trust_list(TrustList(1, noon, ()), SIGNER))).as_of == noon
    )


STANDS = Still(TRUST_LIST, 3, NOW)


def test_the_word_that_a_list_still_stands_comes_back_as_it_was_signed():
    assert decode_still(opened(encode_still(STANDS, SIGNER))) == STANDS


@pytest.mark.parametrize("changes", [*BAD_HEADS, {"of": None}, {"of": 7}])
def test_a_word_on_a_list_that_is_none_is_refused(changes):
    payload = {**payload_of(encode_still(STANDS, SIGNER)), **changes}

    assert refused(decode_still, STILL, payload) == "bad_still"


def test_a_list_does_not_pass_for_the_word_on_it():
    with pytest.raises(WireError, match="bad_still"):
        decode_still(opened(encode_trust_list(TRUSTED, SIGNER)))


@pytest.mark.parametrize("notice", [ListsNotice(7, 3), ListsNotice(trust=7), ListsNotice()])
def test_the_notice_of_new_lists_comes_back_as_it_was_signed(notice):
    assert decode_lists_notice(opened(encode_lists_notice(notice, SIGNER))) == notice


def test_a_notice_of_a_later_version_is_read_and_what_is_missing_is_no_list():
    payload = cbor2.dumps({"v": 2, "trust": 9, "boosters": 4})
    message = cose.sign(payload, DEVICE_KEY, b"k" * 32, LISTS_NOTICE)

    assert decode_lists_notice(opened(message)) == ListsNotice(trust=9)


@pytest.mark.parametrize("serial", [-1, 1 << 53, "7", None, True, False, 1.5])
def test_a_notice_that_names_no_issue_is_refused(serial):
    assert refused(decode_lists_notice, LISTS_NOTICE, {"trust": serial}) == "bad_lists_notice"


def test_a_list_does_not_pass_for_a_notice():
    with pytest.raises(WireError, match="bad_lists_notice"):
        decode_lists_notice(opened(encode_trust_list(TRUSTED, SIGNER)))
