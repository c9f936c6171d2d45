"""A printer's state in one word: for the journal why it prints nothing, for the bar how it is."""

from edge.ports import CoverOpen, Paper, PaperOut, PrinterError, PrinterStatus, SlipUnreadable
from edge.services.display import PrinterMood


def trouble_of(status: PrinterStatus) -> str | None:
    """Return why a printer in this state prints nothing, or None; paper counts before "off line"."""
    if status.paper is Paper.OUT:
        return "paper_out"
    if status.cover_open:
        return "cover_open"
    return None if status.online else "printer_unavailable"


def mood_of(status: PrinterStatus, *, roll_low: bool = False) -> PrinterMood:
    """Return the printer's state in one word.

    Args:
        roll_low: By its counter the roll is nearly used up, whatever a sensor says or lacks.
    """
    match trouble_of(status):
        case "paper_out":
            return PrinterMood.PAPER_OUT
        case "cover_open":
            return PrinterMood.COVER_OPEN
        case None if status.paper is Paper.NEAR_END or roll_low:
            return PrinterMood.PAPER_LOW
        case None:
            return PrinterMood.READY if status.knows else PrinterMood.UNKNOWN
        case _:
            return PrinterMood.UNREACHABLE


def reason_of(error: PrinterError) -> str:
    """Return why a printer that failed so prints nothing."""
    match error:
        case PaperOut():
            return "paper_out"
        case CoverOpen():
            return "cover_open"
        case SlipUnreadable():
            return "unreadable"
        case _:
            return "printer_unavailable"
