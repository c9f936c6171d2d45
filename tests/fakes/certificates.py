"""What the Platform listed of certificates, in memory; and the reader that keeps it there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from central.domain.dose_news import CURRENT, IssuedCertificate, Mark, name_of_certificate
from central.domain.reading_on import read_to
from central.ports import Clock
from central.ports.certificates import CertificatePlatform
from central.services.read_certificates import CertificateReader


class MemoryCertificates:
    """``CertificateMirror`` of nobody who was erased."""

    def __init__(self) -> None:
        self._of_dose: dict[str, dict[str, IssuedCertificate]] = {}
        self._through = ""

    def keep(self, page: Sequence[IssuedCertificate], now: datetime) -> None:
        for one in page:
            kept = one if one.state == CURRENT else replace(one, code="")
            self._of_dose.setdefault(one.dose, {})[name_of_certificate(one.code)] = kept
        self._through = read_to([one.changed_at for one in page], self._through, now)

    def through(self) -> str:
        return self._through

    def marks(self, doses: Collection[str]) -> Mapping[str, tuple[Mark, ...]]:
        return {
            dose: tuple((name, one.state, one.changed_at) for name, one in sorted(of.items()))
            for dose, of in self._of_dose.items()
            if dose in doses
        }

    def held(self, doses: Collection[str]) -> Mapping[str, Sequence[IssuedCertificate]]:
        return {
            dose: [one for _, one in sorted(of.items())]
            for dose, of in self._of_dose.items()
            if dose in doses
        }


def kept_in_memory(
    platform: CertificatePlatform, clock: Clock
) -> tuple[CertificateReader, MemoryCertificates]:
    """Return a reader of this Platform, and what it fills."""
    mirror = MemoryCertificates()
    return CertificateReader(platform, mirror, clock), mirror
