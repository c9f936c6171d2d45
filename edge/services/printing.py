"""Prints each slip once and says the truth about it; never in the way of the next person.

A job's life: ``queued`` with the check-in, ``sent`` durably before the first byte, then ``proven``,
``doubtful`` or ``failed`` in one transaction with its event. So whatever dies in between, a slip
that may have left the printer has an event, and none is printed twice.

The next slip starts while the paper of the one before still moves. A slip is proven when the printer,
asked ``settle_seconds`` after its last byte, is well and was at no look in between anything else.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import structlog

from edge.domain.commands import PrintCertificate, PrintPending, PrintSlip, ReprintSlip
from edge.domain.facts import Fact, PrintFinished
from edge.domain.reprint import LIMIT, Reprints
from edge.ports import (
    Clock,
    CoverOpen,
    JobState,
    Journal,
    JournalError,
    PaperOut,
    Printer,
    PrinterError,
    PrinterStatus,
    PrintJob,
    SlipKind,
    SlipRenderer,
)
from edge.services.display import PrinterMood
from edge.services.elapsed import milliseconds
from edge.services.paper import PaperWatch
from edge.services.print_orders import Order, Sent, whose
from edge.services.printer_state import mood_of, reason_of, trouble_of
from edge.services.recording import new_id
from edge.services.room import RoomLeft
from edge.services.slip_ends import End, Outcome, SlipEnds
from edge.services.slip_words import NotPrintable, SlipWriter

LOOK_SECONDS = 10.0

log = structlog.get_logger("printing")


@dataclass(frozen=True, slots=True)
class PrintRules:
    """What a site decides about slips.

    Attributes:
        expires_seconds: A slip that waited longer is not printed any more: its person has read the
            number and gone.
        reprints: Second slips of one visit, at most.
        roll_mm: Length of a new roll.
        settle_seconds: From the last byte to the question whether all went well; paper moves.
    """

    expires_seconds: float = 60
    reprints: int = 2
    roll_mm: int = 50_000
    settle_seconds: float = 1.0


class Printing:
    """Owns the printer. One slip at a time, in the order of the check-ins."""

    def __init__(
        self,
        *,
        build: Callable[[], tuple[Printer, SlipRenderer]],
        journal: Journal,
        clock: Clock,
        writer: SlipWriter,
        tell: Callable[[Fact], Awaitable[None]],
        on_mood: Callable[[PrinterMood], None] = lambda _: None,
        written: Callable[[], None] = lambda: None,
        rules: PrintRules | None = None,
        printed_elsewhere: Callable[[str], bool] = lambda _: False,
        room: RoomLeft | None = None,
    ) -> None:
        """Take the parts.

        Args:
            build: Makes the printer and what draws slips; called in a thread, because drivers are
                slow to import and the screen does not wait for them; again after PrinterError.
            writer: Knows what stands on slips.
            tell: Gets a ``PrintFinished`` for every slip.
            on_mood: Gets the printer's state whenever it was asked; called in a thread.
            written: Called in a thread after an event was written: there is something to send.
            printed_elsewhere: Asked in a thread before the certificate of a dose is printed, whether
                a copy may have left another printer of the site.
            room: Says whether there is room for telemetry; None: there is.
        """
        self._build = build
        self._built: tuple[Printer, SlipRenderer] | None = None
        self._journal = journal
        self._clock = clock
        self._writer = writer
        self._tell = tell
        self._on_mood = on_mood
        self._written = written
        self._rules = rules or PrintRules()
        self._printed_elsewhere = printed_elsewhere
        self._reprints = Reprints(most=self._rules.reprints)
        self._copies = Reprints(most=1 + self._rules.reprints)
        self._paper = PaperWatch(
            journal=journal, clock=clock, roll_mm=self._rules.roll_mm, room=room
        )
        self._ends = SlipEnds(journal, clock, written)
        self._orders: asyncio.Queue[Order] = asyncio.Queue()
        self._unproven: list[Sent] = []
        self._trouble: str | None = None

    def submit(self, slip: PrintSlip) -> None:
        """Take a slip to print, and the correction slip that goes with it; return at once."""
        now_ms = milliseconds(self._clock)
        self._orders.put_nowait(Order(slip, self._job(slip.job, slip), now_ms))
        if slip.corrections:
            self._orders.put_nowait(Order(slip, self._correction(slip), now_ms))

    def reprint(self, wanted: ReprintSlip) -> str:
        """Take a slip to print again, marked unless none came out, and return its job's id at once.

        One that the rule does not allow ends as failed, like one for which there is no paper.
        """
        slip = PrintSlip(
            job=new_id(self._clock),
            visit=wanted.visit,
            ticket=wanted.ticket,
            masked_name=wanted.masked_name,
            desk=wanted.desk,
            large=wanted.large,
            doses=wanted.doses,
            earlier=wanted.earlier,
            standing=wanted.standing,
            corrections=wanted.corrections,
        )
        if not wanted.alone:
            self._again(slip, self._job(slip.job, slip), limited=not wanted.by_staff)
        if wanted.corrections:
            self._again(slip, self._correction(slip), limited=not wanted.by_staff)
        return slip.job

    def _again(self, slip: PrintSlip, job: PrintJob, *, limited: bool) -> None:
        now_ms, key = milliseconds(self._clock), whose(job)
        self._reprints, granted = self._reprints.grant(key, now_ms, limited=limited)
        self._reprints, marked = self._reprints.marked(key)
        refused = None if granted else LIMIT
        self._orders.put_nowait(Order(slip, replace(job, reprint=marked), now_ms, refused))

    def certificate(self, wanted: PrintCertificate | PrintPending) -> str:
        """Take a certificate, or the word that there is none, and return its job's id at once.

        The job on disk holds ids alone: after a stop the person asks for it again. Any but the first
        that may have left a printer of the site is marked.
        """
        now_ms, item = milliseconds(self._clock), wanted.item
        kind: SlipKind = "pending"
        named = item.id
        if isinstance(wanted, PrintCertificate):
            kind, named = "certificate", item.copy_name
        self._copies, granted = self._copies.grant(
            f"{kind} {named}", now_ms, limited=not wanted.staff
        )
        queued_at = self._clock.now().isoformat()
        job = PrintJob(
            new_id(self._clock),
            item.visit,
            named,
            queued_at,
            # The word that there is none now is no copy of a certificate that was printed before.
            reprint=item.printed and kind == "certificate",
            kind=kind,
            staff=wanted.staff,
        )
        self._orders.put_nowait(Order(wanted, job, now_ms, None if granted else LIMIT))
        return job.id

    def settle_old_jobs(self) -> int:
        """End the jobs that a stop left open, and return how many; blocking, before ``run``.

        Raises:
            JournalError: Nothing was written.
        """
        return self._ends.settle_old_jobs()

    async def run(self) -> None:
        """Print until cancelled."""
        try:
            await asyncio.to_thread(self._look)
            while True:
                order = await self._next_order()
                if order is not None:
                    await self._print(order)
                elif not self._unproven:
                    await asyncio.to_thread(self._look)
                await self._end_doubted()
                if self._unproven and self._proof_due_in() <= 0:
                    await self._prove()
        finally:
            if self._built is not None:
                self._built[0].close()

    async def _next_order(self) -> Order | None:
        patience = max(0.0, self._proof_due_in()) if self._unproven else LOOK_SECONDS
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                return await self._orders.get()
        return None

    def _proof_due_in(self) -> float:
        now = asyncio.get_running_loop().time()
        return self._unproven[0].at + self._rules.settle_seconds - now

    async def _print(self, order: Order) -> None:
        order = await asyncio.to_thread(self._marked, order)
        end = await asyncio.to_thread(self._try, order)
        if end is not None:
            await self._finish([(order, *end)])
        else:
            self._unproven.append(Sent(order, asyncio.get_running_loop().time()))

    async def _prove(self) -> None:
        try:
            status = await asyncio.to_thread(self._look_closely)
        except PrinterError:
            status = None
        await self._end_doubted()
        if status is None or not self._unproven:
            return
        limit = asyncio.get_running_loop().time() - self._rules.settle_seconds
        due = [sent for sent in self._unproven if sent.at <= limit]
        self._unproven = [sent for sent in self._unproven if sent.at > limit]
        proof: tuple[Outcome, str] = ("proven", "")
        if not status.knows:
            proof = ("doubtful", "printer_cannot_tell")
        await self._finish([(sent.order, *proof) for sent in due])

    async def _end_doubted(self) -> None:
        """End what was not proven when the printer got into trouble: its paper may be half out."""
        trouble, self._trouble = self._trouble, None
        if trouble is None or not self._unproven:
            return
        doubted, self._unproven = self._unproven, []
        await self._finish([(sent.order, "doubtful", trouble) for sent in doubted])

    async def _finish(self, ends: list[tuple[Order, Outcome, str]]) -> None:
        await asyncio.to_thread(
            self._write, [(order.job, outcome, reason) for order, outcome, reason in ends]
        )
        for order, outcome, reason in ends:
            job = order.job
            self._remember(order, outcome)
            log.info(
                "slip",
                visit=job.visit,
                job=job.id,
                kind=job.kind,
                reprint=job.reprint,
                outcome=outcome,
                reason=reason,
            )
            qr = None if outcome == "proven" else self._writer.qr(order.slip, job)
            at_ms = milliseconds(self._clock)
            await self._tell(PrintFinished(job.id, outcome, at_ms, qr, reason, order.beside))

    def _remember(self, order: Order, outcome: Outcome) -> None:
        job = order.job
        if order.refused is not None:
            return
        if job.kind in {"certificate", "pending"} and outcome == "failed":
            self._copies = self._copies.given_back(f"{job.kind} {job.ticket}")
        if job.kind in {"queue", "correction"}:
            self._reprints = self._reprints.ended(
                whose(job),
                failed=outcome == "failed",
                marked=job.reprint,
                at_ms=milliseconds(self._clock),
            )

    def _marked(self, order: Order) -> Order:
        """Return an order about a dose marked, unless it is the first that leaves a printer of the site."""
        job = order.job
        if job.kind not in {"certificate", "pending"} or job.reprint:
            return order
        try:
            again = self._journal.printed(job.kind, job.ticket)
        except JournalError:
            return order  # Then its job cannot be written either, and nothing is printed.
        if job.kind == "certificate":
            # Asked in any case: so the site knows that a copy is on its way.
            again = self._printed_elsewhere(job.ticket) or again
        return replace(order, job=replace(job, reprint=again))

    def _try(self, order: Order) -> tuple[Outcome, str] | None:
        """Send a slip; return how it ended, or None when its proof is to come."""
        if order.refused is not None:
            return "failed", order.refused
        if milliseconds(self._clock) - order.at_ms > self._rules.expires_seconds * 1000:
            return "failed", "expired"
        try:
            self._send(order)
        except _NotSent as error:
            return "failed", error.reason
        except (PaperOut, CoverOpen) as error:
            return "failed", self._note(reason_of(error))
        except PrinterError:
            # Part of it, or all of it, may lie in the tray.
            return "doubtful", self._note("printer_unavailable")
        return None

    def _send(self, order: Order) -> None:
        try:
            printer, renderer = self._parts()
            data = renderer.render(self._writer.slip(order.slip, order.job))
            trouble = trouble_of(self._look_closely())
        except PrinterError as error:
            raise _NotSent(reason_of(error)) from error
        except NotPrintable as error:
            raise _NotSent(error.reason) from error
        if trouble is not None:
            raise _NotSent(trouble)
        try:
            self._journal.append([], jobs=[replace(order.job, state=JobState.SENT)])
        except JournalError as error:
            raise _NotSent("journal") from error
        printer.send(data)
        self._paper.pulled(renderer.paper_mm(data))

    def _write(self, ends: list[End]) -> None:
        self._ends.write(ends, self._paper.roll)

    def _parts(self) -> tuple[Printer, SlipRenderer]:
        if self._built is None:
            self._built = self._build()
        return self._built

    def _look_closely(self) -> PrinterStatus:
        try:
            status = self._parts()[0].status()
        except PrinterError as error:
            self._note(reason_of(error))
            self._on_mood(PrinterMood.UNREACHABLE)
            raise
        trouble = trouble_of(status)
        if trouble is not None:
            self._note(trouble)
        if self._paper.look(status):
            self._written()
        self._on_mood(mood_of(status, roll_low=self._paper.low))
        return status

    def _look(self) -> None:
        self._ends.write_again()
        with suppress(PrinterError):  # The mood says it; the next slip finds out for itself.
            self._look_closely()

    def _note(self, trouble: str) -> str:
        self._trouble = self._trouble or trouble
        return trouble

    def _job(self, job: str, slip: PrintSlip) -> PrintJob:
        queued_at = self._clock.now().isoformat()
        return PrintJob(job, slip.visit, slip.ticket, queued_at, kind=slip.kind)

    def _correction(self, slip: PrintSlip) -> PrintJob:
        return replace(self._job(new_id(self._clock), slip), kind="correction")


class _NotSent(Exception):  # noqa: N818 - a turn in the flow, caught above
    """No byte went to the printer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
