"""``python -m central --config FILE``: read the settings, build, run, give the exit code.

Exit codes: 0 stopped or done, 1 broke (start it again), 2 wrong use, settings, keys, address or list,
3 a list was imported but for the rows or entries that are named.

Each command imports what it needs: all of it takes seconds, and most commands need little.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from central import config
from central.adapters import log_json
from central.cli import accounts, backups, platform_file, sign_off, verification
from central.domain.certificate_lists import ListKind, ListUnusable
from central.ports import (
    KeysError,
    ListUnavailable,
    ListUnreadable,
    RegistryUnavailable,
    StoreError,
)
from protocol.errors import WireError
from protocol.identity import site_id

if TYPE_CHECKING:
    from central.bootstrap.program import Centre

log = structlog.get_logger("central")


def main(arguments: list[str]) -> int:
    """Run the program with what follows its name on the command line."""
    options = _parser().parse_args(arguments)
    if sign_off.needs_files_alone(options):
        return _signing(options)
    try:
        settings = config.load(
            options.config,
            roles=options.roles,
            worker=options.worker,
            metrics_port=options.metrics_port,
        )
    except config.ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.show_config:
        sys.stdout.write(config.shown(settings) + "\n")
        return 0
    log_json.configure()
    try:
        return _command(options, settings)
    except (KeysError, RegistryUnavailable) as error:
        log.error("cannot start", reason=str(error))  # noqa: TRY400 - the words are enough
        return 2
    except StoreError as error:
        log.error("the database failed", reason=str(error))  # noqa: TRY400 - the words are enough
        return 1
    except Exception:
        log.exception("broken")
        return 1


def _command(options: argparse.Namespace, settings: config.CentralConfig) -> int:
    return _COMMANDS.get(options.command, _run)(options, settings)


def _signing(options: argparse.Namespace) -> int:
    from central.bootstrap.people import signing_tools

    return sign_off.of_files(options, signing_tools())


def _run(_options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.api.server import ListenError
    from central.bootstrap.program import build

    try:
        centre = build(settings)
    except ListenError as error:
        log.error("cannot start", reason=str(error))  # noqa: TRY400 - the words are enough
        return 2
    at = centre.pages_at
    log.info("ready", dashboard=at, platform=settings.platform.url, roles=settings.worker.roles)
    asyncio.run(_until_signalled(centre))
    log.info("stopped")
    return 0


async def _until_signalled(centre: "Centre") -> None:
    from central.bootstrap.program import run

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(centre, stop)


def _rebuild(_options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.bootstrap.core import build_projector, open_database

    engine = open_database(settings)
    events = build_projector(settings, engine).rebuild()
    engine.dispose()
    sys.stdout.write(f"{events} events projected\n")
    return 0


def _import_batches(options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.bootstrap.imports import import_batches

    try:
        done = import_batches(settings, options.folder)
    except OSError as error:
        sys.stderr.write(f"cannot read {options.folder}: {error.strerror}\n")
        return 2
    for name, why in done.left_out:
        sys.stderr.write(f"left out: {name}: {why}\n")
    sys.stdout.write(
        f"{done.events} events in {done.files} files; {len(done.left_out)} files left out\n"
    )
    return 3 if done.left_out else 0


def _account(options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.bootstrap.core import open_database
    from central.bootstrap.people import account_keeping

    engine = open_database(settings)
    try:
        return accounts.command(options, account_keeping(engine))
    finally:
        engine.dispose()


def _sign_off(options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.bootstrap.core import open_database
    from central.bootstrap.people import sign_off_desk

    engine = open_database(settings)
    try:
        return sign_off.command(options, sign_off_desk(settings, engine))
    finally:
        engine.dispose()


def _verification(options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.adapters.roster_file import SpreadsheetList
    from central.bootstrap.core import open_database
    from central.bootstrap.people import noted_at_terminal, verification_desk
    from central.bootstrap.site_lists import unverified_people

    engine = open_database(settings)
    try:
        desk, unverified = verification_desk(engine), unverified_people(settings, engine)
        note = noted_at_terminal(engine)
        return verification.command(options, desk, unverified, SpreadsheetList, note)
    finally:
        engine.dispose()


def _platform_file(options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.adapters.platform_file import PlatformWorkbook
    from central.bootstrap.core import open_database
    from central.bootstrap.platforms import platform_sheets

    engine = open_database(settings)
    try:
        sheets = platform_sheets(engine)
        return platform_file.command(options, sheets, PlatformWorkbook)
    finally:
        engine.dispose()


def _sample_work(options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.bootstrap.sample_work import sample_work
    from central.simulated.sample_work import NotASampleDay

    try:
        sample_work(
            settings,
            site=options.site,
            province=options.province,
            commune=options.commune,
            head=options.head,
        )
    except NotASampleDay as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _import_roster(options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.bootstrap.imports import import_roster

    try:
        site = site_id(options.site)
        done = import_roster(settings, options.file, site, replace=options.replace)
    except (WireError, ListUnreadable) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for row in done.left_out:
        sys.stderr.write(f"left out: {row}\n")
    change = done.change
    sys.stdout.write(
        f"{done.people} people read for {site}: {len(change.added)} added, "
        f"{len(change.changed)} changed, {len(change.removed)} removed; "
        f"{len({(row.sheet, row.row) for row in done.left_out})} rows left out\n"
    )
    return 3 if done.left_out else 0


def _import_list(options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.bootstrap.imports import import_list

    kind = ListKind(options.command)
    try:
        done = import_list(settings, kind, options.where)
    except (ListUnavailable, ListUnusable) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for entry in done.left_out:
        sys.stderr.write(f"left out: {entry}\n")
    issue = done.issue
    sys.stdout.write(
        f"{kind.value}: issue {issue.serial} of {issue.as_of:%Y-%m-%d %H:%M} UTC, "
        f"{issue.entries} entries, {'new' if done.changed else 'unchanged'}; "
        f"{len(done.left_out)} left out\n"
    )
    return 3 if done.left_out else 0


def _backup(options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.bootstrap.backups import backup

    return backup(options, settings)


def _restore(options: argparse.Namespace, settings: config.CentralConfig) -> int:
    from central.bootstrap.backups import restore

    return restore(options, settings)


_COMMANDS: dict[str, Callable[[argparse.Namespace, config.CentralConfig], int]] = {
    "rebuild-projection": _rebuild,
    "import-batches": _import_batches,
    "sample-work": _sample_work,
    "roster": _import_roster,
    "account": _account,
    "sign-off": _sign_off,
    "verification": _verification,
    "platform-file": _platform_file,
    "backup": _backup,
    "restore": _restore,
    "trust": _import_list,
    "revocations": _import_list,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m central",
        description="The centre: ingest, project, reconcile and dashboard in one process.",
    )
    _common(parser, at=_from_environment())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, does in (
        ("run", "run everything (the default)"),
        ("rebuild-projection", "make the tables again from the raw events"),
    ):
        _common(commands.add_parser(name, help=does))
    batches = commands.add_parser("import-batches", help="take signed batches from a folder")
    batches.add_argument("folder", type=Path, metavar="DIR", help="such as a USB stick's")
    _common(batches)
    samples = commands.add_parser("sample-work", help="let invented people work on a sample day")
    for name in ("site", "province", "commune", "head"):
        samples.add_argument(
            f"--{name}", required=True, help="id, or log-in name of whoever does it"
        )
    _common(samples)
    rosters = commands.add_parser("roster", help="the lists of the people that sites expect")
    actions = rosters.add_subparsers(dest="action", metavar="ACTION", required=True)
    take = actions.add_parser("import", help="take a site's list from a spreadsheet")
    take.add_argument("file", type=Path, metavar="FILE", help=".xlsx or .csv")
    take.add_argument("--site", required=True, help="the site's id")
    take.add_argument(
        "--replace", action="store_true", help="also remove whoever is not on this list"
    )
    _common(take)
    accounts.add_parser(commands, _common)
    backups.add_parser(commands, _common)
    sign_off.add_parser(commands, _common)
    verification.add_parser(commands, _common)
    platform_file.add_parser(commands, _common)
    for name, what in (
        ("trust", "the signers whose certificates count"),
        ("revocations", "the certificates that count no more"),
    ):
        _list_command(commands.add_parser(name, help=what))
    return parser


def _list_command(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    take = actions.add_parser("import", help="take the list in, whole, as it is published")
    take.add_argument("where", metavar="FILE|URL", help="JSON; an address must be https")
    _common(take)


def _common(parser: argparse.ArgumentParser, at: Path | None = None) -> None:
    # Also after the command's name; there without a default, which would undo what stood before it.
    parser.add_argument("--config", type=Path, default=at or argparse.SUPPRESS, help="central.toml")
    parser.add_argument(
        "--roles",
        default=None if at else argparse.SUPPRESS,
        help="what this process does, of ingest,project,reconcile,api; all if left out",
    )
    parser.add_argument(
        "--worker",
        default=None if at else argparse.SUPPRESS,
        metavar="NAME",
        help="its name among those that run; the machine's if left out",
    )
    parser.add_argument(
        "--metrics-port",
        type=int,
        default=None if at else argparse.SUPPRESS,
        metavar="PORT",
        help="where its /metrics answer, besides the pages' own address",
    )
    parser.add_argument(
        "--show-config",
        action="store_true",
        default=False if at else argparse.SUPPRESS,
        help="print the settings and exit",
    )


def _from_environment() -> Path:
    return Path(config.from_environment())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
