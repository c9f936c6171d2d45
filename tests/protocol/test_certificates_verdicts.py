"""The verdict: signer, key use, times and revocation, each with its reason."""

from datetime import UTC, datetime, timedelta, timezone

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from factories.certificates import (
    EXPIRES,
    ISSUED,
    NOW,
    OTHER_USE,
    PERSON,
    RECOVERY_USE,
    TEST_USE,
    VACCINATION_USE,
    claims,
    ec_key,
    hc1,
    packed,
    rsa_key,
    signed,
    signer_certificate,
)

from protocol import cose
from protocol.certificates.model import Reason
from protocol.certificates.revocations import Revocations, hashes_of, in_buckets
from protocol.certificates.trust import DocumentSigner, Trust, kid_of, signer_of
from protocol.certificates.verify import verify
from protocol.certificates.wrapping import unwrap
from protocol.errors import WireError

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
EC_TRUST = Trust([signer_certificate(ec_key())])


class FixedTrust(Trust):
    """Answers every key id with the same signers, as if their ids collided."""

    def __init__(self, *signers: DocumentSigner) -> None:
        super().__init__()
        self._same = signers

    def signers(self, kid: bytes):  # noqa: ARG002
        return self._same


def reason(text: str, trust: Trust = EC_TRUST, at: datetime = NOW) -> Reason:
    return verify(text.encode(), trust, at).reason


@pytest.mark.parametrize("key", [ec_key, rsa_key])
def test_what_was_issued_is_valid(key):
    trust = Trust([signer_certificate(key())])

    verdict = verify(hc1(key()).encode(), trust, NOW)

    assert verdict.valid
    assert verdict.kid == kid_of(signer_certificate(key()))
    assert verdict.certificate is not None
    assert verdict.certificate.person == PERSON


def test_it_is_valid_from_its_first_second_to_its_last():
    text = hc1(ec_key())

    assert reason(text, at=ISSUED - MINUTE) is Reason.NOT_YET_VALID
    assert reason(text, at=ISSUED) is Reason.VALID
    assert reason(text, at=EXPIRES) is Reason.VALID
    assert reason(text, at=EXPIRES + SECOND) is Reason.EXPIRED


def test_a_later_beginning_counts_too():
    text = signed(claims(nbf=NOW.timestamp() + 60.5))

    assert reason(text) is Reason.NOT_YET_VALID
    assert reason(text, at=NOW + 2 * MINUTE) is Reason.VALID


def test_without_a_time_of_issue_only_its_end_counts():
    assert reason(signed(claims(iat=...)), at=datetime(1990, 1, 1, tzinfo=UTC)) is Reason.VALID


def test_the_moment_may_be_in_any_time_zone():
    hanoi = timezone(timedelta(hours=7))

    assert reason(hc1(ec_key()), at=ISSUED.replace(tzinfo=hanoi)) is Reason.NOT_YET_VALID
    assert reason(hc1(ec_key()), at=ISSUED.astimezone(hanoi)) is Reason.VALID


def test_another_key_with_the_same_id_made_no_such_signature():
    trust = FixedTrust(signer_of(signer_certificate(ec_key(2))))

    assert reason(hc1(ec_key()), trust) is Reason.BAD_SIGNATURE


def test_every_signer_with_the_id_is_tried():
    signers = [signer_of(signer_certificate(key)) for key in (rsa_key(), ec_key(2), ec_key())]

    assert reason(hc1(ec_key()), FixedTrust(*signers)) is Reason.VALID


def test_one_of_two_certificates_of_a_key_that_allows_the_use_is_enough():
    limited = signer_of(signer_certificate(ec_key(), TEST_USE))
    free = signer_of(signer_certificate(ec_key(), VACCINATION_USE))

    assert reason(hc1(ec_key()), FixedTrust(limited, free)) is Reason.VALID
    assert reason(hc1(ec_key()), FixedTrust(limited, limited)) is Reason.WRONG_KEY_USE


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ((), Reason.VALID),
        ((OTHER_USE,), Reason.VALID),
        ((VACCINATION_USE,), Reason.VALID),
        ((OTHER_USE, TEST_USE, VACCINATION_USE), Reason.VALID),
        ((OTHER_USE, TEST_USE), Reason.WRONG_KEY_USE),
        ((RECOVERY_USE,), Reason.WRONG_KEY_USE),
    ],
)
def test_uses_count_only_where_one_of_the_certificates_own_is_named(uses, expected):
    certificate = signer_certificate(ec_key(), *uses)

    assert reason(hc1(ec_key(), kid=kid_of(certificate)), Trust([certificate])) is expected


def test_nobody_signs_without_a_key_id():
    message = cose.sign(claims(), ec_key(), b"", None)

    assert verify(packed(message).encode(), EC_TRUST, NOW).reason is Reason.UNKNOWN_SIGNER


def test_a_key_id_that_is_no_bytes_is_none():
    protected = cbor2.dumps({1: -7, 4: "text"})
    message = cbor2.dumps([protected, {}, claims(), b"s" * 64])

    verdict = verify(packed(message).encode(), EC_TRUST, NOW)

    assert (verdict.reason, verdict.kid) == (Reason.UNKNOWN_SIGNER, None)


def test_a_certificate_that_changed_by_one_bit_has_a_bad_signature():
    message = cose.parse(unwrap(hc1(ec_key()).encode()))
    parts = [message.protected, {}, message.payload.replace(b"Nguy", b"Nguz"), message.signature]

    assert reason(packed(cbor2.dumps(parts))) is Reason.BAD_SIGNATURE


@pytest.mark.parametrize("tags", [(), (18,), (61, 18)])
def test_it_may_be_untagged_tagged_and_tagged_twice(tags):
    message = cbor2.loads(unwrap(hc1(ec_key()).encode())).value
    for tag in reversed(tags):
        message = cbor2.CBORTag(tag, message)

    assert reason(packed(cbor2.dumps(message))) is Reason.VALID


def test_a_signer_may_have_a_longer_key():
    key = ec.derive_private_key(0x7472616D, ec.SECP384R1())
    kid = kid_of(signer_certificate(key))
    protected = cbor2.dumps({1: -7, 4: kid})
    made = key.sign(cbor2.dumps(["Signature1", protected, b"", claims()]), ec.ECDSA(SHA256()))
    r, s = decode_dss_signature(made)
    signature = r.to_bytes(48, "big") + s.to_bytes(48, "big")
    text = packed(cbor2.dumps([protected, {}, claims(), signature]))

    assert reason(text, Trust([signer_certificate(key)])) is Reason.VALID


def test_what_is_malformed_still_tells_its_key_id():
    verdict = verify(signed(b"\x07").encode(), EC_TRUST, NOW)

    assert verdict.reason is Reason.MALFORMED
    assert verdict.kid == kid_of(signer_certificate(ec_key()))
    assert verdict.certificate is None


def test_a_revoked_certificate_is_revoked_even_after_its_end():
    text = hc1(ec_key()).encode()
    content = verify(text, EC_TRUST, NOW).certificate
    assert content is not None
    revocations = Revocations(1, NOW, in_buckets(hashes_of(cose.parse(unwrap(text)), content)))

    assert verify(text, EC_TRUST, NOW, revocations).reason is Reason.REVOKED
    assert verify(text, EC_TRUST, EXPIRES + MINUTE, revocations).reason is Reason.REVOKED
    assert verify(text, EC_TRUST, NOW, Revocations(1, NOW, {})).reason is Reason.VALID


def test_a_false_certificate_is_called_false_and_not_revoked():
    text = hc1(ec_key()).encode()
    content = verify(text, EC_TRUST, NOW).certificate
    assert content is not None
    revocations = Revocations(1, NOW, in_buckets(hashes_of(cose.parse(unwrap(text)), content)))

    assert verify(text, Trust(), NOW, revocations).reason is Reason.UNKNOWN_SIGNER


def test_what_is_no_certificate_of_a_signer_counts_as_none():
    other = ed25519.Ed25519PrivateKey.generate()
    junk = [b"", b"\x30\x03abc", signer_certificate_of(other)]

    trust = Trust(junk)

    assert len(trust) == 3
    assert all(trust.signers(kid_of(one)) == () for one in junk)
    assert [code_of(one) for one in junk] == ["bad_certificate"] * 3


def test_a_signer_is_parsed_once():
    trust = Trust([signer_certificate(ec_key())])
    kid = kid_of(signer_certificate(ec_key()))

    assert trust.signers(kid)[0] is trust.signers(kid)[0]


def code_of(certificate: bytes) -> str:
    with pytest.raises(WireError) as raised:
        signer_of(certificate)
    return raised.value.code


def signer_certificate_of(key: ed25519.Ed25519PrivateKey) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    name = x509.Name([])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ISSUED)
        .not_valid_after(EXPIRES)
        .sign(key, None)
        .public_bytes(Encoding.DER)
    )
