"""``python -m edge promote``: give this Pi the signed command that names its site's hub.

The running program sees the file within a second and becomes what the command says.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

EXIT_REFUSED = 1
Keep = Callable[[bytes, Path], str]


class NotTaken(Exception):  # noqa: N818 - what happened
    """The command does not count here; says why."""


def run(argv: Sequence[str], config: str, keep: Keep) -> int:
    """Take the command in the named file; return 0, or 1 with the reason in words.

    Args:
        config: Settings file where none is named.
        keep: Verifies and keeps a command for the device of a settings file; says what came of it.
    """
    options = _parser(config).parse_args(argv)
    try:
        message = options.command.read_bytes()
        sys.stdout.write(keep(message, options.config) + "\n")
    except OSError as error:
        return _refused(f"cannot read {options.command}: {error.strerror}")
    except NotTaken as error:
        return _refused(str(error))
    return 0


def _refused(words: str) -> int:
    sys.stderr.write(f"edge: {words}\n")
    return EXIT_REFUSED


def _parser(config: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge promote", description="Take the signed command that names the hub."
    )
    parser.add_argument("command", type=Path, metavar="FILE", help="such as hub-command.cose")
    parser.add_argument("--config", type=Path, default=Path(config), metavar="FILE")
    return parser
