"""Draws pages: the frame with what a visitor may open, the words of their language."""

import pathlib
import re
from datetime import tzinfo
from typing import Annotated, Any, Final

from fastapi import Path, Query, Request, Response
from fastapi.templating import Jinja2Templates
from markupsafe import Markup, escape

from central.api.words import WORDS, Language, word_for
from central.api.words_days import DAYS
from central.api.words_levels import LEVELS
from central.api.words_lists import LISTS
from central.api.words_people import PEOPLE, people_word
from central.api.words_reactions import REACTIONS
from central.api.words_requests import REQUESTS
from central.domain.accounts import Right, Visitor
from central.services.place_names import PlaceNames

LANGUAGE = Annotated[Language, Query(alias="lang")]
NUMBER = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""The number of something in an address: no larger than a database's column."""
_DAY: Final = re.compile(r"(?<![\w-])(\d{4})-(\d\d)-(\d\d)(?![\w-])")
_MONTH: Final = re.compile(r"\A(\d{4})-(\d\d)\Z")
_NAVIGATION: Final = (
    ("/", "figures", Right.FIGURES),
    ("/levels", "levels", Right.FIGURES),
    ("/discrepancies", "worklist", Right.DISCREPANCIES),
    ("/reactions", "reactions", Right.REACTIONS),
    ("/closing", "closing", Right.FIGURES),
    ("/verification", "verification", Right.VERIFICATION),
    ("/rosters", "site_lists", Right.LISTS),
    ("/complaints", "complaints", Right.COMPLAINTS),
    ("/persons", "persons", Right.PERSONS),
    ("/requests", "requests", Right.REQUESTS),
    ("/platform", "platform_sheets", Right.PLATFORM),
    ("/audit", "audit", Right.AUDIT),
    ("/accounts", "accounts", Right.ACCOUNTS),
)


def first_page(visitor: Visitor) -> str:
    """Return the first page that somebody may open; some log in without a right to the figures."""
    own = (path for path, _, right in _NAVIGATION if visitor.may(right))
    return next(own, "/refused")


class Pages:
    """Draws templates. ``word`` gives words for a code, ``link`` keeps the language."""

    def __init__(
        self,
        zone: tzinfo,
        without: frozenset[str] = frozenset(),
        names: PlaceNames | None = None,
    ) -> None:
        """Args: ``without`` are the paths of pages that this centre has not."""
        self._zone = zone
        self._without = without
        self.names = names or PlaceNames()
        self._templates = Jinja2Templates(directory=pathlib.Path(__file__).parent / "templates")

    def page(
        self,
        request: Request,
        name: str,
        language: Language,
        *,
        visitor: Visitor | None = None,
        status: int = 200,
        **content: Any,  # noqa: ANN401 - what a template shows
    ) -> Response:
        """Return a template as an answer."""
        there = [row for row in _NAVIGATION if row[0] not in self._without]
        open_to = [row for row in there if visitor is not None and visitor.may(row[2])]
        context = {
            "language": language,
            "words": WORDS[language]
            | PEOPLE[language]
            | REQUESTS[language]
            | {"reactions": REACTIONS[language]["reactions"]}
            | {"site_lists": LISTS[language]["site_lists"]}
            | {name: LEVELS[language][name] for name in ("levels", "worklist")}
            | {
                name: DAYS[language][name]
                for name in ("closing", "verification", "platform_sheets")
            },
            "word": lambda code: people_word(language, code) or word_for(language, code),
            "link": lambda path: _link(path, language),
            "clock": lambda at: at.astimezone(self._zone).strftime("%H:%M:%S"),
            "stamp": lambda at: at.astimezone(self._zone).strftime("%d/%m %H:%M"),
            "full": lambda at: at.astimezone(self._zone).strftime("%d/%m/%Y %H:%M:%S"),
            "site_name": self.names.site,
            "offered": self.names.offered,
            "in_order": self.names.in_order,
            "site_cell": lambda site: _named(self.names.site(site), site),
            "with_names": lambda text: as_written(
                " ".join(map(self.names.site_with_id, text.split(" ")))
            ),
            "as_written": as_written,
            "commune_name": self.names.commune,
            "commune_cell": lambda commune: _named(self.names.commune(commune), commune),
            "visitor": visitor,
            "navigation": [(path, word) for path, word, _ in open_to],
            "here": "/" + request.url.path.split("/")[1],
            **content,
        }
        return self._templates.TemplateResponse(request, name, context, status_code=status)


def as_written(text: str | None) -> str:
    """Return a text with its days as people write them: 17/08/1985, or 08/1985 of a month alone."""
    return _MONTH.sub(r"\2/\1", _DAY.sub(r"\3/\2/\1", text or ""))


def _named(name: str, its_id: str) -> Markup:
    """Return a name with the id small beside it: forms and files ask for the id."""
    if name == its_id:
        return escape(its_id)
    # One box: where a table becomes a stack of cards, name and id would else stand apart.
    return Markup('<span class="place">{} <small class="id">{}</small></span>').format(name, its_id)


def _link(path: str, language: Language) -> str:
    if language == "vi":
        return path
    return f"{path}{'&' if '?' in path else '?'}lang={language}"
