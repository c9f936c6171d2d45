"""The page of the head of the site: the day, its figures, who works where, and how the machines are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from edge.domain.queue.commands import CloseSession, OpenSession
from edge.domain.queue.day import is_date
from edge.domain.queue.doubts import unbalanced
from edge.domain.queue.figures import at_stations, figures, still_open, unattended
from edge.domain.queue.outcome import Done, Refused
from edge.domain.replica import StandbyState
from edge.domain.staff import Role, Staff
from edge.services.left_behind import LeftBehind
from edge.ui.site.desk_model import DeskSite
from edge.ui.site.desk_pages import DeskPages, language_of, word_or, words_in
from edge.ui.site.desk_vials import equations
from edge.ui.site.forms import read_form

PATH: Final = "/head"
_VERIFY, _NUMBERS = "verify", "numbers"
_DID: Final = frozenset({"opened", "closed", _VERIFY, _NUMBERS})
HEARD_SECONDS: Final = 120
_CONFLICT: Final = 409
_UNAVAILABLE: Final = 503


@dataclass(frozen=True, slots=True)
class Machine:
    """How the hub's own Pi is.

    Attributes:
        unsent: Entries that the centre has not taken yet; None while nobody knows.
        as_of: When that was so.
        printer: A mood of the printer, as the kiosk's bar words it.
        faults: Codes of what is wrong, as ``docs/operations.md`` explains them.
        roster_at: When the centre last said that the site's list is this; None where there is none.
        news_at: When it last told of doses and certificates; None where it never did.
    """

    unsent: int | None = None
    as_of: datetime | None = None
    clock_ok: bool = True
    printer: str = "unknown"
    faults: Sequence[str] = ()
    roster_at: datetime | None = None
    news_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """What the head's page asks besides the queue.

    Attributes:
        machine: How the hub is now.
        kiosks: Kiosk -> seconds since it was last heard of.
        own: The hub's own kiosk; empty where it has none.
        ask_station: Has a kiosk verify certificates for a while (True), or give numbers again.
        standby: How the machine is that stands by; None where there is none.
        left_behind: What the former hub alone has of visits of today.
        links: Further pages for heads: address and word of ``site.po``.
    """

    machine: Callable[[], Machine] = Machine
    kiosks: Callable[[], Mapping[str, int]] = dict
    own: str = ""
    ask_station: Callable[[str, bool], None] = lambda _kiosk, _verify: None
    standby: Callable[[], StandbyState | None] = lambda: None
    left_behind: Callable[[], Sequence[LeftBehind]] = tuple
    links: Sequence[tuple[str, str]] = field(default=())


def head_routes(site: DeskSite, facts: HeadFacts) -> list[Route]:
    """Return the page of the head of the site and what is done there."""
    page, entry = HeadPage(site, facts), site.entry
    return [
        Route(PATH, entry.for_roles(page.show, Role.HEAD)),
        Route(f"{PATH}/open", entry.for_roles(page.open, Role.HEAD), methods=["POST"]),
        Route(f"{PATH}/close", entry.for_roles(page.close, Role.HEAD), methods=["POST"]),
        Route(f"{PATH}/kiosk", entry.for_roles(page.kiosk, Role.HEAD), methods=["POST"]),
    ]


class HeadPage:
    """The endpoints."""

    def __init__(self, site: DeskSite, facts: HeadFacts) -> None:
        self._site = site
        self._facts = facts
        self._pages = DeskPages(site)

    async def show(self, request: Request, staff: Staff) -> Response:
        """Show the day as it stands."""
        did = request.query_params.get("did", "")
        return self._drawn(request, staff, did=did if did in _DID else "")

    async def open(self, request: Request, staff: Staff) -> Response:
        """Open the day that was typed; another day than the present one empties the hall."""
        form = await read_form(request)
        day = form.get("day", "").strip()
        state = self._site.state
        clears = is_date(day) and state.day not in ("", day) and state.open_visits() > 0
        if clears and "clears_hall" not in form.get("seen", ""):
            return self._drawn(request, staff, doubts=["clears_hall"], day=day, status=_CONFLICT)
        return await self._do(request, staff, OpenSession(day=day, staff=staff.login), "opened")

    async def close(self, request: Request, staff: Staff) -> Response:
        """Close the day; what is open is told first."""
        seen = tuple(filter(None, (await read_form(request)).get("seen", "").split(",")))
        return await self._do(request, staff, CloseSession(staff=staff.login, seen=seen), "closed")

    async def kiosk(self, request: Request, staff: Staff) -> Response:
        """Have a kiosk verify certificates for a while, or give numbers again."""
        form = await read_form(request)
        kiosk, what = form.get("kiosk", ""), form.get("station", "")
        if kiosk not in self._kiosks() or what not in (_VERIFY, _NUMBERS):
            problem = words_in(language_of(request))("head.no_kiosk")
            return self._drawn(request, staff, problem=problem, status=_CONFLICT)
        self._facts.ask_station(kiosk, what == _VERIFY)
        return RedirectResponse(f"{PATH}?did={what}", status_code=303)

    def _kiosks(self) -> list[str]:
        """Return the kiosks that can hear what is asked of them."""
        heard = {name for name, ago in self._facts.kiosks().items() if ago < HEARD_SECONDS}
        return sorted(heard | {self._facts.own} - {""})

    async def _do(
        self, request: Request, staff: Staff, command: OpenSession | CloseSession, did: str
    ) -> Response:
        match await self._site.queue.do(command):
            case Done():
                return RedirectResponse(f"{PATH}?did={did}", status_code=303)
            case Refused(reason="confirm_warnings", details=details):
                codes = details.get("warnings", "").split(",")
                return self._drawn(request, staff, closing=codes, status=_CONFLICT)
            case Refused(reason=reason):
                status = _UNAVAILABLE if reason == "not_stored" else _CONFLICT
                problem = words_in(language_of(request))(f"head.refused.{reason}")
                return self._drawn(request, staff, problem=problem, status=status)

    def _drawn(
        self,
        request: Request,
        staff: Staff,
        *,
        status: int = 200,
        **values: Any,  # noqa: ANN401 - as the template takes it
    ) -> Response:
        state, now_ms = self._site.state, self._site.now_ms()
        t = words_in(language_of(request))
        told: Mapping[str, Any] = {
            "did": "",
            "problem": "",
            "doubts": (),
            "closing": (),
            "day": self._today(),
            "day_sure": self._site.clock.clock_ok(),
            "state": state,
            "figures": figures(state),
            "stations": at_stations(state, now_ms),
            "still_open": still_open(state),
            "unattended": unattended(state, self._site.at_work.places(now_ms)),
            "equations": equations(state),
            "unbalanced": unbalanced(state),
            "workers": self._workers(now_ms),
            "machine": self._facts.machine(),
            "standby": self._facts.standby(),
            "left_behind": self._facts.left_behind(),
            "complaints": [
                (each, word_or(t, f"subject.{each.subject}", each.subject))
                for each in state.complaints.values()
            ],
            "first_desk": self._first_desk,
            "kiosks": sorted(self._facts.kiosks().items()),
            "verifying": self._kiosks(),
            "links": self._facts.links,
            "as_local": self._as_local,
            "in_words": _in_words,
        }
        return self._pages.page(
            request, staff, "head.html", status=status, place=None, **{**told, **values}
        )

    def _workers(self, now_ms: int) -> Mapping[tuple[str, str], Sequence[str]]:
        """Return station and desk -> who works there, by the names that colleagues read."""
        names = self._site.staff_names()
        found: dict[tuple[str, str], list[str]] = {}
        for each in self._site.at_work.now(now_ms):
            name = names.get(each.login)
            words = f"{name} ({each.login})" if name else each.login
            found.setdefault((each.station, each.desk), []).append(words)
        return found

    def _first_desk(self, station: str) -> str:
        found = self._site.state.station(station)
        return found.desks[0] if found is not None and found.desks else "1"

    def _today(self) -> str:
        """Return the day that a session is probably opened for; staff look at it before they press."""
        if not self._site.clock.clock_ok() and self._site.state.day:
            return self._site.state.day
        return self._site.clock.now().astimezone(self._site.zone).date().isoformat()

    def _as_local(self, when: datetime) -> str:
        return when.astimezone(self._site.zone).strftime("%H:%M %d/%m")


def _in_words(day: str) -> str:
    """Return an ISO date as people here write it."""
    return "/".join(reversed(day.split("-")))
