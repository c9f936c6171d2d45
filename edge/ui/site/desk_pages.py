"""Draws desks: the same frame for each, in the language of the browser, with what its kind adds."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from edge.domain.queue.policy import APPOINTED, CHILD
from edge.domain.queue.reasons import FIRST, HOLD, MOVE
from edge.domain.queue.stations import is_earlier
from edge.domain.staff import Staff
from edge.ui.qr import qr_drawing
from edge.ui.site.desk_model import DeskKind, DeskSite, Place, Sight, Words, fresh
from edge.ui.site.desk_sight import before_me, is_mine, line_of, person
from edge.ui.site.words import site_words
from edge.ui.words import LANGUAGES

LANGUAGE_COOKIE: Final = "__Host-tram-language"
_BY_RULE: Final = frozenset({CHILD, APPOINTED})
Values = Mapping[str, Any]


def language_of(request: Request) -> str:
    """Return the language of this browser, Vietnamese until somebody chose another."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def words_in(language: str) -> Words:
    """Return what says words of the hub's pages in ``language``."""

    def t(key: str, **values: object) -> str:
        return site_words().say(key, language, **values)

    return t


def word_or(t: Words, key: str, otherwise: str) -> str:
    """Return what ``key`` says, or ``otherwise`` where there is no such word."""
    return t(key) if key in site_words().catalogues[LANGUAGES[0]] else otherwise


class DeskPages:
    """Draws pages for one hub."""

    def __init__(self, site: DeskSite) -> None:
        self._site = site

    def page(
        self,
        request: Request,
        staff: Staff,
        template: str,
        *,
        status: int = 200,
        **values: Any,  # noqa: ANN401 - a template takes anything
    ) -> HTMLResponse:
        """Return a page in the browser's language; each form on it gets an id of its own."""
        language = language_of(request)
        t = words_in(language)
        shared: Values = {
            "t": t,
            "word": partial(word_or, t),
            "language": language,
            "other_language": LANGUAGES[1 - LANGUAGES.index(language)],
            "once": lambda: fresh(self._site),
            "locked": self._site.people.locked,
            "station_name": self.station_name,
            "qr_drawing": qr_drawing,
            "calls": [
                (each, each.since.astimezone(self._site.zone).strftime("%H:%M"))
                for each in self._site.calls.now()
            ],
            "clock": self._site.clock.now().astimezone(self._site.zone).strftime("%H:%M"),
        }
        return self._site.entry.pages.page(
            template, staff=staff, status=status, **{**shared, **values}
        )

    def station_name(self, station: str) -> str:
        """Return what a station is called; its id where this site has no such station."""
        found = self._site.state.station(station)
        return found.name if found else station

    def sight(
        self,
        request: Request,
        staff: Staff,
        place: Place,
        *,
        chosen: str = "",
        typed: Values | None = None,
    ) -> Sight:
        """Return what a desk sees now."""
        visit = before_me(self._site, place, chosen)
        return Sight(
            site=self._site,
            staff=staff,
            place=place,
            visit=visit,
            mine=is_mine(visit, place),
            typed=typed or {},
            t=words_in(language_of(request)),
            now_ms=self._site.now_ms(),
        )

    def desk(
        self,
        request: Request,
        kind: DeskKind,
        sight: Sight,
        *,
        did: str = "",
        last: str = "",
        problem: str = "",
        problem_field: str = "",
        status: int = 200,
    ) -> HTMLResponse:
        """Return the page of a desk."""
        values: Values = {
            "kind": kind,
            "sight": sight,
            "place": sight.place,
            "visit": sight.visit,
            "typed": sight.typed,
            "mine": sight.mine,
            "before": person(sight),
            "called_here": self._site.state.at_desk(sight.place.station.id, sight.place.desk),
            "line": line_of(self._site, sight.place, sight.now_ms),
            "targets": self._targets(sight),
            "earlier": self._earlier(sight),
            "classes": self._classes(),
            "reasons": {"hold": HOLD, "move": MOVE, "first": FIRST},
            "did": did if self._known(f"did.{did}") else "",
            "last": self._site.state.visits.get(last),
            "problem": problem,
            "problem_field": problem_field,
            **kind.show(sight),
        }
        template = f"desks/{kind.kind}.html"
        return self.page(request, sight.staff, template, status=status, **values)

    def _known(self, word: str) -> bool:
        return word in site_words().catalogues[LANGUAGES[0]]

    def _targets(self, sight: Sight) -> list[tuple[str, str]]:
        """Return where a person can be sent: every station, and every desk of it."""
        say: Callable[..., str] = sight.t
        found = []
        for station in self._site.state.policy.stations:
            found.append((station.id, station.name))
            for desk in station.desks if len(station.desks) > 1 else ():
                words = say("desk.table_of", station=station.name, desk=desk)
                found.append((f"{station.id}/{desk}", words))
        return found

    def _earlier(self, sight: Sight) -> list[tuple[str, str]]:
        stations = self._site.state.policy.stations
        at = sight.visit.station if sight.visit else sight.place.station.id
        return [(each.id, each.name) for each in stations if is_earlier(stations, each.id, at)]

    def _classes(self) -> list[str]:
        known = self._site.state.policy.head_start_minutes
        return [name for name in known if name not in _BY_RULE]
