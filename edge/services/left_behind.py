"""What desks had done at the former hub, and its standby never heard: kept there, named here.

It is not done over by itself: somebody may have done the same thing anew, or another thing instead.
Both records stay, each in its journal and at the centre; the head of the site sees whom to look at.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec
import structlog

from edge.domain.queue.changing import CHANGES
from edge.domain.queue.visit import Visit
from edge.ports import Entry, JournalError
from edge.services.lineage import Lineage
from edge.services.site_queue import SiteQueue
from protocol.errors import WireError
from protocol.events import Event, decode_event

MOST = 500
log = structlog.get_logger("left_behind")


class _Who(msgspec.Struct, frozen=True):
    staff: str = ""
    desk: str = ""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """One thing that the former hub alone has.

    Attributes:
        what: Type of the event.
        at: When, by that hub's clock.
    """

    visit: Visit
    what: str
    staff: str
    desk: str
    at: datetime


class FormerHub:
    """Reads it from the copy of the former hub's journal."""

    def __init__(self, lineage: Lineage, queue: SiteQueue) -> None:
        self._lineage = lineage
        self._queue = queue
        self._events: tuple[Event, ...] = ()

    def refresh(self) -> None:
        """Read it again; in a thread."""
        try:
            found = [event for each in self._lineage.left_behind() if (event := _of_queue(each))]
        except JournalError as error:
            log.error("journal_failed", problem=str(error))  # noqa: TRY400 - expected
            return
        self._events = tuple(found[-MOST:])

    def now(self) -> list[LeftBehind]:
        """Return what concerns visits of the present day, in its order."""
        visits = self._queue.state.visits
        return [
            _named(event, visits[event.visit])
            for event in self._events
            if event.visit is not None and event.visit in visits
        ]


def _of_queue(entry: Entry) -> Event | None:
    try:
        event = decode_event(entry.data)
    except WireError:
        return None
    return event if event.type in CHANGES else None


def _named(event: Event, visit: Visit) -> LeftBehind:
    try:
        who = msgspec.json.decode(event.body, type=_Who)
    except msgspec.DecodeError:
        who = _Who()
    return LeftBehind(visit, event.type, who.staff, who.desk, datetime.fromisoformat(event.at))
