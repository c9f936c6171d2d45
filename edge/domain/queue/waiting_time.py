"""How long people wait: a range from what this station did today, or nothing where nobody can say."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import quantiles
from typing import Final

from edge.domain.queue.state import SiteState
from edge.domain.queue.visit import Phase, Visit

_RECENT: Final = 30
_FEWEST: Final = 8
_PAUSE_MS: Final = 20 * 60_000
"""A longer gap is a pause, or nobody was there: it says nothing of how quickly people are served."""
_STALE_MS: Final = 10 * 60_000
_MINUTE_MS: Final = 60_000


def wait_of(state: SiteState, visit: Visit, now_ms: int) -> tuple[int, int] | None:
    """Return from and to how many minutes until ``visit`` is called; None when unsure."""
    before = people_before(state, visit)
    return None if before is None else wait_at(state, visit.station, before, now_ms)


def people_before(state: SiteState, visit: Visit) -> int | None:
    """Return how many stand before ``visit`` in its line, or None where it stands in none."""
    if visit.phase is not Phase.WAITING:
        return None
    return state.lines[visit.station].before(visit.id)


def wait_of_newcomer(state: SiteState, station: str, now_ms: int) -> tuple[int, int] | None:
    """Return from and to how many minutes who comes now waits at ``station``; None when unsure."""
    return wait_at(state, station, len(state.lines[station]), now_ms)


def wait_at(state: SiteState, station: str, before: int, now_ms: int) -> tuple[int, int] | None:
    """Return from and to how many minutes ``before`` people and then oneself take to be called."""
    calls = list(state.calls[station])
    if state.session == "closed" or not calls or now_ms - calls[-1] > _stale_ms(calls):
        return None
    gaps = [b - a for a, b in pairwise(calls[-_RECENT - 1 :]) if b - a <= _PAUSE_MS]
    if len(gaps) < _FEWEST:
        return None
    quick, _, slow = quantiles(_smoothed(gaps), n=4, method="inclusive")
    return _minutes(quick * before, up=False), _minutes(slow * (before + 1), up=True)


def _stale_ms(calls: Sequence[int]) -> int:
    """Return after how long without a call the station may have closed its desks."""
    gaps = sorted(b - a for a, b in pairwise(calls))
    usual = gaps[len(gaps) // 2] if gaps else 0
    return max(_STALE_MS, min(4 * usual, _PAUSE_MS))


def _smoothed(gaps: Sequence[int]) -> list[float]:
    """Return means of four gaps in a row: several desks call at once and then not for a while."""
    return [sum(gaps[at : at + 4]) / 4 for at in range(len(gaps) - 3)]


def _minutes(milliseconds: float, *, up: bool) -> int:
    whole = int(milliseconds // _MINUTE_MS)
    return whole + 1 if up else whole
