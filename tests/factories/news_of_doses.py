"""A dose as the news of a site have it, and its certificate."""

from factories.certificates import ec_key, hc1, signer_certificate

from central.domain.dose_news import DoseOfSite, IssuedCertificate
from protocol.certificates.trust import Trust
from protocol.identity import SiteId

SITE = SiteId("phuoc-dinh")
TRUST = Trust([signer_certificate(ec_key())])
DOSE = DoseOfSite(
    dose="dose-1", visit="v-1", site=SITE, recorded="accepted", immunization="i-1",
    day="2021-11-15", vaccine="Comirnaty", dose_number=2, number="058185000123",
    name="Nguyễn Thị Mẫu", birth="1985-08-17",
)  # fmt: skip


def issued(code: str | None = None, state: str = "current", at: str = "1") -> IssuedCertificate:
    return IssuedCertificate("i-1", state, at, hc1(ec_key()) if code is None else code)
