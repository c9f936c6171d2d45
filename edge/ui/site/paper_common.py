"""What keying in slips and keying in vials share: hours of the paper's day, doubts, what differs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from edge.domain.queue.commands import Command
from edge.domain.queue.outcome import Refused
from edge.domain.staff import Staff
from edge.ui.site.desk_model import DeskSite, Place, Problem, Work
from edge.ui.site.desk_pages import language_of, words_in

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """Something typed that is not what stands; ``value`` is the word that both are values of, or empty."""

    word: str
    stands: str
    typed: str
    value: str = ""


class Differs(Exception):  # noqa: N818 - what it does
    """Of what is there already, something typed is not what stands."""

    def __init__(self, of: str, differences: Sequence[Difference]) -> None:
        super().__init__(of)
        self.differences = differences


class Doubts(Exception):  # noqa: N818 - what they are
    """Staff have to read some doubts first."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


def work_of(site: DeskSite, request: Request, staff: Staff, form: Mapping[str, str]) -> Work:
    """Return what was typed as something that staff asked for, at no desk in particular."""
    station = site.state.policy.stations[0]
    return Work(
        site=site,
        staff=staff,
        place=Place(station, (station.desks or ("1",))[0]),
        visit=None,
        form=form,
        once=form.get("once", ""),
        t=words_in(language_of(request)),
    )


def when(work: Work, name: str) -> str:
    """Return what a time of the paper's day means, RFC 3339; nothing where none was written.

    Raises:
        Problem: No time, or one that has not come.
    """
    time, site = work.text(name, 5), work.site
    if not time:
        return ""
    try:
        found = datetime.fromisoformat(f"{work.text('day', 10)}T{time}")
    except ValueError as error:
        raise Problem("paper.no_time", field=name) from error
    told = found.replace(tzinfo=site.zone)
    if site.clock.clock_ok() and told > site.clock.now():
        raise Problem("paper.in_future", field=name)
    return told.isoformat()


_Keyed = TypeVar("_Keyed")


async def keyed_in(
    work: Work, keyed: Awaitable[_Keyed], form: Callable[..., Response]
) -> _Keyed | Response:
    """Return what was keyed in, or the form again that says why nothing was."""
    try:
        return await keyed
    except Problem as problem:
        said = work.t(problem.word, **problem.values)
        return form(problem=said, field=problem.field)
    except Doubts as doubts:
        return form(warnings=doubts.codes)
    except Differs as found:
        return form(differs=found.differences)


async def do(site: DeskSite, command: Command) -> None:
    """Do a command.

    Raises:
        Doubts: Staff have to read them first.
        Problem: It is refused; says why.
    """
    done = await site.queue.do(command)
    if not isinstance(done, Refused):
        return
    if done.reason == "confirm_warnings":
        raise Doubts(done.details["warnings"].split(","))
    # Of the same slip: it came here by another way, and stands in the queue.
    if done.reason != "visit_known":
        raise Problem(f"refused.{done.reason}", **done.details)


def as_written(day: str) -> str:
    """Return an ISO date as people write it."""
    return "/".join(reversed(day.split("-")))
