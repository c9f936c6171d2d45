"""Prints each slip once and says the truth about it; never in the way of the next person.

A job's life: ``queued`` with the check-in, ``sent`` durably before the first byte, then ``proven``,
``doubtful`` or ``failed`` in one transaction with its event. So whatever dies in between, a slip
that may have left the printer has an event, and none is printed twice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal

import structlog

from edge.domain.commands import PrintSlip
from edge.domain.facts import Fact, PrintFinished
from edge.ports import (
    Clock,
    CoverOpen,
    Draft,
    JobState,
    Journal,
    JournalError,
    Paper,
    PaperOut,
    Printer,
    PrinterError,
    PrinterStatus,
    PrintJob,
    Slip,
    SlipRenderer,
)
from edge.services.display import PrinterMood
from edge.services.recording import milliseconds, new_id
from protocol.events import PrintFailed, SlipPrinted

STALE_MS = 60_000
"""A slip that waited longer is not printed any more: its person has read the number and gone."""
LOOK_SECONDS = 10.0

log = structlog.get_logger("printing")

Outcome = Literal["proven", "doubtful", "failed"]


@dataclass(frozen=True, slots=True)
class _Order:
    slip: PrintSlip
    at_ms: int


class Printing:
    """Owns the printer. One slip at a time, in the order of the check-ins."""

    def __init__(
        self,
        *,
        build: Callable[[], tuple[Printer, SlipRenderer]],
        journal: Journal,
        clock: Clock,
        site: str,
        stage: str,
        tell: Callable[[Fact], Awaitable[None]],
        on_mood: Callable[[PrinterMood], None] = lambda _: None,
        written: Callable[[], None] = lambda: None,
        settle_seconds: float = 1.0,
    ) -> None:
        """Take the parts.

        Args:
            build: Makes the printer and what draws slips; called in a thread, because drivers are
                slow to import and the screen does not wait for them; again after PrinterError.
            stage: Where the slip sends the person first, as printed.
            tell: Gets a ``PrintFinished`` for every slip.
            on_mood: Gets the printer's state whenever it was asked; called in a thread.
            written: Called in a thread after an event was written: there is something to send.
            settle_seconds: From the last byte to the question whether all went well; paper moves.
        """
        self._build = build
        self._built: tuple[Printer, SlipRenderer] | None = None
        self._journal = journal
        self._clock = clock
        self._site = site
        self._stage = stage
        self._tell = tell
        self._on_mood = on_mood
        self._written = written
        self._settle_seconds = settle_seconds
        self._orders: asyncio.Queue[_Order] = asyncio.Queue()
        self._unwritten: list[tuple[Draft, PrintJob]] = []

    def submit(self, slip: PrintSlip) -> None:
        """Take a slip to print; returns at once."""
        self._orders.put_nowait(_Order(slip, milliseconds(self._clock)))

    def settle_old_jobs(self) -> int:
        """End the jobs that a stop left open, and return how many; blocking, before ``run``.

        One that was sent may have been printed: doubtful. One that was not is not printed any more.

        Raises:
            JournalError: Nothing was written.
        """
        jobs = self._journal.open_jobs()
        ends = [
            self._end(job, "doubtful" if job.state is JobState.SENT else "failed", "expired")
            for job in jobs
        ]
        if ends:
            self._journal.append([draft for draft, _ in ends], jobs=[job for _, job in ends])
        return len(ends)

    async def run(self) -> None:
        """Print until cancelled."""
        try:
            await asyncio.to_thread(self._look)
            while True:
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        order = await self._orders.get()
                except TimeoutError:
                    await asyncio.to_thread(self._look)
                    continue
                await self._print(order)
        finally:
            if self._built is not None:
                self._built[0].close()

    async def _print(self, order: _Order) -> None:
        slip = order.slip
        job = PrintJob(slip.job, slip.visit, slip.ticket, self._clock.now().isoformat())
        outcome, reason = await self._try(order)
        await asyncio.to_thread(self._write, self._end(job, outcome, reason))
        log.info("slip", visit=slip.visit, job=slip.job, outcome=outcome, reason=reason)
        await self._tell(PrintFinished(slip.job, outcome, milliseconds(self._clock)))

    async def _try(self, order: _Order) -> tuple[Outcome, str]:
        if milliseconds(self._clock) - order.at_ms > STALE_MS:
            return "failed", "expired"
        try:
            await asyncio.to_thread(self._send, order.slip)
        except _NotSent as error:
            return "failed", error.reason
        except (PaperOut, CoverOpen) as error:
            return "failed", _reason(error)
        except PrinterError:
            # Part of it, or all of it, may lie in the tray.
            return "doubtful", "printer_unavailable"
        await asyncio.sleep(self._settle_seconds)
        return await asyncio.to_thread(self._proof)

    def _send(self, slip: PrintSlip) -> None:
        words = Slip(slip.ticket, self._stage, self._site, self._clock.now(), slip.masked_name)
        try:
            printer, renderer = self._parts()
            data = renderer.render(words)
            trouble = trouble_of(self._look_closely())
        except PrinterError as error:
            raise _NotSent(_reason(error)) from error
        if trouble is not None:
            raise _NotSent(trouble)
        try:
            self._journal.move_job(slip.job, JobState.SENT)
        except JournalError as error:
            raise _NotSent("journal") from error
        printer.send(data)

    def _proof(self) -> tuple[Outcome, str]:
        try:
            status = self._look_closely()
        except PrinterError as error:
            return "doubtful", _reason(error)
        trouble = trouble_of(status)
        if trouble is not None:
            return "doubtful", trouble
        return ("proven", "") if status.knows else ("doubtful", "printer_cannot_tell")

    def _parts(self) -> tuple[Printer, SlipRenderer]:
        if self._built is None:
            self._built = self._build()
        return self._built

    def _look_closely(self) -> PrinterStatus:
        try:
            status = self._parts()[0].status()
        except PrinterError:
            self._on_mood(PrinterMood.UNREACHABLE)
            raise
        self._on_mood(mood_of(status))
        return status

    def _look(self) -> None:
        self._write_again()
        try:
            self._look_closely()
        except PrinterError:
            return  # The mood says it; the next slip finds out for itself.

    def _end(self, job: PrintJob, outcome: Outcome, reason: str) -> tuple[Draft, PrintJob]:
        body: SlipPrinted | PrintFailed
        if outcome == "failed":
            body = PrintFailed(job=job.id, ticket=job.ticket, reason=reason)
        else:
            body = SlipPrinted(job=job.id, ticket=job.ticket, proof=outcome, reprint=job.reprint)
        return Draft(new_id(self._clock), body, visit=job.visit), replace(
            job, state=JobState(outcome)
        )

    def _write(self, end: tuple[Draft, PrintJob]) -> None:
        self._unwritten.append(end)
        self._write_again()

    def _write_again(self) -> None:
        """Write what could not be written before; until then the job stays open in the journal."""
        ends = self._unwritten
        if not ends:
            return
        try:
            self._journal.append([draft for draft, _ in ends], jobs=[job for _, job in ends])
        except JournalError as error:
            log.error("slip_event_not_written", waiting=len(ends), problem=str(error))  # noqa: TRY400 - no trace needed
            return
        self._unwritten = []
        self._written()


class _NotSent(Exception):  # noqa: N818 - a turn in the flow, caught above
    """No byte went to the printer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def trouble_of(status: PrinterStatus) -> str | None:
    """Return why a printer in this state prints nothing, or None; paper counts before "off line"."""
    if status.paper is Paper.OUT:
        return "paper_out"
    if status.cover_open:
        return "cover_open"
    return None if status.online else "printer_unavailable"


def mood_of(status: PrinterStatus) -> PrinterMood:
    """Return the printer's state in one word."""
    match trouble_of(status):
        case "paper_out":
            return PrinterMood.PAPER_OUT
        case "cover_open":
            return PrinterMood.COVER_OPEN
        case None if not status.knows:
            return PrinterMood.UNKNOWN
        case None:
            near_end = status.paper is Paper.NEAR_END
            return PrinterMood.PAPER_LOW if near_end else PrinterMood.READY
        case _:
            return PrinterMood.UNREACHABLE


def _reason(error: PrinterError) -> str:
    match error:
        case PaperOut():
            return "paper_out"
        case CoverOpen():
            return "cover_open"
        case _:
            return "printer_unavailable"
