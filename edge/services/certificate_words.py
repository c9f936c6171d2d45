"""A certificate of the Platform on its way to paper: verified once more, in words for people.

Slow to import, like all that reads certificates: who prints none pays nothing for it.
"""

from typing import Final

from edge.domain.commands import PrintCertificate
from edge.ports import CertificateOnPaper
from edge.services.slip_words import NotPrintable
from edge.services.trust import JudgedBy
from protocol.certificates import valuesets
from protocol.certificates.model import Certificate, Reason, Vaccination
from protocol.certificates.trust import Trust
from protocol.certificates.verify import verify
from protocol.documents.model import PartialDate

_OF_TIME: Final = (Reason.EXPIRED, Reason.NOT_YET_VALID)


class CertificateWriter:
    """Verifies what is to be printed; keeps the signers that it has parsed, and no certificate."""

    def __init__(self) -> None:
        self._trust: tuple[tuple[bytes, ...], Trust] = ((), Trust())

    def __call__(self, wanted: PrintCertificate, by: JudgedBy) -> CertificateOnPaper:
        """Return what stands on paper.

        Raises:
            NotPrintable: It is not valid now by the lists that this kiosk holds.
        """
        if self._trust[0] is not by.certificates:
            self._trust = (by.certificates, Trust(by.certificates))
        code = wanted.item.certificate
        verdict = verify(code.encode(), self._trust[1], by.at, by.revocations)
        # A clock that nobody believes refuses nobody.
        timely = by.doubt == "clock" and verdict.reason in _OF_TIME
        if verdict.certificate is None or not (verdict.valid or timely):
            raise NotPrintable(f"certificate_{verdict.reason.value.replace(' ', '_')}")
        if not verdict.certificate.vaccinations:
            raise NotPrintable("certificate_of_no_dose")
        return CertificateOnPaper(code, eleven_fields(verdict.certificate), wanted.item.reissued)


def eleven_fields(certificate: Certificate) -> tuple[tuple[str, str, str], ...]:
    """Return (label, in Vietnamese, in English) of each field of a vaccination certificate.

    Source: EU DCC schema 1.3.0, "vaccination_entry", with the name and the birth date before it.
    """
    person, dose = certificate.person, certificate.vaccinations[0]
    birth = _dated(person.birth) if person.birth else "-"
    return (
        _same("Họ và tên · Name", person.name),
        _same("Ngày sinh · Date of birth", birth),
        ("Phòng bệnh · Disease", *valuesets.disease(dose.disease)),
        ("Loại vắc xin · Vaccine type", *valuesets.vaccine(dose.vaccine)),
        ("Vắc xin · Product", *valuesets.product(dose.product)),
        ("Nhà sản xuất · Manufacturer", *valuesets.maker(dose.maker)),
        _same("Mũi số / tổng số · Dose / of", _number(dose)),
        _same("Ngày tiêm · Date of vaccination", _dated(dose.day)),
        ("Nơi tiêm · Country", *valuesets.country(dose.country)),
        _same("Cơ quan cấp · Issuer", dose.issuer),
        _same("Mã chứng nhận · Certificate identifier", dose.identifier),
    )


def _same(label: str, value: str) -> tuple[str, str, str]:
    return label, value or "-", value or "-"


def _number(dose: Vaccination) -> str:
    return f"{dose.dose} / {dose.doses}"


def _dated(day: PartialDate) -> str:
    return "/".join(reversed(str(day).split("-")))
