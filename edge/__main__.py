"""``python -m edge``: read the command line, build, run, give the exit code."""

import sys

from edge.adapters.clock import SystemClock
from edge.adapters.decoder_burst import thorough_decoder
from edge.cli import decode


def main(argv: list[str]) -> int:
    """Run the program with what follows its name on the command line."""
    if argv[:1] == ["decode"]:
        return decode.run(argv[1:], thorough_decoder, SystemClock().now().date())
    sys.stderr.write("usage: python -m edge decode FILE… [--json]\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
