"""What can be done at every desk: call, call again, let wait, send on, send back, put first."""

from collections.abc import Mapping, Sequence
from typing import Final

from edge.domain.queue.commands import (
    CallNext,
    CallNumber,
    Command,
    Finish,
    Hold,
    MarkMissed,
    Prioritise,
    Recall,
    Resume,
    SendBack,
    Transfer,
)
from edge.domain.queue.figures import is_unattended
from edge.domain.queue.reasons import FIRST, HOLD, MOVE
from edge.domain.queue.visit import Visit
from edge.ui.site.desk_doubts import ask_first
from edge.ui.site.desk_model import Action, Answer, Go, Problem, Show, Work

FIELDS: Final = ("to", "to_desk", "reason", "priority")
NOBODY_THERE: Final = "nobody_there"


def _reason(work: Work, known: Sequence[str], *, must: bool = False) -> str:
    """Return the reason that was chosen; words of one's own are none."""
    reason = work.need("reason", "refused.reason_missing") if must else work.text("reason")
    if reason and reason not in known:
        raise Problem("refused.reason_missing", field="reason")
    return reason


def call_next(work: Work) -> CallNext:
    """Return the command that calls the next one to this desk."""
    return CallNext(station=work.place.station.id, desk=work.place.desk, staff=work.staff.login)


async def next_one(work: Work) -> Go:
    """Send on who is before this desk, if anybody is, and call the next."""
    called = work.site.state.at_desk(work.place.station.id, work.place.desk)
    if work.visit is None and called:
        # The page was older than the call: nobody is sent on unseen.
        raise Problem("refused.desk_busy", ticket=called[0].ticket)
    mine = [visit for visit in called if work.visit is not None and visit.id == work.visit.id]
    finish: Sequence[Command] = [
        Finish(visit=each.id, staff=work.staff.login, version=work.version) for each in mine
    ]
    return Go([*finish, call_next(work)], did="finished" if mine else "called")


async def finish(work: Work) -> Go:
    """Send a person on and call nobody: before a break."""
    visit = work.must_visit
    command = Finish(visit=visit.id, staff=work.staff.login, version=work.version)
    return Go([command], did="finished_paused")


async def call_number(work: Work) -> Go:
    """Call one person out of turn."""
    command = CallNumber(
        visit=work.must_visit.id,
        station=work.place.station.id,
        desk=work.place.desk,
        staff=work.staff.login,
        version=work.version,
    )
    return Go([command], did="called")


async def recall(work: Work) -> Go:
    """Call again."""
    visit = work.must_visit
    command = Recall(visit=visit.id, staff=work.staff.login, version=work.version)
    return Go([command], did="recalled")


async def hold(work: Work) -> Go:
    """Let a person wait aside."""
    visit, reason = work.must_visit, _reason(work, HOLD)
    command = Hold(visit=visit.id, staff=work.staff.login, reason=reason, version=work.version)
    return Go([command], did="held")


async def resume(work: Work) -> Go:
    """Put somebody who was aside back into the line."""
    visit = work.must_visit
    command = Resume(visit=visit.id, staff=work.staff.login, version=work.version)
    return Go([command], did="resumed")


async def missed(work: Work) -> Go:
    """Say that nobody came."""
    visit = work.must_visit
    command = MarkMissed(visit=visit.id, staff=work.staff.login, version=work.version)
    return Go([command], did="missed")


def _ask_where_nobody_is(work: Work, action: str, to: str, desk: str = "") -> Show | None:
    """Return the page that tells that nobody would call there; None where somebody does, or it was read."""
    station, staffed = work.site.state.station(to), work.site.at_work.places(work.site.now_ms())
    if station is None or NOBODY_THERE in work.seen or not is_unattended(station, desk, staffed):
        return None
    return ask_first(work, action, [NOBODY_THERE], FIELDS)


async def transfer(work: Work) -> Answer:
    """Send a person to another station, or to a certain desk of it; ``to`` is ``station`` or ``station/desk``."""
    station, _, desk = work.need("to", "problem.where").partition("/")
    nobody = _ask_where_nobody_is(work, "transfer", station, desk)
    if nobody is not None:
        return nobody
    command = Transfer(
        visit=work.must_visit.id,
        to=station,
        to_desk=desk,
        reason=_reason(work, MOVE),
        staff=work.staff.login,
        version=work.version,
    )
    return Go([command], did="transferred")


async def send_back(work: Work) -> Answer:
    """Send a person to an earlier station, for a reason."""
    to, reason = work.need("to", "problem.where"), _reason(work, MOVE, must=True)
    nobody = _ask_where_nobody_is(work, "send-back", to)
    if nobody is not None:
        return nobody
    command = SendBack(
        visit=work.must_visit.id,
        to=to,
        reason=reason,
        staff=work.staff.login,
        version=work.version,
    )
    return Go([command], did="sent_back")


async def put_first(work: Work) -> Go:
    """Put a person into another class, for a reason."""
    command = Prioritise(
        visit=work.must_visit.id,
        priority=work.text("priority"),
        reason=_reason(work, FIRST, must=True),
        staff=work.staff.login,
        version=work.version,
    )
    return Go([command], did="prioritised", to=_back_to(work.must_visit))


def _back_to(visit: Visit) -> str:
    return f"?visit={visit.id}"


COMMON: Final[Mapping[str, Action]] = {
    "next": next_one,
    "finish": finish,
    "call": call_number,
    "recall": recall,
    "hold": hold,
    "resume": resume,
    "missed": missed,
    "transfer": transfer,
    "send-back": send_back,
    "priority": put_first,
}
CALLING: Final = frozenset({"next", "call", "recall", "missed"})
