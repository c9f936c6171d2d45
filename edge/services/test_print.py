"""Prints one slip to look at, by the same rules as every other: journalled, counted, proven or not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from edge.ports import (
    Clock,
    CoverOpen,
    JobState,
    Journal,
    PaperOut,
    Printer,
    PrinterBusy,
    PrinterError,
    PrintJob,
    Slip,
    SlipRenderer,
)
from edge.services.display import PrinterMood
from edge.services.paper import PaperWatch
from edge.services.printer_state import mood_of, reason_of, trouble_of
from edge.services.recording import new_id
from edge.services.slip_ends import Outcome, SlipEnds

SETTLE_SECONDS: Final = 1.0
SLOWEST_MM_A_SECOND: Final = 50
"""Of cheap printers; until the paper stands still the printer's word proves nothing."""

CODE_LETTERS: Final = 269
"""A queue slip's code has as many, so this one is as large and as fine."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a test print.

    Attributes:
        before: What the printer said of itself beforehand; None when it was not asked.
        after: What it said once the paper stood still; None when it was not asked.
        paper_mm: How much paper the slip pulls; 0 when nothing was sent.
        code_read: The drawing's code was read back; a slip over a serial line carries none.
        busy: Another program holds the printer.
        said: The driver's own sentence, when it failed.
    """

    outcome: Outcome
    reason: str = ""
    before: PrinterMood | None = None
    after: PrinterMood | None = None
    paper_mm: int = 0
    code_read: bool = False
    busy: bool = False
    said: str = ""


def code_text(device: str) -> str:
    """Return what the code of a test slip says: of no visit, and refused at every desk."""
    words = f"TRAM-TEST {device.upper()} KHONG PHAI SO THU TU NOT A QUEUE NUMBER "
    return (words * CODE_LETTERS)[:CODE_LETTERS]


class Trial:
    """One test print. Blocking."""

    def __init__(
        self,
        *,
        printer: Printer,
        renderer: SlipRenderer,
        journal: Journal,
        clock: Clock,
        roll_mm: int,
        wait: Callable[[float], None],
    ) -> None:
        """Take the parts; ``wait`` sleeps for so many seconds."""
        self._printer = printer
        self._renderer = renderer
        self._journal = journal
        self._clock = clock
        self._wait = wait
        self._paper = PaperWatch(journal=journal, clock=clock, roll_mm=roll_mm)
        self._ends = SlipEnds(journal, clock, lambda: None)

    def print(self, slip: Slip) -> Tried:
        """Print ``slip`` and return how it went; it is journalled, whatever came of it.

        Raises:
            JournalError: Nothing was sent.
        """
        at = self._clock.now().isoformat()
        job = PrintJob(new_id(self._clock), "", slip.ticket, at, kind=slip.kind)
        tried = self._before(slip, job)
        self._ends.write([(job, tried.outcome, tried.reason)], self._paper.roll)
        return tried

    def _before(self, slip: Slip, job: PrintJob) -> Tried:
        try:
            data = self._renderer.render(slip)
        except PrinterError as error:
            return Tried("failed", reason_of(error), said=str(error))
        try:
            status = self._printer.status()
        except PrinterError as error:
            return _failed(error, Tried("failed", before=PrinterMood.UNREACHABLE))
        tried = Tried("failed", before=mood_of(status), code_read=slip.qr is not None)
        trouble = trouble_of(status)
        if trouble is not None:
            return replace(tried, reason=trouble)
        self._journal.append([], jobs=[replace(job, state=JobState.SENT)])
        return self._sent(data, tried)

    def _sent(self, data: bytes, tried: Tried) -> Tried:
        try:
            self._printer.send(data)
        except (PaperOut, CoverOpen) as error:
            return _failed(error, tried)
        except PrinterError as error:
            # Part of it, or all of it, may have come out.
            return _failed(error, replace(tried, outcome="doubtful"))
        pulled = self._renderer.paper_mm(data)
        self._paper.pulled(pulled)
        self._wait(SETTLE_SECONDS + pulled / SLOWEST_MM_A_SECOND)
        return self._after(replace(tried, outcome="doubtful", paper_mm=pulled))

    def _after(self, tried: Tried) -> Tried:
        try:
            status = self._printer.status()
        except PrinterError as error:
            return _failed(error, replace(tried, after=PrinterMood.UNREACHABLE))
        tried = replace(tried, after=mood_of(status, roll_low=self._paper.low))
        trouble = trouble_of(status)
        if trouble is not None:
            return replace(tried, reason=trouble)
        if not status.knows:
            return replace(tried, reason="printer_cannot_tell")
        return replace(tried, outcome="proven")


def _failed(error: PrinterError, tried: Tried) -> Tried:
    busy = isinstance(error, PrinterBusy)
    return replace(tried, reason=reason_of(error), said=str(error), busy=busy)
