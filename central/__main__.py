"""``python -m central --config FILE``: read the settings, build, run, give the exit code.

Exit codes: 0 stopped or done, 1 broke (start it again), 2 wrong use, settings, keys or address.
"""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import structlog

from central import bootstrap, config
from central.adapters import log_json
from central.api.server import ListenError
from central.ports import KeysError, RegistryUnavailable, StoreError

log = structlog.get_logger("central")


def main(arguments: list[str]) -> int:
    """Run the program with what follows its name on the command line."""
    options = _parser().parse_args(arguments)
    try:
        settings = config.load(options.config)
    except config.ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.show_config:
        sys.stdout.write(config.shown(settings) + "\n")
        return 0
    log_json.configure()
    try:
        return _rebuild(settings) if options.command == "rebuild-projection" else _run(settings)
    except (KeysError, RegistryUnavailable, ListenError) as error:
        log.error("cannot start", reason=str(error))  # noqa: TRY400 - the words are enough
        return 2
    except StoreError as error:
        log.error("the database failed", reason=str(error))  # noqa: TRY400 - the words are enough
        return 1
    except Exception:
        log.exception("broken")
        return 1


def _run(settings: config.CentralConfig) -> int:
    centre = bootstrap.build(settings)
    host, port = centre.socket.getsockname()[:2]
    log.info("ready", dashboard=f"http://{host}:{port}/", platform=settings.platform.url)
    asyncio.run(_until_signalled(centre))
    log.info("stopped")
    return 0


async def _until_signalled(centre: bootstrap.Centre) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await bootstrap.run(centre, stop)


def _rebuild(settings: config.CentralConfig) -> int:
    engine = bootstrap.open_database(settings)
    events = bootstrap.build_projector(settings, engine).rebuild()
    engine.dispose()
    sys.stdout.write(f"{events} events projected\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m central",
        description="The centre: ingest, project, reconcile and dashboard in one process.",
    )
    parser.add_argument(
        "command",
        nargs="?",
        default="run",
        choices=["run", "rebuild-projection"],
        help="run everything (default), or make the tables again from the raw events",
    )
    parser.add_argument("--config", type=Path, default=_from_environment(), help="central.toml")
    parser.add_argument("--show-config", action="store_true", help="print the settings and exit")
    return parser


def _from_environment() -> Path:
    return Path(config.from_environment())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
