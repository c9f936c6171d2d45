"""What every desk is made of: where it stands, what it shows, and what may be done there.

A desk of a new kind is one module with a ``DeskKind`` and one template ``desks/KIND.html``; it is
entered into ``desk_kinds.py``. The shell does the rest: the person before the desk, the list, calls,
conflicts, repeated sending.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.routing import BaseRoute

from edge.domain.answers import Subject
from edge.domain.queue.commands import Command
from edge.domain.queue.outcome import Done, Refused
from edge.domain.queue.state import SiteState
from edge.domain.queue.stations import Station
from edge.domain.queue.visit import Visit
from edge.domain.roster import Difference, Match
from edge.domain.staff import Role, Staff
from edge.domain.stamp import Moment
from edge.domain.vault import SiteKeys
from edge.ports import Clock, Keys
from edge.services.desk_certificates import DeskCertificates
from edge.services.reading import Reader
from edge.services.recording import new_id
from edge.services.site_people import SitePeople
from edge.services.staff_calls import StaffCalls
from edge.ui.site.at_work import AtWork
from edge.ui.site.entry import Entry
from protocol.documents.model import Claim
from protocol.events import Identity


class Queue(Protocol):
    """What desks need of the site's queue."""

    state: SiteState

    async def do(self, command: Command) -> Done | Refused:
        """Carry a command out; what it returned is durable."""
        ...

    async def do_all(self, commands: Sequence[Command]) -> list[Done | Refused]:
        """Carry commands out in order, written together; a refusal ends it."""
        ...

    async def changed(self, version: int) -> int:
        """Return the queue's version once it is above ``version``."""
        ...


@dataclass(frozen=True, slots=True)
class Slips:
    """How a number gets onto paper at the hub; without a printer it is shown in the browser.

    Attributes:
        prints: The hub has a printer.
        send: Prints the slip of ``visit``; ``job`` is the id that its check-in stored, empty for a
            second slip.
        correct: Prints what differs between card and list once more, marked.
        sign: Ticket, visit, stage and now to the text of the slip's QR.
    """

    sign: Callable[[str, str, str, Moment], str]
    prints: bool = False
    send: Callable[[Visit, str, str | None], None] = lambda _visit, _job, _name: None
    correct: Callable[[Visit, str | None, Sequence[Difference]], None] = lambda *_: None


@dataclass(frozen=True, kw_only=True)
class DeskSite:
    """The parts that desks ask.

    Attributes:
        ended: Set once the hub stops: what is told to pages ends then.
        being_given: The number that a kiosk is just giving to a person, by matching key; or None.
        match: What the site's list says of a claim; None where the site has none.
        staff_names: Log-in name -> the name that colleagues read; empty while locked.
        reenter: From the text of a slip's QR to the id of its visit, which is taken in where the hub
            never heard of it; raises ``SlipUnknown``.
        complain: Opens a complaint: subject, who, their matching key, the visit that it is about (the
            last two may be empty); returns its number.
        now_ms: Now, on the site's timeline.
        at_work: Who works at which desk, as far as their pages asked of late.
        certificates: What is known of people's certificates; None where nobody could be asked.
        calls: Which kiosks want staff.
        extra: What desks of other modules need besides.
    """

    entry: Entry
    queue: Queue
    people: SitePeople
    site_keys: SiteKeys
    keys: Keys
    reader: Reader
    clock: Clock
    zone: ZoneInfo
    slips: Slips
    now_ms: Callable[[], int]
    calls: StaffCalls
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    being_given: Callable[[str], str | None] = lambda _: None
    match: Callable[[Claim], Match] | None = None
    staff_names: Callable[[], Mapping[str, str]] = dict
    reenter: Callable[[str], Awaitable[str]] | None = None
    complain: Callable[[Subject, Identity, str, str], Awaitable[str]] | None = None
    at_work: AtWork = field(default_factory=AtWork)
    certificates: DeskCertificates | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def state(self) -> SiteState:
        """Return the queue as it stands."""
        return self.queue.state


@dataclass(frozen=True, slots=True)
class Place:
    """A desk of the site: the station, and the table there."""

    station: Station
    desk: str

    @property
    def path(self) -> str:
        """Return the address of this desk's page."""
        return f"/desk/{self.station.id}/{self.desk}"


Words = Callable[..., str]
"""Says a word of ``site.po`` in the language of this browser."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """One thing that staff asked for at a desk.

    Attributes:
        visit: Whom it is about; None where it is about nobody, or about somebody unknown.
        form: What was typed and chosen, without outer blanks.
        once: Id of this press; the same press sent again has the same one.
    """

    site: DeskSite
    staff: Staff
    place: Place
    visit: Visit | None
    form: Mapping[str, str]
    once: str
    t: Words

    @property
    def version(self) -> int | None:
        """Return the visit's version that the page showed."""
        text = self.form.get("version", "")
        return int(text) if text.isdecimal() and len(text) < 16 else None

    @property
    def seen(self) -> tuple[str, ...]:
        """Return the warnings that were read and passed."""
        return tuple(code for code in self.form.get("seen", "").split(",") if code)

    @property
    def must_visit(self) -> Visit:
        """Return whom it is about.

        Raises:
            Problem: Nobody that the hub knows.
        """
        if self.visit is None:
            raise Problem("refused.unknown_visit")
        return self.visit

    def text(self, name: str, most: int = 200) -> str:
        """Return what was typed into a field, cut to ``most`` letters."""
        return self.form.get(name, "").strip()[:most]

    def need(self, name: str, problem: str, most: int = 200) -> str:
        """Return what was typed into a field.

        Raises:
            Problem: Nothing was; ``problem`` says so.
        """
        found = self.text(name, most)
        if not found:
            raise Problem(problem, field=name)
        return found

    def number(self, name: str, problem: str, least: int = 0, most: int = 9_999) -> int:
        """Return the whole number in a field.

        Raises:
            Problem: There is none between ``least`` and ``most``.
        """
        found = self.text(name, 12)
        if not (found.isascii() and found.isdecimal()) or not least <= int(found) <= most:
            raise Problem(problem, field=name)
        return int(found)


class Problem(Exception):  # noqa: N818 - what it is to staff
    """What was asked for cannot be done; says why in a word of ``site.po``, nothing was done."""

    def __init__(self, word: str, *, field: str = "", **values: object) -> None:
        super().__init__(word)
        self.word, self.field, self.values = word, field, values


@dataclass(frozen=True, slots=True)
class Show:
    """Answer with a page of its own, such as a step in between; nothing was done yet."""

    template: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Go:
    """Do the commands in their order, then open a page.

    Attributes:
        did: Word of ``site.po`` below ``did.``: what the page says was done.
        to: Where to go then; empty: back to the desk. ``{visit}`` is filled in.
        then: Called when all is done, with the last visit.
    """

    commands: Sequence[Command] = ()
    did: str = ""
    to: str = ""
    then: Callable[[Visit | None], None] | None = None


Answer = Go | Show
Action = Callable[[Work], Awaitable[Answer]]
"""Turns what was asked for into commands. Raises ``Problem``. May be called again for the same press."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What a desk's page shows, for one moment.

    Attributes:
        visit: The person whom the page is about: who was called here, or who was looked up.
        mine: That person was called to this very desk.
        typed: What was typed before, when the page comes back with a problem.
    """

    site: DeskSite
    staff: Staff
    place: Place
    visit: Visit | None
    mine: bool
    typed: Mapping[str, str]
    t: Words
    now_ms: int


@dataclass(frozen=True, kw_only=True)
class DeskKind:
    """A kind of desk.

    Attributes:
        kind: Kind of the station; also the name of its template in ``desks/``.
        roles: Who may work there, besides heads.
        show: Returns what its template gets besides the shell's values.
        actions: Name in the form's address -> what it does.
        calls: People are called to it.
        fields: Fields of its forms that a conflict shows beside what the other wrote; the word of
            each is ``field.NAME``, of its values ``value.NAME.VALUE`` where there is such a word.
    """

    kind: str
    roles: tuple[Role, ...]
    show: Callable[[Sight], Mapping[str, Any]] = lambda _: {}
    actions: Mapping[str, Action] = field(default_factory=dict)
    calls: bool = True
    fields: tuple[str, ...] = ()
    routes: Callable[[DeskSite], Sequence[BaseRoute]] = lambda _: ()


def fresh(site: DeskSite) -> str:
    """Return an id for a form or an event: a UUID of version 7."""
    return new_id(site.clock)


def place_of(request: Request, state: SiteState) -> Place | None:
    """Return the desk that a request's address names, or None."""
    station = state.station(request.path_params.get("station", ""))
    desk = request.path_params.get("desk", "")
    if station is None or not desk.isalnum() or len(desk) > 8:
        return None
    return Place(station, desk)
