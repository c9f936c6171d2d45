"""Reads on in the Platform's list of doses, around what gives no answer, and asks for that again.

Nothing that the Platform cannot tell hides what lies behind it: an entry is left out alone, a part of
the list is halved until little of it is left. What is left out is an open discrepancy until it is read.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import structlog

from central.domain.doses import DosePage, Unread
from central.domain.reading_on import (
    believed,
    ends_of,
    halves,
    is_by_time,
    latest,
    reaches,
    read_from,
    span,
    written_at,
)
from central.ports import Clock, DoseMirror, DosePlatform, PlatformUnavailable

VAIN_AT_MOST: Final = 48
"""So many questions of one reading may stay without an answer: halving the past to a millisecond
takes one for each of 41 halves. The others wait for the next reading."""
PARTS_AT_MOST: Final = 500
"""So many parts and entries may be left out before no part is halved any more: a Platform that answers
no question about the past would else be cut into millions."""
log = structlog.get_logger(__name__)


class DoseList:
    """Blocking; one reading at a time. Killed at any point, the next reading goes on."""

    def __init__(self, platform: DosePlatform, mirror: DoseMirror, clock: Clock) -> None:
        self._platform = platform
        self._mirror = mirror
        self._clock = clock
        self._tried = ""
        self._vain = 0
        self._parts = 0

    def read(self) -> None:
        """Read on, and ask again for what was left out before.

        Raises:
            PlatformUnavailable: The Platform is away; what was read stays.
            StoreError: Nothing more was kept.
        """
        try:
            self._read_on()
        except PlatformUnavailable as error:
            self._leave_out(error)
        self._ask_again()

    def _read_on(self) -> None:
        through = self._mirror.through()
        since = read_from(through, self._clock.now())
        for page in self._platform.changed_doses(since):
            through = believed(page.through, through, self._clock.now())
            self._keep(page, through)

    def _leave_out(self, error: PlatformUnavailable) -> None:
        """Leave out the rest of the list, where the Platform answers what comes after it.

        Raises:
            PlatformUnavailable: It does not, or wants to be left in peace.
        """
        through, now = self._mirror.through(), self._clock.now()
        if error.retry_after_seconds or not is_by_time(through):
            raise error
        for page in self._platform.changed_doses(written_at(now)):
            rest = Unread(span(read_from(through, now), written_at(now)), str(error))
            self._keep(replace(page, unread=(*page.unread, rest)), written_at(now))
            return

    def _ask_again(self) -> None:
        """Ask for what was left out, each in its turn, until too much stays without an answer."""
        waiting, self._vain = self._mirror.unread(), 0
        self._parts = len(waiting)
        after = [what for what in waiting if what > self._tried]
        for what in (*after, *waiting[: len(waiting) - len(after)]):
            if self._vain >= VAIN_AT_MOST:
                return
            self._tried = what
            ends = ends_of(what)
            page = self._platform.entry(what) if ends is None else self._of_span(*ends)
            self._vain += len(page.unread) if ends is None else 0
            self._keep(page, self._mirror.through(), [what])

    def _of_span(self, begin: str, end: str) -> DosePage:
        """Read a part of the list, halved where it gives no answer, and return what is still unread."""
        waiting, unread = [(begin, end)], list[Unread]()
        while waiting:
            first, last = waiting.pop()
            tried = self._vain < VAIN_AT_MOST
            reached, reason = self._pages(first, last) if tried else (first, "")
            parts = self._halved(reached, last) if reason else []
            waiting += parts
            if reason is not None and not parts:
                unread.append(Unread(span(reached, last), reason))
        return DosePage((), (), "", unread=tuple(unread))

    def _halved(self, begin: str, end: str) -> list[tuple[str, str]]:
        parts = halves(begin, end) if self._parts < PARTS_AT_MOST else []
        self._parts += 1
        return parts

    def _pages(self, begin: str, end: str) -> tuple[str, str | None]:
        """Read a part of the list; return how far that went, and why no further.

        Raises:
            PlatformUnavailable: The Platform wants to be left in peace.
        """
        reached = begin
        try:
            for page in self._platform.changed_doses(begin, end):
                self._keep(page, self._mirror.through())
                reached = latest([reached, page.through])
                if reaches(reached, end):
                    break
        except PlatformUnavailable as error:
            if error.retry_after_seconds:
                raise
            self._vain += 1
            return reached, str(error)
        return reached, None

    def _keep(self, page: DosePage, through: str, again: Sequence[str] = ()) -> None:
        self._mirror.saw_page(replace(page, through=through), self._clock.now(), again)
        if page.unreadable:
            log.warning("entries of the Platform cannot be read", entries=page.unreadable)
        if page.unread:
            names = [one.what for one in page.unread[:10]]
            log.warning("the Platform gives no answer", parts=len(page.unread), first=names)
