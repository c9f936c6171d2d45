"""What judges certificates, put together; nothing heavy is imported before one is shown."""

from dataclasses import replace
from typing import TYPE_CHECKING

from edge.adapters.lists_file import FileShelf
from edge.bootstrap.core import Core
from edge.bootstrap.leading import role_of
from edge.bootstrap.shelf import hub_last
from edge.domain.commands import PrintCertificate
from edge.ports import CertificateOnPaper, ListSource
from edge.services.slip_words import OnPaper
from edge.services.trust import Judging, TrustKeeper

if TYPE_CHECKING:
    from edge.services.certificate_words import CertificateWriter


def build_trust(core: Core) -> TrustKeeper:
    """Return what keeps the lists and gives verdicts."""
    settings = core.settings
    return TrustKeeper(
        build=_judging,
        source=hub_last(core.shelf, role_of(settings, core.leading), _source(core)),
        shelf=FileShelf(settings.data_directory / "lists"),
        keys=core.keys,
        clock=core.clock,
        zone=core.zone,
        refresh_seconds=60 * settings.certificates.refresh_minutes,
        limit_seconds=3600 * settings.certificates.limit_hours,
        spread_seconds=settings.certificates.spread_seconds,
        on_state=lambda state: core.display.tell(replace(core.display.shown.bar, lists=state)),
    )


def build_on_paper(trust: TrustKeeper) -> OnPaper:
    """Return what verifies a certificate that is to be printed, by the lists of ``trust``."""
    writers: list[CertificateWriter] = []

    def on_paper(wanted: PrintCertificate) -> CertificateOnPaper:
        if not writers:
            from edge.services.certificate_words import CertificateWriter

            writers.append(CertificateWriter())
        return writers[0](wanted, trust.judged_by())

    return on_paper


def _judging() -> Judging:
    from edge.services.judging import CertificateJudge

    return CertificateJudge()


def _source(core: Core) -> ListSource | None:
    settings = core.settings
    if not settings.centre.host:
        return None
    from edge.adapters.centre_https import CentreHttps
    from edge.adapters.lists_https import HttpsLists

    centre = CentreHttps(
        settings.centre.host,
        settings.centre.port,
        settings.keys_directory,
        trust_clock=core.clock.clock_ok,
    )
    return HttpsLists(centre)
