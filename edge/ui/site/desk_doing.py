"""Carries out what a desk asked for: once for each press, in order, and never on what nobody saw."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from edge.domain.queue.commands import CallNext, Command, VisitCommand
from edge.domain.queue.outcome import Done, Refused
from edge.domain.queue.visit import Visit
from edge.ui.site.desk_model import Action, Go, Queue, Show, Work

MOST_PRESSES = 5_000


@dataclass(slots=True)
class Press:
    """One press of a button, however often the browser sends it.

    Attributes:
        commands: What it comes to, once the first of them was done; then it is never thought over.
        done: What came of the first ones.
        went: The whole outcome, once all is done.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    go: Go | None = None
    commands: Sequence[Command] = ()
    done: list[Done] = field(default_factory=list)
    went: "Went | None" = None


@dataclass(frozen=True, slots=True)
class Went:
    """All was done.

    Attributes:
        alone: The person was sent on, and there is nobody to call.
    """

    go: Go
    visit: Visit | None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """A command was refused; those before it are done."""

    refused: Refused
    done: int


class Presses:
    """Remembers the latest presses, so that none counts twice."""

    def __init__(self, most: int = MOST_PRESSES) -> None:
        self._presses: OrderedDict[bytes, Press] = OrderedDict()
        self._most = most

    def of(self, login: str, action: str, form: Mapping[str, str]) -> Press:
        """Return the press that a form is; the same form with other words is another one."""
        text = repr((login, action, sorted(form.items())))
        key = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
        press = self._presses.setdefault(key, Press())
        self._presses.move_to_end(key)
        while len(self._presses) > self._most:
            self._presses.popitem(last=False)
        return press


async def perform(press: Press, work: Work, action: Action) -> Went | Stopped | Show:
    """Do what ``action`` makes of ``work``; a press that is sent again goes on where it stopped.

    Raises:
        Problem: The action found something missing; nothing was done.
    """
    async with press.lock:
        if press.went is not None:
            return press.went
        if not press.done:
            answer = await action(work)
            if isinstance(answer, Show):
                return answer
            press.go, press.commands = answer, tuple(answer.commands)
        outcome = await _go_on(press, work.site.queue, work.visit)
        if isinstance(outcome, Went):
            press.went = outcome
            if outcome.go.then is not None:
                outcome.go.then(outcome.visit)
        return outcome


async def _go_on(press: Press, queue: Queue, visit: Visit | None) -> Went | Stopped:
    go = press.go or Go()
    left = press.commands[len(press.done) :]
    outcomes = await queue.do_all([_renewed(each, press.done) for each in left])
    press.done += [each for each in outcomes if isinstance(each, Done)]
    last = outcomes[-1] if outcomes else None
    if not isinstance(last, Refused):
        return Went(go, _last(press.done, visit))
    place = len(press.done)
    alone = isinstance(press.commands[place], CallNext) and last.reason == "nobody_waiting"
    if place and alone:
        return Went(go, _last(press.done, visit), alone=True)
    return Stopped(last, place)


def _renewed(command: Command, done: Sequence[Done]) -> Command:
    """Return the command on the version that the press made when it was sent before."""
    made = next((each.visit for each in reversed(done) if each.visit), None)
    if made is None or not isinstance(command, VisitCommand) or command.visit != made.id:
        return command
    return replace(command, version=made.version)


def _last(done: Sequence[Done], visit: Visit | None) -> Visit | None:
    return next((each.visit for each in reversed(done) if each.visit), visit)
