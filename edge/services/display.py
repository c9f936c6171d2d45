"""What every open page of this kiosk shows: the screen, and the bar that tells the machine's state.

A page that connects late or again gets the current state at once, and only the newest of several.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from edge.domain.screen import Attract, Screen

if TYPE_CHECKING:
    # The screen is there before what keeps lists is imported.
    from edge.services.roster import RosterState
    from edge.services.trust import ListsState


class PrinterMood(StrEnum):
    """The printer in one word, for the bar."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Bar:
    """The machine's state in facts; the page puts them into words.

    Attributes:
        unsent: Journal entries that no signed acknowledgement covers; None before the first look.
        as_of: Wall clock of that look; with nothing unsent, when the last was seen acknowledged.
        roster: How the site's roster stands; None where none is wanted, or before the first try.
        lists: How the lists for certificates stand; None before the first look.
        hub_reached: Whether the hub of the site answers; None where there is none, or nobody knows.
    """

    unsent: int | None = None
    as_of: datetime | None = None
    clock_ok: bool = True
    printer: PrinterMood = PrinterMood.UNKNOWN
    roster: "RosterState | None" = None
    hub_reached: bool | None = None
    lists: "ListsState | None" = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One state of the display; ``number`` grows with every change.

    Attributes:
        still_there: Over the screen stands the question whether somebody is still there.
        visitor: Another number than before says: the person has left, and with them their language,
            loudness and letters.
        large: The person who is there asked for larger letters.
        headphones: Something is plugged in that only this person hears.
    """

    number: int = 0
    screen: Screen = field(default_factory=Attract)
    still_there: bool = False
    visitor: int = 0
    large: bool = False
    headphones: bool = False
    bar: Bar = field(default_factory=Bar)


class Display:
    """Holds what is shown and wakes whoever follows it. For one event loop."""

    def __init__(self) -> None:
        self.shown = Shown()
        self._changed = asyncio.Event()
        self._closed = False

    def show(
        self, screen: Screen, *, still_there: bool = False, visitor: int = 0, large: bool = False
    ) -> None:
        """Put ``screen`` up on every page, with or without the question over it."""
        self._change(
            replace(
                self.shown, screen=screen, still_there=still_there, visitor=visitor, large=large
            )
        )

    def plug(self, *, headphones: bool) -> None:
        """Tell every page whether headphones are in."""
        if headphones != self.shown.headphones:
            self._change(replace(self.shown, headphones=headphones))

    def tell(self, bar: Bar) -> None:
        """Put ``bar`` on every page, if it says anything new."""
        if bar != self.shown.bar:
            self._change(replace(self.shown, bar=bar))

    async def changes(self) -> AsyncIterator[Shown]:
        """Yield the current state, then each newer one; what came between two looks is skipped."""
        last: Shown | None = None
        while not self._closed:
            changed = self._changed
            if self.shown is not last:
                last = self.shown
                yield last
            else:
                await changed.wait()

    def close(self) -> None:
        """End every ``changes``: the program stops."""
        self._closed = True
        self._changed.set()

    def _change(self, shown: Shown) -> None:
        self.shown = replace(shown, number=shown.number + 1)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
