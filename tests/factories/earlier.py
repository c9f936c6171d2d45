"""Verdicts on earlier certificates, and codes that hold one."""

from edge.domain.earlier import Judged
from edge.domain.facts import CertificateJudged, Seen
from protocol.certificates.binding import DoseHint, Fit
from protocol.documents.model import DocumentClass, PartialDate, Reason, Refusal

NOT_IDENTITY = Refusal(DocumentClass.VACCINATION_CERTIFICATE, Reason.CERTIFICATE_NOT_IDENTITY)
CERTIFICATE = Seen("code-hc1", NOT_IDENTITY, certificate=b"HC1:ONE")
OTHER_CERTIFICATE = Seen("code-hc1-other", NOT_IDENTITY, certificate=b"HC1:OTHER")
DOSE = DoseHint(2, 2, PartialDate(2021, 11, 15), 106)
OLDER = DoseHint(1, 2, PartialDate(2021, 8, 20), 193)


def verdict(word: str = "valid", **changes) -> Judged:
    """Return a verdict on a certificate of two doses that fits the card."""
    days = {"list_of": "22/11/2026", "revoked_of": "21/11/2026"}
    fields = {"fit": Fit.FITS, "kind": "vaccination", "newest": DOSE} | days | changes
    return Judged(word, **fields)


def judged(person: str | None = "person-mau", at_ms: int = 5_000, **changes) -> CertificateJudged:
    return CertificateJudged(person, verdict(**changes), at_ms)
