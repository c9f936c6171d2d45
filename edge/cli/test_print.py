"""``python -m edge test-print``: one slip to look at, what the printer says, and what to do."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from edge.ports import JournalError, PrinterError
from edge.services.display import PrinterMood
from edge.services.test_print import Tried

DESCRIPTION = """Print one slip "IN THỬ" to look at; it is no queue number and says nothing of a person.

The kiosk must be stopped, for it holds printer and journal:

  systemctl stop tram-edge; python -m edge test-print; systemctl start tram-edge

The exit code is 0 when the printer proved the slip, 1 when something is to be mended or to be looked
at on the paper, 2 for wrong arguments or settings, 75 when printer or journal cannot be had now. The
slip is journalled and its paper counted like any other's."""
EXIT_TO_MEND, EXIT_ARGUMENTS, EXIT_TRY_AGAIN = 1, 2, 75

SAYS = {
    PrinterMood.READY: "ready",
    PrinterMood.PAPER_LOW: "ready, but the paper is near its end",
    PrinterMood.PAPER_OUT: "no paper",
    PrinterMood.COVER_OPEN: "the cover is open",
    PrinterMood.UNREACHABLE: "no answer, or off line",
    PrinterMood.UNKNOWN: "takes data, but cannot tell how it is",
}
ADVICE = {
    PrinterMood.PAPER_LOW: "have a new roll ready",
    PrinterMood.PAPER_OUT: "put in a new roll, the printing side towards the head, and try again",
    PrinterMood.COVER_OPEN: "close the cover until it clicks, and try again",
    PrinterMood.UNREACHABLE: "see to power, cable and the printer's own button; compare the settings"
    " [printer] with lsusb or the printer's address; then try again",
    PrinterMood.UNKNOWN: "only the paper tells whether it came out: look at it",
}
BUSY = "another program holds the printer: stop it (the kiosk: systemctl stop tram-edge; CUPS:"
BUSY += " systemctl stop cups), and try again"
UNREADABLE = (
    "the slip's code could not be read back from its drawing: report this as a fault of the program"
)
LOOK = (
    "look at the slip: it fills the paper and nothing is cut off at a side (else set"
    " printer.paper_width_mm), every letter has its mark, each square is 10 mm by a ruler"
)
TRY_CODE = (
    "hold its code to a telephone: it begins with TRAM-TEST; faint or striped: clean the head"
)

Print = Callable[[Path], Tried]


def run(argv: Sequence[str], config: str, print_slip: Print) -> int:
    """Run the command and return its exit code."""
    options = _parser(config).parse_args(argv)
    try:
        tried = print_slip(options.config)
    except JournalError as error:
        advice = "while the kiosk program runs it holds printer and journal: systemctl stop tram-edge, test, start it again"
        return _fail(f"{error}; {advice}", EXIT_TRY_AGAIN)
    except PrinterError as error:
        return _fail(str(error), EXIT_TO_MEND)
    except (OSError, ValueError) as error:
        return _fail(str(error), EXIT_ARGUMENTS)
    sys.stdout.write((json.dumps(asdict(tried)) if options.json else _plain(tried)) + "\n")
    return _code(tried)


def _code(tried: Tried) -> int:
    if tried.outcome == "proven":
        return 0
    lost = tried.busy or tried.before is PrinterMood.UNREACHABLE
    return EXIT_TRY_AGAIN if lost else EXIT_TO_MEND


def _plain(tried: Tried) -> str:
    before = "held by another program" if tried.busy else tried.before and SAYS[tried.before]
    lines = [f"before: {before}"] if before else []
    lines.append(_outcome(tried))
    if tried.after is not None:
        lines.append(f"after: {SAYS[tried.after]}")
    if tried.said:
        lines.append(f"the driver says: {tried.said}")
    return "\n".join([*lines, *(f"-> {advice}" for advice in _advice(tried))])


def _outcome(tried: Tried) -> str:
    match tried.outcome:
        case "proven":
            sent = f"printed, proven by the printer's own answer: {tried.paper_mm} mm of paper"
        case "doubtful":
            sent = "sent, but doubtful: the printer did not say that all of it came out"
        case _:
            return "not printed"
    read = "its code was read back from the drawing"
    return f"{sent}; {read if tried.code_read else 'no code, as on every slip over a serial line'}"


def _advice(tried: Tried) -> list[str]:
    if tried.busy:
        return [BUSY]
    if tried.reason == "unreadable":
        return [UNREADABLE]
    mood = tried.after or tried.before
    found = [ADVICE[mood]] if mood in ADVICE else []
    if tried.outcome != "failed":
        found += [LOOK, *([TRY_CODE] if tried.code_read else [])]
    return [*found, "then start the kiosk again: systemctl start tram-edge"]


def _fail(text: str, code: int) -> int:
    sys.stderr.write(f"edge: {text}\n")
    return code


def _parser(config: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge test-print",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--config", type=Path, default=Path(config), metavar="FILE", help="the kiosk's settings"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser
