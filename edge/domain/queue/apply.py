"""What an event of the hub's own journal makes of the state. Decides nothing and refuses nothing."""

from collections.abc import Callable
from typing import Any, Final

from edge.domain.queue.arriving import arrive, complain
from edge.domain.queue.changing import CHANGES
from edge.domain.queue.day import close_session, date_of, earlier_day, open_session, pass_date
from edge.domain.queue.state import SiteState
from edge.domain.queue.timeline import Era, era_at, moment_of, written_ms
from edge.domain.queue.vials import Vial
from protocol import site_events as site
from protocol.errors import WireError
from protocol.events import Event, decode_body

ARRIVALS: Final = ("checked_in", "arrived")


def apply(state: SiteState, event: Event) -> None:
    """Take in the next event of the hub's journal; one that is not the queue's only lets time pass."""
    era, now_ms = _pass_time(state, event)
    if event.type not in TYPES:
        return
    try:
        body: Any = decode_body(event)
    except WireError:
        return  # Nothing that this version wrote; the rest of the day counts on.
    state.version += 1
    if event.type in ARRIVALS:
        arrive(state, era, now_ms, event, body)
    elif event.type in CHANGES:
        visit = state.visits.get(event.visit or "")
        if visit is not None:
            CHANGES[event.type](state, visit, event, body, now_ms)
    else:
        _OF_DAY[event.type](state, event, body, now_ms)


def _pass_time(state: SiteState, event: Event) -> tuple[Era, int]:
    era = state.era
    if era.boot != event.boot or (event.clock_ok and not era.trusted):
        era = state.era = era_at(era, state.last_ms, moment_of(event))
    state.last_ms = max(state.last_ms, era.site_offset_ms + event.boottime_ns // 1_000_000)
    pass_date(state, date_of(state, event))
    return era, state.last_ms


def _opened(state: SiteState, event: Event, body: site.SessionOpened, _: int) -> None:
    open_session(state, body, date_of(state, event))


def _closed(state: SiteState, _event: Event, body: site.SessionClosed, _: int) -> None:
    close_session(state, body)


def _vial_opened(state: SiteState, _: Event, body: site.VialOpened, now_ms: int) -> None:
    if body.vial in state.vials:
        return
    state.vials[body.vial] = Vial(
        id=body.vial,
        vaccine=body.vaccine,
        lot=body.lot,
        doses=body.doses,
        staff=body.staff,
        opened_ms=written_ms(state.era, body.happened_at, now_ms),
        expiry=body.expiry,
        given=_given_from(state, body.vial),
        from_day=earlier_day(state, body.happened_at),
        happened_at=body.happened_at,
    )


def _given_from(state: SiteState, vial: str) -> int:
    """Return the doses that name a vial: those of paper are often keyed in before it."""
    return sum(dose.vial == vial for visit in state.visits.values() for dose in visit.doses)


def _vial_discarded(state: SiteState, event: Event, body: site.VialDiscarded, _now_ms: int) -> None:
    vial = state.vials.get(body.vial)
    if vial is not None:
        state.vials[body.vial] = vial.less_discarded(body.doses, event.id)


_OF_DAY: Final[dict[str, Callable[[SiteState, Event, Any, int], None]]] = {
    "session_opened": _opened,
    "session_closed": _closed,
    "vial_opened": _vial_opened,
    "vial_discarded": _vial_discarded,
    "complaint_opened": complain,
    "complaint_noted": complain,
}
TYPES: Final = frozenset({*ARRIVALS, *CHANGES, *_OF_DAY})
"""The types of events that the queue is made of."""
