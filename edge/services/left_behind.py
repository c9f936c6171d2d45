"""What desks had done at the former hub, and its standby never heard: kept there, named here.

It is not done over by itself: somebody may have done the same thing anew, or another thing instead.
Both records stay, each in its journal and at the centre; the head of the site sees whom to look at, and
what to do. Check-ins and complaints are not among it: the former hub hands them over.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
import structlog

from edge.domain.queue.changing import CHANGES
from edge.domain.queue.day import trusted_date
from edge.domain.queue.state import SiteState
from edge.domain.queue.timeline import moment_of
from edge.domain.queue.visit import Visit
from edge.ports import Entry, JournalError
from edge.services.lineage import Lineage
from edge.services.site_queue import SiteQueue
from protocol.errors import WireError
from protocol.events import Event, decode_event

MOST = 500
log = structlog.get_logger("left_behind")


_VIALS: Final = frozenset({"vial_opened", "vial_discarded"})
_TASKS: Final = {
    "vaccinated": "dose",
    "screened": "form",
    "reaction_recorded": "form",
    "observation_started": "care",
    "left": "care",
}


class _Who(msgspec.Struct, frozen=True):
    staff: str = ""
    desk: str = ""
    vial: str = ""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """One thing that the former hub alone has.

    Attributes:
        visit: Whom it is about; None of a vial.
        name: Number of the visit, or name of the vial.
        what: Type of the event.
        task: What the head is to have done: ``place``, ``form``, ``dose``, ``care`` or ``vial``.
        at: When, by that hub's clock.
    """

    visit: Visit | None
    name: str
    what: str
    task: str
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
        """Return what concerns visits and vials of the present day, in its order."""
        found = (_named(event, self._queue.state) for event in self._events)
        return [each for each in found if each is not None]


def _of_queue(entry: Entry) -> Event | None:
    try:
        event = decode_event(entry.data)
    except WireError:
        return None
    return event if event.type in CHANGES or event.type in _VIALS else None


def _named(event: Event, state: SiteState) -> LeftBehind | None:
    try:
        who = msgspec.json.decode(event.body, type=_Who)
    except msgspec.DecodeError:
        who = _Who()
    at = datetime.fromisoformat(event.at)
    if event.type in _VIALS:
        known = _vial_is_known(state, event, who.vial)
        return None if known else LeftBehind(None, who.vial, event.type, "vial", who.staff, "", at)
    visit = state.visits.get(event.visit or "")
    if visit is None:
        return None
    task = _TASKS.get(event.type, "place")
    return LeftBehind(visit, visit.ticket, event.type, task, who.staff, who.desk, at)


def _vial_is_known(state: SiteState, event: Event, name: str) -> bool:
    """Return whether what was written of a vial is of another day, or was written here anew."""
    vial = state.vials.get(name)
    if event.type == "vial_opened":
        return vial is not None or not _is_of(event, state)
    return vial is None or event.id in vial.discards


def _is_of(event: Event, state: SiteState) -> bool:
    return trusted_date(state, moment_of(event)) in ("", state.day)
