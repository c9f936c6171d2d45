"""How staff come in at a hub or its standby, put together: list, log-ins, and the end of their day."""

from collections.abc import Callable
from dataclasses import dataclass

from edge.bootstrap.core import Core
from edge.domain.sessions import Limits
from edge.ports import Journal, SessionStore
from edge.services.day_end import DayEnd
from edge.services.door import Door
from edge.services.staff import StaffList
from edge.services.staff_events import StaffEvents
from edge.services.vault import VaultKeeper
from edge.ui.site.entry import Entry
from edge.ui.site.pages import SitePages


@dataclass(frozen=True)
class Entrance:
    """The parts; ``day_end`` locks what the door opened."""

    door: Door
    day_end: DayEnd
    staff: StaffList
    entry: Entry
    session_seconds: float


def build_entrance(
    core: Core,
    keeper: VaultKeeper,
    sessions: SessionStore,
    journal: Journal,
    written: Callable[[], None],
) -> Entrance:
    """Return the way in to what ``keeper`` opens; nothing runs yet.

    Args:
        written: Called in a thread after each write to the journal.
    """
    settings, clock = core.settings, core.clock
    session_seconds = 3600 * settings.hub.session_hours
    events = StaffEvents(journal=journal, keys=core.keys, clock=clock, written=written)
    door = Door(
        keeper=keeper,
        store=sessions,
        clock=clock,
        events=events,
        limits=Limits(session_seconds, 60 * settings.hub.idle_minutes),
    )
    staff = StaffList(keeper=keeper, door=door, events=events, entropy=clock.entropy)
    entry = Entry(door, SitePages(site_name=settings.site_name, device=settings.device))
    day_end = DayEnd(
        clock=clock, zone=core.zone, day_ended=door.day_ended, worked_ns=door.worked_ns
    )
    return Entrance(door, day_end, staff, entry, session_seconds)
