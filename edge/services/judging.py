"""The verdict on one certificate, in the words of the conversation. Slow to import: see ``TrustKeeper``."""

from typing import Final

from edge.domain.earlier import Judged, Kind, term_of
from edge.services.trust import JudgedBy
from protocol.certificates.binding import fit, newest_dose
from protocol.certificates.model import Certificate, Statement
from protocol.certificates.trust import Trust
from protocol.certificates.uvci import checksum_fits
from protocol.certificates.verify import verify
from protocol.documents.model import Claim

_KINDS: Final[dict[Statement, Kind]] = {
    Statement.VACCINATION: "vaccination",
    Statement.TEST: "test",
    Statement.RECOVERY: "recovery",
}
_VOUCHED_FOR: Final = {"valid", "expired", "not_yet_valid"}


class CertificateJudge:
    """Judges certificates; keeps the signers that it has parsed, and nothing of a certificate."""

    def __init__(self) -> None:
        self._trust: tuple[tuple[bytes, ...], Trust] = ((), Trust())

    def __call__(self, certificate: bytes, claim: Claim | None, by: JudgedBy) -> Judged:
        """Return what ``certificate`` is worth, and whether it fits ``claim``."""
        if self._trust[0] is not by.certificates:
            self._trust = (by.certificates, Trust(by.certificates))
        verdict = verify(certificate, self._trust[1], by.at, by.revocations)
        word = verdict.reason.value.replace(" ", "_")
        if verdict.certificate is None:
            # Whatever the list and the clock: this cannot be read.
            return Judged(word, list_of=by.list_of, revoked_of=by.revoked_of)
        return _judged(word, verdict.certificate, claim, by)


def _judged(word: str, certificate: Certificate, claim: Claim | None, by: JudgedBy) -> Judged:
    # By a clock that nobody believes no days are counted.
    today = None if by.doubt == "clock" else by.today
    doses = tuple(certificate.vaccinations)
    newest = newest_dose(doses, today)
    of_it = next(
        (d for d in doses if newest and (d.dose, d.day) == (newest.dose, newest.day)), None
    )
    # With a card there is no need for a name; and one that nobody vouches for is nobody's.
    named = claim is None and word in _VOUCHED_FOR
    return Judged(
        verdict=word,
        doubt=by.doubt,
        fit=fit(certificate.person, claim) if claim is not None else None,
        list_of=by.list_of,
        revoked_of=by.revoked_of,
        kind=_KINDS[certificate.statement],
        term=term_of(certificate.stated, today),
        newest=newest,
        product=of_it.product if of_it else "",
        country=of_it.country if of_it else "",
        name=certificate.person.name if named else "",
        birth=str(certificate.person.birth or "") if named else "",
        mistyped=claim is None and False in map(checksum_fits, certificate.identifiers),
    )
