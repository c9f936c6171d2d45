"""``python -m edge sample-day``: a day of invented people in an empty journal, for a demonstration."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from edge.cli.export_batches import NotExported

EXIT_REFUSED = 1


class JournalThere(NotExported):
    """A journal is there already: invented people never get among real ones."""


Write = Callable[[Path, date], int]


def run(argv: Sequence[str], config: str, write: Write) -> int:
    """Write the day; return 0, or 1 with the reason in words."""
    parser = argparse.ArgumentParser(
        prog="python -m edge sample-day",
        description="Write a day of invented people into a journal that does not exist yet.",
    )
    parser.add_argument("--day", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--config", type=Path, default=Path(config), metavar="FILE")
    parser.add_argument(
        "--if-empty",
        action="store_true",
        help="where there is a journal, leave it as it is and end well",
    )
    options = parser.parse_args(argv)
    try:
        events = write(options.config, options.day)
    except JournalThere as error:
        sys.stderr.write(f"edge: {error}\n")
        return 0 if options.if_empty else EXIT_REFUSED
    except NotExported as error:
        sys.stderr.write(f"edge: {error}\n")
        return EXIT_REFUSED
    sys.stdout.write(f"{events} events of invented people\n")
    return 0
