"""Turns what is shown into what the page is sent: drawn once for all pages, in every language."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from edge.domain.catalogue import Words
from edge.domain.screen import (
    AskGuardian,
    Asking,
    Attract,
    Busy,
    Certificates,
    ChooseSubject,
    Complained,
    Differs,
    Done,
    Doses,
    GoesOn,
    HoldUp,
    Keypad,
    NoCertificate,
    NotMe,
    OutOfOrder,
    Passport,
    Read,
    Refused,
    Screen,
    StaffWanted,
    TwoCards,
    Verified,
    VerifyReady,
    Wants,
)
from edge.domain.speech import by_itself, tone
from edge.services.display import Bar, PrinterMood, Shown
from edge.services.roster import RosterState
from edge.ui.qr import qr_drawing
from edge.ui.words import Language, built_in
from protocol.documents.model import DocumentClass, Reason

if TYPE_CHECKING:
    # The screen is there before what keeps lists is imported.
    from edge.services.trust import ListsState

_NOTHING_TO_SAY = {PrinterMood.READY, PrinterMood.UNKNOWN}
_TEMPLATES = Path(__file__).parent / "templates"
NAMES: dict[type[Screen], str] = {
    Attract: "attract",
    Busy: "busy",
    Done: "done",
    Refused: "refused",
    TwoCards: "two_cards",
    Keypad: "keypad",
    Passport: "passport",
    Wants: "wants",
    HoldUp: "hold_up",
    Read: "read",
    NotMe: "not_me",
    Differs: "differs",
    AskGuardian: "ask_guardian",
    Asking: "asking",
    Certificates: "certificates",
    Doses: "doses",
    ChooseSubject: "choose_subject",
    Complained: "complained",
    StaffWanted: "staff_wanted",
    OutOfOrder: "out_of_order",
    VerifyReady: "verify_ready",
    Verified: "verified",
    NoCertificate: "no_certificate",
}


class ListDays(NamedTuple):
    """The days of the lists for certificates, as people write them; empty without a list."""

    signers: str
    signers_old: bool
    revoked: str
    revoked_old: bool


class Pages:
    """Draws screens, the bar and whole pages."""

    def __init__(
        self, *, device: str, site_name: str, zone: ZoneInfo, words: Words | None = None
    ) -> None:
        """Draw for one device; without ``words`` in the languages that come with the program."""
        self._words = words or built_in()
        self._device = device
        self._site_name = site_name
        self._zone = zone
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._environment.globals["qr_drawing"] = qr_drawing
        self._drawn: tuple[int, bytes] = (-1, b"")

    def message(self, shown: Shown) -> bytes:
        """Return ``shown`` as JSON for every page; drawn again only when it changed."""
        if self._drawn[0] != shown.number:
            self._drawn = (shown.number, msgspec.json.encode(self._facts(shown)))
        return self._drawn[1]

    def page(self, name: str, **values: Any) -> str:  # noqa: ANN401 - a template takes anything
        """Return a whole page."""
        known: dict[str, Any] = {
            "device": self._device,
            "site_name": self._site_name,
            "say": self._words.say,
        }
        known["languages"] = self._words.languages
        return self._environment.get_template(name).render(**known, **values)

    def _facts(self, shown: Shown) -> dict[str, Any]:
        screen = shown.screen
        return {
            "number": shown.number,
            "screen": NAMES[type(screen)],
            "still_there": shown.still_there,
            "goes_on": isinstance(screen, GoesOn),
            "visitor": shown.visitor,
            "large": shown.large,
            "headphones": shown.headphones,
            "ticket": screen.ticket if isinstance(screen, Done | Complained) else None,
            "slip": screen.slip if isinstance(screen, Done | Complained) else None,
            "reason": screen.reason if isinstance(screen, Refused) else None,
            "fault": screen.fault if isinstance(screen, OutOfOrder) else None,
            "tone": tone(screen),
            "aloud": by_itself(screen),
            "unsent": shown.bar.unsent,
            "html": {
                language: self._screen(screen, shown.bar, language)
                for language in self._words.languages
            },
            "bar": {language: self._bar(shown.bar, language) for language in self._words.languages},
        }

    def _screen(self, screen: Screen, bar: Bar, language: Language) -> str:
        def words(key: str, **values: object) -> str:
            return self._words.say(key, language, **values)

        reason = words(_reason(screen)) if isinstance(screen, Refused) else ""
        template = self._environment.get_template(f"screens/{NAMES[type(screen)]}.html")
        lists = self._lists(bar.lists) if isinstance(screen, VerifyReady) else None
        return template.render(
            screen=screen,
            t=words,
            reason=reason,
            device=self._device,
            language=language,
            lists=lists,
        )

    def _bar(self, bar: Bar, language: Language) -> str:
        say = self._words.say
        time = bar.as_of.astimezone(self._zone).strftime("%H:%M") if bar.as_of else ""
        if bar.unsent is None:
            parts = [say("bar.unknown", language)]
        elif bar.unsent:
            parts = [say("bar.unsent", language, count=bar.unsent, time=time)]
        else:
            parts = [say("bar.sent", language, time=time)]
        if bar.printer not in _NOTHING_TO_SAY:
            parts.append(say(f"printer.{bar.printer.value}", language))
        if not bar.clock_ok:
            parts.append(say("bar.clock", language))
        if bar.roster is not None:
            parts.append(self._roster(bar.roster, language))
        old_lists = _oldest_too_old(bar.lists)
        if old_lists is not None:
            parts.append(say("bar.lists_old", language, date=self._day(old_lists)))
        if bar.hub_reached is False:
            parts.append(say("bar.hub_away", language))
        return " · ".join(part for part in parts if part)

    def _lists(self, held: "ListsState | None") -> ListDays | None:
        if held is None:
            return None
        signers, revoked = self._day(held.as_of), self._day(held.revocations_as_of)
        return ListDays(signers, held.too_old, revoked, held.revocations_too_old)

    def _day(self, at: datetime | None) -> str:
        return at.astimezone(self._zone).strftime("%d/%m/%Y") if at else ""

    def _roster(self, roster: RosterState, language: Language) -> str:
        if roster.as_of is None or not roster.people:
            return self._words.say("bar.roster_none", language)
        key = "bar.roster_old" if roster.too_old else "bar.roster"
        time = roster.as_of.astimezone(self._zone).strftime("%H:%M %d/%m")
        return self._words.say(key, language, time=time)


def _reason(refused: Refused) -> str:
    """Return the key of why; a passport's holder may have no number that could be typed instead."""
    if (refused.document, refused.reason) == (DocumentClass.PASSPORT, Reason.IMPOSSIBLE_DATE):
        return "refused.passport_date"
    return f"reason.{refused.reason.value}"


def _oldest_too_old(held: "ListsState | None") -> datetime | None:
    """Return since when the oldest of the lists that are too old stands; which one, a verdict says."""
    if held is None:
        return None
    signers = held.as_of if held.too_old else None
    revoked = held.revocations_as_of if held.revocations_too_old else None
    return min((each for each in (signers, revoked) if each), default=None)
