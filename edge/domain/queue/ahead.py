"""The queue as it will be once what was decided is written; the queue itself stays as it is.

Commands that wait at the same time are written together, and each has to be decided on what those before
it make of the queue. So those are tried on a copy, which is thrown away: the queue learns them from the
journal.
"""

from collections.abc import Sequence
from copy import copy
from typing import Final

from edge.domain.queue.apply import apply
from edge.domain.queue.changing import CHANGES
from edge.domain.queue.commands import Command
from edge.domain.queue.decide import decide
from edge.domain.queue.outcome import Planned, Refused
from edge.domain.queue.state import SiteState
from edge.domain.stamp import Moment, complete
from protocol import hlc
from protocol.events import encode_body

_FORESEEN: Final = frozenset(CHANGES) - {"certificate_seen", "certificate_noted"}
"""What happens to who is here already; arrivals, vials and days are written before anything else is decided."""


class Ahead:
    """Decides on one command after the other, each as if those before it were written."""

    def __init__(self, state: SiteState, moment: Moment, seq: int) -> None:
        """Take the queue as entry ``seq`` left it; ``moment`` is now."""
        self.state = state
        self._moment = moment
        self._seq = seq
        self._copied = False
        self._planned: list[Planned] = []

    def decide(self, command: Command) -> list[Planned] | Refused:
        """Return what ``command`` comes to."""
        self._catch_up()
        planned = decide(self.state, command, self.state.now_ms(self._moment))
        if not isinstance(planned, Refused):
            self._planned = planned
        return planned

    def version_of(self, visit: str) -> int | None:
        """Return the version that a visit has after what was decided; None of one that is not here."""
        self._catch_up()
        found = self.state.visits.get(visit)
        return found.version if found is not None else None

    def _catch_up(self) -> None:
        """Take in what was decided last, not before somebody asks: a command alone needs no copy."""
        planned, self._planned = self._planned, []
        if planned and not self._copied:
            self.state, self._copied = _copy(self.state), True
        for each in planned:
            self._seq += 1
            event = complete(
                event_id=each.id or f"ahead-{self._seq}",
                body=each.body,
                seq=self._seq,
                hlc=hlc.ZERO,
                moment=self._moment,
                visit=each.visit,
            )
            apply(self.state, event)


def can_be_foreseen(planned: Sequence[Planned]) -> bool:
    """Return whether more can be decided before ``planned`` is written."""
    return all(encode_body(each.body)[0] in _FORESEEN for each in planned)


def _copy(state: SiteState) -> SiteState:
    """Return a copy that what is foreseen can change; what only arrivals, vials and days change is shared."""
    made = copy(state)
    made.visits = dict(state.visits)
    made.lines = {name: line.copy() for name, line in state.lines.items()}
    made.present = {name: dict(each) for name, each in state.present.items()}
    made.called = {name: dict(each) for name, each in state.called.items()}
    made.calls = {name: each.copy() for name, each in state.calls.items()}
    made.vials = dict(state.vials)
    made.families = state.families.copy()
    return made
