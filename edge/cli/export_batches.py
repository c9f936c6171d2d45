"""``python -m edge export-batches``: what the centre lacks, signed, on a USB stick.

The journal is only read, from a copy, so that a stopped or damaged kiosk's is not changed by it.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

EXIT_REFUSED = 1
Export = Callable[[Path, Path], tuple[int, int]]


class NotExported(Exception):  # noqa: N818 - what happened
    """Nothing more was written; says why."""


def run(argv: Sequence[str], config: str, export: Export) -> int:
    """Write the batches to the named folder; return 0, or 1 with the reason in words."""
    parser = argparse.ArgumentParser(
        prog="python -m edge export-batches",
        description="Write what the centre has not acknowledged as signed batches.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="such as a USB stick's")
    parser.add_argument("--config", type=Path, default=Path(config), metavar="FILE")
    options = parser.parse_args(argv)
    try:
        events, files = export(options.config, options.folder)
    except NotExported as error:
        sys.stderr.write(f"edge: {error}\n")
        return EXIT_REFUSED
    sys.stdout.write(f"{events} events in {files} files\n")
    return 0
