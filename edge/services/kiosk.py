"""Runs the conversation: takes facts one at a time, carries out what follows, in that order."""

import asyncio
from collections.abc import Callable
from typing import assert_never

import structlog

from edge.domain.commands import (
    AskRecords,
    AskStillHere,
    CallStaff,
    Command,
    ForgetFrames,
    JudgeCertificate,
    PrintCertificate,
    PrintPending,
    PrintSlip,
    ReprintSlip,
    ShowScreen,
    StoreCertificate,
    StoreCheckIn,
    StoreComplaint,
    StoreRefusal,
    Storing,
    TryJournal,
)
from edge.domain.facts import (
    AlreadyHere,
    CertificateJudged,
    Fact,
    HallEmptied,
    JournalFailed,
    JournalRecovered,
    NoLongerHere,
    ReprintQueued,
    TickPassed,
)
from edge.domain.screen import Fault
from edge.domain.session import decide
from edge.domain.state import Rules, State
from edge.ports import Clock, DiskFull, JournalError
from edge.services.asking_first import AskingFirst
from edge.services.display import Display
from edge.services.elapsed import milliseconds
from edge.services.recording import PlannedCheckIn, Recorder
from edge.services.trust import Judge, without_lists

TICK_SECONDS = 0.25

log = structlog.get_logger("kiosk")


class Kiosk:
    """The one owner of the conversation's state."""

    def __init__(
        self,
        *,
        facts: asyncio.Queue[Fact],
        recorder: Recorder,
        display: Display,
        clock: Clock,
        print_slip: Callable[[PrintSlip], None],
        reprint: Callable[[ReprintSlip], str],
        ask: Callable[[AskRecords], None],
        forget_frames: Callable[[], None],
        software: str,
        rules: Rules | None = None,
        asking_first: AskingFirst | None = None,
        judge: Judge = without_lists,
        print_certificate: Callable[[PrintCertificate | PrintPending], str] = lambda _: "",
        call_staff: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """Take the parts.

        Args:
            facts: Where camera, pages and printer put what happened; made by ``new_inbox``.
            reprint: Takes a second slip to print and returns its job's id.
            ask: Takes a question about certificates or doses; the answer comes as a fact.
            print_certificate: Takes one, or the word that there is none yet, and returns its job's id.
            judge: Gives the verdict on a certificate; blocking, and slow the first time.
            call_staff: Takes whether staff are wanted here; where there is a hub, its desks are told.
            asking_first: Finds who holds a number from elsewhere; None where there is no hub.
        """
        self._recorder = recorder
        self._display = display
        self._clock = clock
        self._print_slip = print_slip
        self._reprint = reprint
        self._ask = ask
        self._forget_frames = forget_frames
        self._software = software
        self._facts = facts
        self._asking_first = asking_first
        self._judge = judge
        self._print_certificate = print_certificate
        self._call_staff = call_staff
        self.state = State(since_ms=milliseconds(clock), rules=rules or Rules())

    def newest_number_ns(self) -> int | None:
        """Return when the newest number that is remembered was given, since boot; None without any."""
        return max((each.at_ms * 1_000_000 for each in self.state.given.values()), default=None)

    async def run(self) -> None:
        """Follow facts until cancelled."""
        self._display.show(self.state.home)
        while True:
            await self.follow(await self._facts.get())

    async def tick(self, alive: Callable[[], None]) -> None:
        """Tell the conversation that time passes, and the watchdog that its turn comes round."""
        while True:
            await self._facts.put(TickPassed(milliseconds(self._clock)))
            alive()
            await asyncio.sleep(TICK_SECONDS)

    async def day_ended(self) -> None:
        """Forget who holds which number: nobody of the day before is in the hall."""
        await self._facts.put(HallEmptied(milliseconds(self._clock)))

    async def follow(self, fact: Fact) -> None:
        """Decide on ``fact`` and on what its commands bring about, to the end."""
        waiting = [fact]
        while waiting:
            self.state, commands = decide(self.state, waiting.pop(0))
            for command in commands:
                result = await self._carry_out(command)
                if result is not None:
                    waiting.append(result)

    async def _carry_out(self, command: Command) -> Fact | None:  # noqa: C901 - one case a command
        match command:
            case StoreCheckIn():
                return await self._check_in(command)
            case JudgeCertificate():
                return await self._verdict(command)
            case AskStillHere():
                return await self._still_here(command)
            case StoreRefusal() | StoreComplaint() | StoreCertificate() | TryJournal():
                return await asyncio.to_thread(self._store, command)
            case ReprintSlip():
                return ReprintQueued(self._reprint(command), milliseconds(self._clock))
            case PrintCertificate() | PrintPending():
                return ReprintQueued(self._print_certificate(command), milliseconds(self._clock))
            case PrintSlip():
                self._print_slip(command)
            case AskRecords():
                self._ask(command)
            case ShowScreen():
                self._display.show(
                    command.screen,
                    still_there=command.still_there,
                    visitor=self.state.visitor,
                    large=self.state.large,
                )
            case CallStaff():
                self._call_staff(command.wanted)
            case ForgetFrames():
                self._forget_frames()
            case _:
                assert_never(command)
        return None

    async def _verdict(self, command: JudgeCertificate) -> Fact:
        judged = await asyncio.to_thread(self._judge, command.certificate, command.claim)
        return CertificateJudged(command.person, judged, milliseconds(self._clock))

    async def _check_in(self, order: StoreCheckIn) -> Fact | None:
        planned: PlannedCheckIn | None = None
        if self._asking_first is not None:
            found = await self._asking_first.before(order, self.state)
            if isinstance(found, AlreadyHere):
                return found
            planned = found
        return await asyncio.to_thread(self._store, order, planned)

    async def _still_here(self, asked: AskStillHere) -> Fact | None:
        first = self._asking_first
        if first is None or not await first.is_over(asked.person, asked.visit, asked.ticket):
            return None
        return NoLongerHere(asked.visit, asked.companion, milliseconds(self._clock))

    def _store(self, command: Storing, planned: PlannedCheckIn | None = None) -> Fact | None:
        try:
            return self._write(command, planned)
        except JournalError as error:
            fault = fault_of(error)
            log.error("journal_failed", fault=fault, problem=str(error))  # noqa: TRY400 - expected
            return JournalFailed(fault, milliseconds(self._clock))

    def _write(self, command: Storing, planned: PlannedCheckIn | None) -> Fact | None:
        match command:
            case StoreCheckIn():
                stored = self._recorder.check_in(command, planned)
                log.info("checked_in", visit=stored.visit, ticket=stored.ticket)
                return stored
            case StoreComplaint():
                complaint = self._recorder.complain(command)
                log.info("complaint_opened", visit=complaint.visit, ticket=complaint.ticket)
                return complaint
            case StoreRefusal():
                self._recorder.refuse(command)
                log.info("scan_refused", document=command.document, reason=command.reason)
                return None
            case StoreCertificate():
                self._recorder.certificate_seen(command)
                log.info("certificate_seen", visit=command.visit, verdict=command.judged.verdict)
                return None
            case TryJournal():
                self._recorder.start(self._software, "journal_recovered")
                return JournalRecovered(milliseconds(self._clock))
            case _:
                assert_never(command)


def fault_of(error: JournalError) -> Fault:
    """Return the code that a volunteer reads from the screen."""
    return "D01" if isinstance(error, DiskFull) else "D02"
