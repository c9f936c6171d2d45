"""What judges certificates, put together; nothing heavy is imported before one is shown."""

from dataclasses import replace

from edge.adapters.lists_file import FileShelf
from edge.bootstrap.core import Core
from edge.ports import ListSource
from edge.services.trust import Judging, TrustKeeper


def build_trust(core: Core) -> TrustKeeper:
    """Return what keeps the lists and gives verdicts."""
    settings = core.settings
    return TrustKeeper(
        build=_judging,
        source=_source(core),
        shelf=FileShelf(settings.data_directory / "lists"),
        keys=core.keys,
        clock=core.clock,
        zone=core.zone,
        refresh_seconds=60 * settings.certificates.refresh_minutes,
        limit_seconds=3600 * settings.certificates.limit_hours,
        on_state=lambda state: core.display.tell(replace(core.display.shown.bar, lists=state)),
    )


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
