"""The verdict on a code that was held up: one of eight words, never an exception."""

from datetime import datetime

from protocol import cose
from protocol.certificates.content import read_content
from protocol.certificates.model import Certificate, Reason, Verdict
from protocol.certificates.revocations import Revocations
from protocol.certificates.trust import Trust
from protocol.certificates.wrapping import unwrap
from protocol.errors import WireError


def verify(
    text: bytes, trust: Trust, at: datetime, revocations: Revocations | None = None
) -> Verdict:
    """Return what to think of a certificate at a moment.

    The signature comes before everything that is said in it; what is wrong for ever comes before
    what is wrong now.

    Args:
        text: The exact bytes of the code, whatever they are.
        at: Aware.
    """
    kid = None
    try:
        message = cose.parse(unwrap(text))
        kid = message.kid
        certificate = read_content(message.payload)
    except WireError:
        return Verdict(Reason.MALFORMED, kid)
    reason = _of_signer(message, certificate, trust)
    if reason is Reason.VALID and revocations and revocations.cover(message, certificate):
        reason = Reason.REVOKED
    if reason is Reason.VALID:
        reason = _at(certificate, at.timestamp())
    return Verdict(reason, kid, certificate.issuer, certificate)


def _of_signer(message: cose.Sign1, certificate: Certificate, trust: Trust) -> Reason:
    signers = trust.signers(message.kid) if message.kid else ()
    if not signers:
        return Reason.UNKNOWN_SIGNER
    reason = Reason.BAD_SIGNATURE
    for signer in signers:
        try:
            cose.verify(message, signer.key)
        except WireError:
            continue
        if signer.may_sign(certificate.statement):
            return Reason.VALID
        reason = Reason.WRONG_KEY_USE
    return reason


def _at(certificate: Certificate, now: float) -> Reason:
    for begin in (certificate.issued_at, certificate.not_before):
        if begin is not None and now < begin:
            return Reason.NOT_YET_VALID
    # At its very last second it still holds: so the EU's test cases have it.
    return Reason.VALID if now <= certificate.expires_at else Reason.EXPIRED
