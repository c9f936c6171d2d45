"""What desks do about a person's certificates: how far they are, the paper, or the word why there is none.

While people wait after the injection, each is asked for again and again, so that a desk's page never
waits. Kept in memory are states alone; a certificate is there only while it is printed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import structlog

from edge.domain.answers import Answer, Asker, Found, Item
from edge.domain.commands import PrintCertificate, PrintPending
from edge.ports import (
    CertificateOnPaper,
    Certificates,
    Clock,
    Draft,
    JobState,
    Journal,
    JournalError,
    PrintJob,
    RecordsUnavailable,
    SlipUnreadable,
)
from edge.ports.sheet import DrawSheetCode, SheetCode
from edge.services.elapsed import milliseconds
from edge.services.recording import new_id
from edge.services.slip_words import NotPrintable, OnPaper
from protocol.certificates.copies import parts_of
from protocol.documents.model import Claim
from protocol.events import CertificatePrinted

LOOK_SECONDS: Final = 20.0
ANSWER_SECONDS: Final = 5.0
MOST_KNOWN: Final = 500
"""Everybody who can sit in a hall, and whoever was asked for lately."""
KNOWN_MS: Final = 60 * 60_000
SHEETS_KEPT: Final = 20
SHEET_MS: Final = 5 * 60_000
"""A page in the browser may be printed for so long; then it is asked for again, as a further copy."""

Watched = Callable[[], Awaitable[Sequence[tuple[str, Claim]]]]
"""Visits whose people wait after the injection, with who they are."""

log = structlog.get_logger("certificates")


@dataclass(frozen=True, slots=True)
class Sheet:
    """An A4 page that was written down as printed; in memory only.

    Attributes:
        staff: Log-in name of who printed it; nobody else gets to see it.
    """

    job: str
    staff: str
    at: datetime
    at_ms: int
    reprint: bool
    code: SheetCode = field(repr=False)
    paper: CertificateOnPaper = field(repr=False)


class DeskCertificates:
    """Asks beside the desks; ``run`` lives in the program's task group."""

    def __init__(
        self,
        *,
        certificates: Certificates,
        on_paper: OnPaper,
        draw: DrawSheetCode,
        journal: Journal,
        clock: Clock,
        watched: Watched,
        print_slip: Callable[[PrintCertificate | PrintPending], str] | None,
        printed_elsewhere: Callable[[str], bool] = lambda _: False,
        written: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the parts.

        Args:
            watched: Whom to ask for by itself.
            print_slip: Takes a slip for the hub's printer; None where it has none.
            printed_elsewhere: Asked in a thread whether a copy may have left another printer.
            written: Called in a thread after an event was written.
        """
        self._certificates = certificates
        self._on_paper = on_paper
        self._draw = draw
        self._journal = journal
        self._clock = clock
        self._watched = watched
        self._print_slip = print_slip
        self._printed_elsewhere = printed_elsewhere
        self._written = written
        self._known: dict[str, tuple[Answer, int]] = {}
        self._sheets: dict[str, Sheet] = {}

    @property
    def prints(self) -> bool:
        """Return whether the hub has a printer."""
        return self._print_slip is not None

    def known(self, visit: str) -> Answer | None:
        """Return how far a person's certificates were when they were last asked for; None: never."""
        known = self._known.get(visit)
        return None if known is None else known[0]

    async def run(self) -> None:
        """Ask for those who wait until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await self.look_at_all()
            # Where asking is slow, it is not done all the time.
            await asyncio.sleep(max(LOOK_SECONDS, 4 * (loop.time() - began)))

    async def look_at_all(self) -> None:
        """Ask for everybody who waits; where nobody answers for one, the others are left for later."""
        self._sheets = self._fresh_sheets()
        self._forget()
        waiting = await self._watched()
        for visit, claim in waiting:
            answer = await self.look(visit, claim, watched=not self._has_older(visit))
            if answer.found is Found.NOT_REACHABLE:
                for other, _ in waiting:
                    self._note(other, self.known(other) or Answer(Found.NOT_REACHABLE))
                return

    async def look(self, visit: str, claim: Claim, *, watched: bool = False) -> Answer:
        """Ask now, and return the answer with the certificates in it; it is never kept.

        Args:
            watched: Nobody asks but the desk itself, for how far the dose of this visit is.
        """
        answer = await self.ask(claim, visit, watched=watched)
        if answer.found is not Found.NOT_REACHABLE or self.known(visit) is None:
            self._note(visit, _states(answer))
        return answer

    async def ask(self, claim: Claim, visit: str | None = None, *, watched: bool = False) -> Answer:
        """Ask of somebody who need not be here for a dose; nothing is kept."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                asker = Asker("", visit, claim, watched)
                answer = await asyncio.to_thread(self._certificates.ask, asker)
                return await asyncio.to_thread(self._with_copies, answer)
        except (TimeoutError, RecordsUnavailable, JournalError) as error:
            log.info("certificates_not_known", problem=str(error) or "no answer in time")
            return Answer(Found.NOT_REACHABLE)

    def slip(self, item: Item, staff: str) -> str:
        """Print a certificate at the hub's printer; return the job's id."""
        return self._print_slip(PrintCertificate(item, staff=staff)) if self._print_slip else ""

    def word(self, items: tuple[Item, ...], masked_name: str | None, staff: str) -> str:
        """Print why there is none yet; return the job's id."""
        if self._print_slip is None:
            return ""
        return self._print_slip(PrintPending(items, masked_name, staff=staff))

    async def sheet(self, visit: str, item: Item, staff: str) -> Sheet:
        """Return an A4 page that stands in the journal, verified and read back.

        Args:
            visit: Empty where the dose was given in none of this site.

        Raises:
            NotPrintable: It is not valid now, or its code cannot be drawn.
            JournalError: Nothing was written; nothing may be printed.
        """
        made = await asyncio.to_thread(self._make, visit, item, staff)
        newest = [*self._fresh_sheets().items(), (made.job, made)][-SHEETS_KEPT:]
        self._sheets = dict(newest)
        self._note_printed(visit, item.id)
        log.info("certificate_sheet", visit=visit, job=made.job, reprint=made.reprint)
        return made

    def kept_sheet(self, job: str, staff: str) -> Sheet | None:
        """Return a page that this member of staff made a moment ago."""
        made = self._fresh_sheets().get(job)
        return made if made is not None and made.staff == staff else None

    def _fresh_sheets(self) -> dict[str, Sheet]:
        now_ms = milliseconds(self._clock)
        return {job: each for job, each in self._sheets.items() if now_ms - each.at_ms < SHEET_MS}

    def _has_older(self, visit: str) -> bool:
        """Return whether somebody asked for all that there is: it is not taken off the page again."""
        known = self.known(visit)
        return known is not None and any(item.visit != visit for item in known.items)

    def _note_printed(self, visit: str, dose: str) -> None:
        known = self.known(visit)
        if known is not None:
            items = tuple(replace(i, printed=i.printed or i.id == dose) for i in known.items)
            self._note(visit, replace(known, items=items))

    def _note(self, visit: str, answer: Answer) -> None:
        self._known.pop(visit, None)
        known = (visit, (answer, milliseconds(self._clock)))
        self._known = dict([*self._known.items(), known][-MOST_KNOWN:])

    def _forget(self) -> None:
        """Forget what was told of people who were not asked for since long: maybe they were erased."""
        since = milliseconds(self._clock) - KNOWN_MS
        self._known = {visit: known for visit, known in self._known.items() if known[1] > since}

    def _make(self, visit: str, item: Item, staff: str) -> Sheet:
        paper = self._on_paper(PrintCertificate(item))
        try:
            code = self._draw(paper.code)
        except SlipUnreadable as error:
            raise NotPrintable("unreadable") from error
        job, now = new_id(self._clock), self._clock.now()
        named = item.copy_name
        again = item.printed or self._journal.printed("certificate", named)
        again = self._printed_elsewhere(named) or again
        # Nobody can prove what a browser prints: it counts as printed from here on.
        body = CertificatePrinted(
            job=job,
            dose=item.id,
            proof="doubtful",
            reprint=again,
            paper="a4",
            staff=staff,
            certificate=parts_of(named)[1],
        )
        at = now.isoformat()
        done = PrintJob(job, visit, named, at, JobState.DOUBTFUL, again, "certificate", staff)
        draft = Draft(new_id(self._clock), body, visit=visit or None)
        self._journal.append([draft], jobs=[done])
        self._written()
        return Sheet(job, staff, now, milliseconds(self._clock), again, code, paper)

    def _with_copies(self, answer: Answer) -> Answer:
        """Return it with what this Pi itself printed: without a hub's store nobody else says so."""
        items = tuple(
            replace(
                each, printed=each.printed or self._journal.printed("certificate", each.copy_name)
            )
            for each in answer.items
        )
        return replace(answer, items=items)


def _states(answer: Answer) -> Answer:
    return replace(answer, items=tuple(replace(each, certificate="") for each in answer.items))
