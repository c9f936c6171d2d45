"""Where one day of the queue ends and the next begins.

Staff open and close a session; without them the day goes over at the site's midnight, but only between
two dates that a clock vouched for. Docs: decisions/0009, which holds for numbers for the same reason.
Whoever was vaccinated shortly before midnight stays: they are still watched, and may fall ill. A vial that
nobody emptied stays on the list of the next day, unless the day was closed by somebody who saw it open.
"""

from collections.abc import Container, Sequence
from datetime import date
from typing import Final

from msgspec.structs import replace

from edge.domain.queue.placing import put
from edge.domain.queue.state import SiteState
from edge.domain.queue.timeline import instant, moment_of
from edge.domain.queue.vials import Vial
from edge.domain.queue.visit import Phase, Visit
from edge.domain.stamp import Moment
from protocol.events import Event, decode_body, decode_event
from protocol.site_events import SessionClosed, SessionOpened

_OPENS: Final = b'"session_opened"'
_IN_CARE_MS: Final = 2 * 3_600_000
"""Who was vaccinated or watched so lately may be there still; others went home without a word."""


def trusted_date(state: SiteState, moment: Moment) -> str:
    """Return the date at the site, or nothing where the clock is not vouched for."""
    return moment.wall.astimezone(state.zone).date().isoformat() if moment.clock_ok else ""


def date_of(state: SiteState, event: Event) -> str:
    """Return the date at the site of ``event``, or nothing where its clock was not vouched for."""
    if not event.clock_ok:
        return ""
    minute = event.at[:16]  # A day's events share few minutes, and a day begins with one.
    found = state.dates.get(minute)
    if found is None:
        found = state.dates[minute] = trusted_date(state, moment_of(event))
    return found


def pass_date(state: SiteState, today: str) -> None:
    """Take in the date of an event; a later trusted one than the last begins a new day."""
    if not today or today <= state.trusted_day:
        return
    if state.trusted_day:
        begin(state, today, _in_care(state))
    elif not state.session:
        state.day = today
    state.trusted_day = today


def begin(state: SiteState, day: str, staying: Sequence[Visit] = ()) -> None:
    """Begin ``day`` with nobody in the hall but those who are ``staying``."""
    vials = [] if state.session == "closed" else _left_open(state)
    papers = _papers(state, {visit.id for visit in staying})
    state.previous = (state.day, state.open_visits())
    state.day = day
    state.session = ""
    gone = frozenset(state.arrivals)
    state.clear()
    state.gone = gone
    state.vials = {vial.id: vial for vial in vials}
    for visit in staying:
        _stay(state, visit)
    for visit in papers:
        state.arrivals[visit.event] = visit.id
        put(state, visit)


def _left_open(state: SiteState) -> list[Vial]:
    """Return the vials with something in them, for one day more: no longer does the journal tell of them."""
    return [
        vial.left_from(state.day)
        for vial in state.vials.values()
        if vial.left > 0 and not vial.from_day
    ]


def _papers(state: SiteState, staying: Container[str]) -> list[Visit]:
    """Return whose slips were keyed in, for one day more: the rest of what stands on paper may follow."""
    day = state.day or state.trusted_day
    return [
        replace(
            visit,
            of_day=day,
            phase=visit.phase if visit.has_left else Phase.WAITING,
            desk="",
            duplicate_of=None,
            passed_over=False,
        )
        for visit in state.visits.values()
        if visit.happened_at and not visit.of_day and visit.id not in staying
    ]


def earlier_day(state: SiteState, happened_at: str) -> str:
    """Return the day of what was written on paper where it is before the hall's, ISO; else nothing.

    It needs no clock that is vouched for: paper and hall each have a date that somebody agreed to.
    """
    when = instant(happened_at)
    written = when.astimezone(state.zone).date().isoformat() if when else ""
    return written if written < state.day else ""


def day_of(state: SiteState, happened_at: str) -> str:
    """Return the day on which something was: the paper's where it is an earlier one, else the hall's."""
    return earlier_day(state, happened_at) or state.day


def _in_care(state: SiteState) -> list[Visit]:
    since_ms = state.last_ms - _IN_CARE_MS
    return [
        visit
        for visit in state.visits.values()
        if visit.is_open
        and visit.doses
        and max(visit.since_ms, visit.observed_from_ms or 0) > since_ms
    ]


def _stay(state: SiteState, visit: Visit) -> None:
    state.arrivals[visit.event] = visit.id
    state.families.join(visit.root, visit.id)
    state.families.enter(visit.root, visit.station, visit.entered_ms)
    state.persons.add(visit.person, visit)
    put(state, replace(visit, duplicate_of=None))


def open_session(state: SiteState, body: SessionOpened, today: str) -> None:
    """Open ``body.day``; another day than the present one begins with an empty hall."""
    if state.day and body.day != state.day:
        begin(state, body.day)
    state.day = body.day
    state.session = "open"
    state.trusted_day = max(state.trusted_day, body.day) if today else ""


def close_session(state: SiteState, body: SessionClosed) -> None:
    """Close the present day; a closing that tells of an earlier one changes nothing.

    One that names no day is of a hall where nothing had happened yet.
    """
    if body.day in (state.day, ""):
        state.session = "closed"


def passing(state: SiteState, today: str) -> tuple[SessionClosed | SessionOpened, ...]:
    """Return what is to be journalled when a day went over by itself; nothing else."""
    if today and state.trusted_day and today > state.trusted_day:
        gone = SessionClosed(day=state.day, open_visits=min(9_999, state.open_visits()))
        return (gone, SessionOpened(day=today))
    if state.previous is not None and not state.session and state.trusted_day:
        day, open_visits = state.previous
        return (
            SessionClosed(day=day, open_visits=min(9_999, open_visits)),
            SessionOpened(day=state.day),
        )
    return ()


def opens(data: bytes) -> str:
    """Return the day that an entry of the journal opens, or nothing; quick for all the others."""
    if _OPENS not in data:
        return ""
    event = decode_event(data)
    body = decode_body(event) if event.type == "session_opened" else None
    return body.day if isinstance(body, SessionOpened) else ""


def is_date(text: str) -> bool:
    """Return whether ``text`` is an ISO date."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
