"""The staff of a day: at every desk somebody looks at the page and does what is to be done next.

Each looks before they act, as people do: whatever was lost with the hub is seen on the page and done
again, whatever was written is not.
"""

import re
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from factories.day_book import DayBook, chance
from factories.day_browsers import Browser, Page
from factories.day_people import FAMILY

VACCINE, LOTS = "COVID-19 Vaccine Comirnaty", ("FK0112", "FL8094")
VIAL_DOSES: Final = 10
_SEAT = re.compile(
    r'<a href="[^"?]*\?visit=([0-9a-f-]+)" class="(over)?[^"]*">\s*<b>(\w+)</b>'
    r'\s*<span class="left"(?: data-left-ms="(\d+)")?'
)
_EARLY_MS = range(10_000, 45_000)
"""Nobody asks to go before they sat for a while, nor when their time is over before the desk has pressed."""
_ASKS_SCREENING, _ASKS_DOSE = 'href="#questions"', 'href="#dose"'
_LOOK_SECONDS = 0.4
ANSWERS = {f"answer_{number}": "no" for number in range(1, 11)}


@dataclass
class Hours:
    """When staff may go home.

    Attributes:
        came: Everybody who comes today has come: who finds nobody waiting goes home.
        closing: Who still sits in observation stays there as far as this day is concerned.
    """

    came: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    empty: set[str] = field(default_factory=set)


@dataclass
class Desk:
    """Somebody of staff at a table that calls numbers."""

    station: str
    desk: str
    login: str
    browser: Browser
    book: DayBook
    hours: Hours
    aside: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/desk/{self.station}/{self.desk}"

    def run(self) -> None:
        """Work until the hall is empty."""
        # People are looked for by number alone; a name that is typed all the same leaves no trace.
        page = self.browser.post(f"{self.path}/find", {"what": FAMILY})
        while True:
            if 'class="ticket mine"' in page.text:
                page = self._serve(page)
            elif self.aside:
                page = self._back_into_line(self.aside[0])
            elif _waiting(page) and page.has("next"):
                page = self.browser.post(f"{self.path}/next", page.form("next"))
            elif self._may_go(page):
                return
            else:
                self.hours.closing.wait(_LOOK_SECONDS)
                page = self.browser.get(self.path)

    def _may_go(self, page: Page) -> bool:
        """Tell whether nobody can come here any more; those before this desk went home first."""
        mine = f"{self.station}/{self.desk}"
        if not self.hours.came.is_set() or _waiting(page):
            self.hours.empty.discard(mine)
            return False
        self.hours.empty.add(mine)
        return self.hours.closing.is_set()

    def _serve(self, page: Page) -> Page:
        ticket, form = page.first(r"<h1>.*?<b>(\w+)</b>"), page.form("recall")
        visit = form["visit"]
        self.book.note(visit, ticket, "called", self.station, self.desk)
        happens = self._happens(visit, ticket, page)
        if happens is not None:
            return happens
        if self.station == "screening" and _ASKS_SCREENING in page.text:
            return self._screen(visit, ticket, page)
        if self.station == "injection" and _ASKS_DOSE in page.text:
            return self._inject(visit, ticket, page)
        form = page.form("next") if page.has("next") else page.form("finish")
        action = "next" if page.has("next") else "finish"
        return self.browser.post(f"{self.path}/{action}", form)

    def _happens(self, visit: str, ticket: str, page: Page) -> Page | None:
        """Do what happens to a few: nobody comes when called; somebody is sent back."""
        if self.station == "reception" and chance(ticket, 23, "missed"):
            if not self.book.has(visit, "missed", "reception"):
                self.book.note(visit, ticket, "missed", "reception")
                self.aside.append(visit)
                return self.browser.post(f"{self.path}/missed", page.form("missed"))
            if visit in self.aside:
                # The hub was away before it wrote that nobody came.
                return self.browser.post(f"{self.path}/missed", page.form("missed"))
        if self.station == "injection" and chance(ticket, 29, "back"):
            told = ("sent_back", "screening")
            if _calls(self.book, visit, "injection") == 1:
                self.book.note(visit, ticket, *told)
                form = page.form("send-back") | {"to": "screening", "reason": "measure_again"}
                return self.browser.post(f"{self.path}/send-back", form)
        return None

    def _back_into_line(self, visit: str) -> Page:
        page = self.browser.get(f"{self.path}?visit={visit}")
        if page.has("resume"):
            ticket = self.book.visits[visit]
            self.book.note(visit, ticket, "resumed", "reception")
            return self.browser.post(f"{self.path}/resume", page.form("resume"))
        self.aside.remove(visit)
        return self.browser.get(self.path)

    def _screen(self, visit: str, ticket: str, page: Page) -> Page:
        conclusion = "deferred" if chance(ticket, 31, "screened") else "eligible"
        self.book.note(visit, ticket, "screened", conclusion, self.login)
        # A name in the doctor's own words is looked for in the evening like every other.
        typed = {"celsius": "36,8", "note": f"{FAMILY} ho nhẹ", "conclusion": conclusion, **ANSWERS}
        answer = self.browser.post(f"{self.path}/screening", page.form("screening") | typed)
        return self._passed(answer, "screening")

    def _passed(self, answer: Page, action: str) -> Page:
        """Pass the doubts that a page tells; what somebody else wrote meanwhile is never written over."""
        if answer.has("repeat") and "seen" in answer.form("repeat"):
            return self.browser.post(f"{self.path}/{action}", answer.form("repeat"))
        return answer

    def _inject(self, visit: str, ticket: str, page: Page) -> Page:
        vial = page.first(r'<select name="vial" data-vial.*?<option value="([^"]*)" selected')
        if not vial:
            return self._open_vial(page)
        self.book.note(visit, ticket, "vaccinated", VACCINE, LOTS[0], self.login, vial)
        typed = {"vial": vial, "vaccine": "", "lot": "", "expiry": ""}
        typed |= {"dose_number": "1", "injector": self.login}
        return self.browser.post(f"{self.path}/dose", page.form("dose") | typed)

    def _open_vial(self, page: Page) -> Page:
        name = page.first(r'name="vial_id"[^>]*value="([^"]*)"')
        typed = {
            "vial_id": name,
            "vial_vaccine": VACCINE,
            "vial_lot": LOTS[0],
            "vial_expiry": "2031-01-31",
            "vial_doses": str(VIAL_DOSES),
        }
        self.book.vials[name] = (VACCINE, LOTS[0], VIAL_DOSES)
        answer = self.browser.post(f"{self.path}/open-vial", page.form("open-vial") | typed)
        assert answer.status in (200, 409), answer.text
        return self.browser.get(f"{self.path}")


@dataclass
class Observer(Desk):
    """Somebody who watches who sits in observation; nobody is called here."""

    def run(self) -> None:
        page = self.browser.get(self.path)
        while not self.hours.closing.is_set():
            seats = _SEAT.findall(page.text)
            page = self._let_go(seats) or self._wait()

    def _let_go(self, seats: list[tuple[str, str, str, str]]) -> Page | None:
        # Each begins with another seat: they do not all run to the same person.
        first = (int(self.desk) - 1) % max(1, len(seats))
        for visit, over, ticket, left_ms in (*seats[first:], *seats[:first]):
            if over:
                return self._home(visit, ticket)
            if chance(ticket, 9, "early") and int(left_ms or 0) in _EARLY_MS:
                return self._early(visit, ticket)
        return None

    def _wait(self) -> Page:
        self.hours.closing.wait(_LOOK_SECONDS)
        return self.browser.get(self.path)

    def _home(self, visit: str, ticket: str) -> Page:
        page = self.browser.get(f"{self.path}?visit={visit}")
        if page.has("home"):
            self.book.note(visit, ticket, "left", "completed", "printed")
            form = page.form("home") | {"certificate": "printed"}
            return self.browser.post(f"{self.path}/home", form)
        return self.browser.get(self.path)

    def _early(self, visit: str, ticket: str) -> Page:
        asked_at = time.monotonic()
        page = self.browser.get(f"{self.path}?visit={visit}")
        left_ms = {seat: int(left or 0) for seat, _, _, left in _SEAT.findall(page.text)}
        if not page.has("early") or visit not in left_ms:
            return self.browser.get(self.path)
        # Whose time runs does not simply go home.
        refused = self.browser.post(
            f"{self.path}/home", page.form("home") | {"certificate": "printed"}
        )
        if refused.status != 409 and time.monotonic() - asked_at >= left_ms[visit] / 1000:
            # The time was over before this desk, or the hub, came to it.
            self.book.note(visit, ticket, "left", "completed", "printed")
            return refused
        assert refused.status == 409, refused.text
        self.book.refused_early += 1
        self.book.note(visit, ticket, "left", "own_wish", "none")
        typed = {"leave_reason": "own_wish", "certificate": "none", "certificate_why": "no_time"}
        self._passed(self.browser.post(f"{self.path}/early", page.form("early") | typed), "early")
        return self.browser.get(self.path)


def _waiting(page: Page) -> bool:
    return (
        '<th scope="row"><a href=' in page.text.partition('id="line"')[2].partition("</table>")[0]
    )


def _calls(book: DayBook, visit: str, station: str) -> int:
    return sum(step[:2] == ("called", station) for step in book.ways[visit])
