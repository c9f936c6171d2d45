"""``python -m edge``: read the settings, run the kiosk, return an exit code.

Exit codes: 0 stopped on request, 2 wrong arguments, 69 the screen's address is taken, 70 a fault in
the program, 75 the journal cannot be used now, 78 settings or keys cannot be used.
"""

import argparse
import asyncio
import gc
import logging
import os
import resource
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import structlog

EXIT_UNAVAILABLE, EXIT_FAULT, EXIT_SETTINGS = 69, 70, 78
FILES = 4096
ENVIRONMENT = "TRAM_EDGE_CONFIG"
INSTALLED = "/etc/tram/edge/edge.toml"
DESCRIPTION = """Run the kiosk of one vaccination site on this machine, until Ctrl-C or SIGTERM.

The screen is at http://127.0.0.1:8080/ unless the settings say otherwise. Logs are JSON lines on
standard error; no name, number or code of a person is ever in them.

  python -m edge --config edge.toml                run
  python -m edge --config edge.toml --show-config  print the effective settings and end
  python -m edge promote FILE --config edge.toml   take the signed command that names the hub
  python -m edge export-batches DIR                write what the centre lacks to a USB stick
  python -m edge sample-day --day YYYY-MM-DD       begin a journal with a day of invented people
  python -m edge decode FILE... --json             say what the codes in pictures are
  python -m edge self-test --config edge.toml      test the camera against the printed target
  python -m edge test-print --config edge.toml     print one slip to look at, say what the printer says
  python -m edge check-language-pack DIR           say what is wrong with a language pack
  python -m edge recording-sheet --output FILE     write what a speaker reads for its recordings
  python -m edge make-clips DIR                    let espeak-ng say what is not recorded yet
  python -m edge verify-certificate --trust FILE   say whether certificates hold, one a line"""


def main(argv: Sequence[str]) -> int:
    """Run what ``argv`` asks for and return the exit code."""
    command = _COMMANDS.get(argv[0]) if argv else None
    if command is not None:
        return command(argv[1:])
    # What is imported stays; nothing is looked through for garbage before the kiosk is ready.
    gc.disable()
    try:
        return _run(_parser().parse_args(argv))
    finally:
        gc.enable()


def _run(options: argparse.Namespace) -> int:
    from edge.config.settings import ConfigError, read_settings, show

    try:
        settings = read_settings(options.config)
    except ConfigError as error:
        return _fail(error, EXIT_SETTINGS)
    if options.show_config:
        sys.stdout.write(show(settings) + "\n")
        return 0
    _log_to_stderr(settings.device)
    _no_core_file()
    _many_connections()
    from edge.adapters.memory_glibc import keep_small

    keep_small()
    from edge.bootstrap.listeners import EXIT_BEGIN_ANEW
    from edge.bootstrap.program import run
    from edge.ports import KeysError
    from edge.ui.server import AddressTaken

    try:
        code = asyncio.run(run(settings))
        if code == EXIT_BEGIN_ANEW:
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - itself
        return code  # noqa: TRY300 - the whole of it is tried
    except KeysError as error:
        return _fail(error, EXIT_SETTINGS)
    except AddressTaken as error:
        return _fail(error, EXIT_UNAVAILABLE)


def _decode(argv: Sequence[str]) -> int:
    from edge.adapters.clock import SystemClock
    from edge.bootstrap.drivers import build_thorough_decoder
    from edge.cli.decode import run

    today: date = SystemClock().now().astimezone().date()
    return run(argv, build_thorough_decoder, today)


def _check_language_pack(argv: Sequence[str]) -> int:
    from edge.bootstrap.core import build_pack_inspection
    from edge.cli.check_language_pack import run

    return run(argv, build_pack_inspection())


def _recording_sheet(argv: Sequence[str]) -> int:
    from edge.bootstrap.clips import prepare_sheet
    from edge.cli.recording_sheet import run

    return run(argv, prepare_sheet)


def _make_clips(argv: Sequence[str]) -> int:
    from edge.bootstrap.clips import make
    from edge.cli.make_clips import run

    return run(argv, make)


def _self_test(argv: Sequence[str]) -> int:
    from edge.bootstrap.self_test import self_test_parts
    from edge.cli.self_test import run

    return run(argv, self_test_parts())


def _test_print(argv: Sequence[str]) -> int:
    from edge.bootstrap.test_print import print_test_slip
    from edge.cli.test_print import run

    return run(argv, os.environ.get(ENVIRONMENT) or INSTALLED, print_test_slip)


def _promote(argv: Sequence[str]) -> int:
    from edge.bootstrap.promote import keep_command
    from edge.cli.promote import run

    return run(argv, os.environ.get(ENVIRONMENT) or INSTALLED, keep_command)


def _export_batches(argv: Sequence[str]) -> int:
    from edge.bootstrap.export import export
    from edge.cli.export_batches import run

    return run(argv, os.environ.get(ENVIRONMENT) or INSTALLED, export)


def _sample_day(argv: Sequence[str]) -> int:
    from edge.bootstrap.sample_day import write_sample_day
    from edge.cli.sample_day import run

    return run(argv, os.environ.get(ENVIRONMENT) or INSTALLED, write_sample_day)


def _verify_certificate(argv: Sequence[str]) -> int:
    from edge.adapters.clock import SystemClock
    from edge.cli.verify_certificate import run

    return run(argv, SystemClock().now())


_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "decode": _decode,
    "self-test": _self_test,
    "test-print": _test_print,
    "check-language-pack": _check_language_pack,
    "recording-sheet": _recording_sheet,
    "make-clips": _make_clips,
    "promote": _promote,
    "export-batches": _export_batches,
    "sample-day": _sample_day,
    "verify-certificate": _verify_certificate,
}


def _fail(error: Exception, code: int) -> int:
    sys.stderr.write(f"edge: {error}\n")
    return code


def _log_to_stderr(device: str) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(device=device)
    # Libraries' own warnings; they speak of sockets, never of people.
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format='{"log": "%(name)s", "event": "%(message)s"}',
    )


def _no_core_file() -> None:
    """Leave no image of the memory behind when the program crashes: names are in it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _many_connections() -> None:
    """Let a hub hold all connections that it lets in, and still open files beside them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--config",
        type=Path,
        default=Path(os.environ.get(ENVIRONMENT) or INSTALLED),
        metavar="FILE",
        help=f"the settings (TOML); else the file that {ENVIRONMENT} names, else {INSTALLED}",
    )
    parser.add_argument(
        "--show-config", action="store_true", help="print the effective settings and end"
    )
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Exception as error:  # noqa: BLE001 - the outermost line: say it, and let systemd restart
        structlog.get_logger("edge").exception("broken", problem=type(error).__name__)
        sys.exit(EXIT_FAULT)
