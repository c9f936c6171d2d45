"""``tram-provision demo``: a site and its centre on this machine, until Ctrl-C."""

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from provisioning.cli import demo_words, errors
from provisioning.domain import local_site
from provisioning.ports import ProgramFailed
from provisioning.services.local_site import LocalSite

OpenLocalSite = Callable[[Path], LocalSite]

_LABELS = {
    local_site.BROKER: "MQTT broker, with client certificates",
    local_site.PLATFORM: "sandbox of the national Platform",
    local_site.CENTRE: "centre",
    local_site.PRINTER: "virtual printer",
    local_site.HUB: "hub of the site: queue, desks, board",
    local_site.KIOSK: "kiosk, which follows the hub",
}
_WATCH_SECONDS = 0.5


def demo_command(open_local_site: OpenLocalSite) -> Callable[..., None]:
    """Return the command; what the programs are made of comes in from bootstrap."""

    def demo(
        directory: Annotated[
            Path, typer.Option("--directory", "-d", help="Keeps all that the programs store.")
        ] = Path(".demo"),
        only: Annotated[
            str | None, typer.Option(help="Start this program alone: " + ", ".join(_LABELS) + ".")
        ] = None,
    ) -> None:
        """Run broker, centre, sandbox Platform, virtual printer, hub and one kiosk until Ctrl-C."""
        stop = threading.Event()

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGINT, ask_to_stop)
        signal.signal(signal.SIGTERM, ask_to_stop)
        site = open_local_site(directory.resolve())
        try:
            began = time.monotonic()
            typer.echo("preparing keys, certificates, settings")
            site.prepare()
            if only in {None, local_site.CENTRE}:
                typer.echo("preparing the centre: the site's list, log-ins")
                site.import_roster()
                site.add_leaders()
            if only is None and site.samples_left():
                typer.echo(
                    "preparing two days of invented people; what the centre has to do with them"
                )
                site.add_samples()
            for name in _chosen(site, only):
                if stop.is_set():
                    return
                typer.echo(f"starting  {_LABELS[name]}")
                site.start(name)
            typer.echo(f"          after {time.monotonic() - began:.0f} s")
            typer.echo(_told(site, directory, whole=only is None))
            _watch(site, stop)
        except errors.EXPECTED as error:
            typer.echo(errors.message(error), err=True)
            raise typer.Exit(errors.exit_code(error)) from error
        finally:
            typer.echo("\nstopping")
            site.stop_all()

    return demo


def _chosen(site: LocalSite, only: str | None) -> list[str]:
    if only is None:
        return site.names
    if only not in site.names:
        raise typer.BadParameter(f"{only!r} is none of {', '.join(site.names)}")
    return [only]


def _watch(site: LocalSite, stop: threading.Event) -> None:
    while not stop.wait(_WATCH_SECONDS):
        name = site.ended()
        if name is not None:
            raise ProgramFailed(name, "ended by itself; its log is in logs/")


def _told(site: LocalSite, directory: Path, *, whole: bool) -> str:
    if not whole:
        return "\nReady. Ctrl-C ends it."
    return demo_words.ready(site.ports, site.passwords, str(directory), site.fingerprint())
