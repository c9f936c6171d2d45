"""Counts the paper roll: how much was printed from it, what is left, when a new one was put in.

A new roll is noticed when paper is there again after there was none, or after the cover was opened on
a roll that was near its end. The near-end sensor alone proves nothing: it wavers on a swaying roll.
"""

from dataclasses import replace
from typing import Literal

import structlog

from edge.domain.stamp import rfc3339
from edge.ports import Clock, Draft, Journal, JournalError, Paper, PrinterStatus, Roll
from edge.services.recording import new_id
from edge.services.room import RoomLeft
from protocol.events import PaperChanged

LOW_PART = 0.05
"""Of a roll whose beginning was seen; printers without a near-end sensor have no other warning."""

log = structlog.get_logger("paper")

_WORDS: dict[Paper, Literal["enough", "near_end", "out"]] = {
    Paper.ENOUGH: "enough",
    Paper.NEAR_END: "near_end",
    Paper.OUT: "out",
}


class PaperWatch:
    """The one keeper of the roll's count. Blocking; one thread at a time."""

    def __init__(
        self, *, journal: Journal, clock: Clock, roll_mm: int, room: RoomLeft | None = None
    ) -> None:
        """Args: ``roll_mm`` is how long a new roll is; ``room`` says whether changes are told."""
        self._journal = journal
        self._clock = clock
        self._roll_mm = roll_mm
        self._room = room or RoomLeft()
        self._known: Roll | None = None
        self._cover_was_open = False

    @property
    def roll(self) -> Roll:
        """Return what is known of the roll; nothing while the journal cannot be read."""
        if self._known is None:
            try:
                self._known = self._journal.roll()
            except JournalError:
                return Roll()
        return self._known

    @property
    def left_mm(self) -> int | None:
        """Return an estimate of what is left; None while the roll's beginning was not seen."""
        return max(0, self._roll_mm - self.roll.used_mm) if self.roll.since else None

    @property
    def low(self) -> bool:
        """Return whether the roll is nearly used up by the count alone."""
        left = self.left_mm
        return left is not None and left < self._roll_mm * LOW_PART

    def pulled(self, millimetres: int) -> Roll:
        """Count paper that a slip pulled; the caller writes the roll with the slip's event."""
        self._known = replace(self.roll, used_mm=self.roll.used_mm + millimetres)
        return self._known

    def look(self, status: PrinterStatus) -> bool:
        """Take what the printer says; journal a change, and return whether one was.

        A change that cannot be written stays one: the next look writes it.
        """
        self._cover_was_open = self._cover_was_open or status.cover_open
        if status.cover_open or status.paper is Paper.UNKNOWN:
            return False
        try:
            return self._take(status.paper)
        except JournalError as error:
            log.error("paper_event_not_written", problem=str(error))  # noqa: TRY400 - no trace needed
            return False

    def _take(self, paper: Paper) -> bool:
        before = self.roll
        if paper is before.paper:
            self._cover_was_open = False
            return False
        new_roll = paper is not Paper.OUT and self._is_new_roll(before.paper, paper)
        after = replace(before, paper=paper)
        if new_roll:
            after = Roll(paper, 0, rfc3339(self._clock.now()))
        if before.paper is Paper.UNKNOWN and paper is Paper.ENOUGH:
            self._known = after  # Nothing happened; it is written with the next slip.
            return False
        self._write(before, after, new_roll=new_roll)
        self._cover_was_open = False
        return True

    def _is_new_roll(self, before: Paper, now: Paper) -> bool:
        if before is Paper.OUT:
            return True
        return before is Paper.NEAR_END and now is Paper.ENOUGH and self._cover_was_open

    def _write(self, before: Roll, after: Roll, *, new_roll: bool) -> None:
        left = max(0, self._roll_mm - after.used_mm) if after.since else None
        body = PaperChanged(
            paper=_WORDS[after.paper],
            used_mm=before.used_mm,
            left_mm=left,
            roll_changed=new_roll,
        )
        # Without room the count alone is kept, in the place where it was: it takes none.
        told = [Draft(new_id(self._clock), body)] if self._room.takes(body) else []
        self._journal.append(told, roll=after)
        self._known = after
        log.info("paper_changed", paper=after.paper.value, roll_changed=new_roll)
