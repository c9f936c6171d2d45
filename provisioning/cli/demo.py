"""``tram-provision demo``: a site and its centre on this machine, until Ctrl-C."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from provisioning.cli import errors
from provisioning.domain import local_site
from provisioning.ports import ProgramFailed
from provisioning.services.local_site import LocalSite

OpenLocalSite = Callable[[Path], LocalSite]

_LABELS = {
    local_site.BROKER: "MQTT broker, with client certificates",
    local_site.PLATFORM: "sandbox of the national Platform",
    local_site.CENTRE: "centre",
    local_site.PRINTER: "virtual printer",
    local_site.KIOSK: "kiosk",
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
        """Run broker, centre, sandbox Platform, virtual printer and one kiosk until Ctrl-C."""
        stop = threading.Event()

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGINT, ask_to_stop)
        signal.signal(signal.SIGTERM, ask_to_stop)
        site = open_local_site(directory.resolve())
        try:
            site.prepare()
            leaders: dict[str, str] = {}
            if only in {None, local_site.CENTRE}:
                site.import_roster()
                leaders = site.add_leaders()
            for name in _chosen(site, only):
                typer.echo(f"starting  {_LABELS[name]}")
                site.start(name)
                if stop.is_set():
                    return
            typer.echo(_addresses(site, whole=only is None))
            if leaders:
                typer.echo(_leaders(leaders))
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


def _addresses(site: LocalSite, *, whole: bool) -> str:
    if not whole:
        return "\nReady. Ctrl-C ends it."
    ports = site.ports
    rows = [
        ("hold up a card", local_site.url(ports.kiosk, "/simulator")),
        ("the kiosk's screen", local_site.url(ports.kiosk)),
        *([("desks and boards", local_site.hub_url(ports))] if site.has_hub() else []),
        ("the printed slips", local_site.url(ports.printer_page)),
        ("the centre", local_site.url(ports.centre)),
        ("the sandbox Platform", local_site.url(ports.platform)),
    ]
    lines = [f"  {label:<22}{address}" for label, address in rows]
    return "\n".join(
        [
            "",
            "Ready. Start with the first address; Ctrl-C ends all of it.",
            "",
            *lines,
            "",
            *_log_ins(site),
        ]
    )


def _leaders(passwords: dict[str, str]) -> str:
    rows = [f"  {login:<12}{role:<10}{passwords[login]}" for login, role, *_ in local_site.LEADERS]
    return "\n".join(["", "Log-ins for the centre, new at each start:", "", *rows])


def _log_ins(site: LocalSite) -> list[str]:
    if not site.has_hub():
        return ["No desks: this site was made by an earlier version; make demo-reset begins anew."]
    if not site.passwords:
        return ["Staff log in as before; the passwords were shown at the first start."]
    rows = [f"  {login:<22}{password}" for login, password in site.passwords.items()]
    return [
        "Log-ins for desks and boards, shown this once (the browser warns of the demo's own",
        "certificate; that is expected):",
        "",
        *rows,
    ]
