"""An invented name, typed into every field of a site's pages into which staff can type words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from factories.canaries import NAME
from factories.site_hubs import STAFF, SiteHub, hidden

from edge.domain.paper_pack import slip

RECEPTION, _, SCREENER, INJECTOR, CLERK, OBSERVER = STAFF
SITE, PACK = "phuoc-dinh", "K7MQ2XPA"
COMIRNATY = "COVID-19 Vaccine Comirnaty"
TEMPLATES = Path(__file__).parents[2] / "edge" / "ui" / "site" / "templates"
SAID = frozenset({"said_name", "said_ticket", "said_contact", "said_words"})
SEALED = frozenset({"name", "why", "note", "treatment"}) | SAID
"""What is kept, sealed."""
REFUSED = frozenset({
    "what", "code", "number", "again", "passport", "companion", "answers_for", "celsius", "injector",
    "vaccine", "vial_vaccine", "paper", "pack",
})  # fmt: skip
"""Fields that want something else: a name there is refused, and kept nowhere."""
OF_THINGS = frozenset({
    "lot", "vial_lot", "vial_id", "vial", "label", "count", "first", "doses", "vial_doses",
    "discard_doses", "dose_number", "birth_year",
})  # fmt: skip
"""What stands on a box, a vial or a television, and numbers."""
OF_STAFF = frozenset({"login", "password", "before", "after"})
"""The names of staff that the head types are looked for by ``test_hub_log_in``."""
_FIELD = re.compile(
    r'<input name="(\w+)"(?! type="(?:date|file))|<textarea name="(\w+)"'
    r'|parts\.input\("(\w+)"(?!.*(?:"date"|"time"))'
)
_NO_ANSWERS = {f"answer_{number}": "no" for number in range(1, 11)}


def fields_of_words() -> set[str]:
    """Return the names of all fields of the site's pages into which something can be typed."""
    return {
        next(name for name in found if name)
        for page in TEMPLATES.rglob("*.html")
        for found in _FIELD.findall(page.read_text(encoding="utf-8"))
    }


@dataclass
class Typist:
    """Staff of every kind who type the name wherever they can.

    Attributes:
        typed: Fields that it was typed into.
        refused: What was answered where it does not belong, by field.
        shown: Pages that show it again, as it was sealed.
    """

    hub: SiteHub
    typed: set[str] = field(default_factory=set)
    refused: dict[str, httpx.Response] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def type_everywhere(self) -> "Typist":
        """Take one person from reception to observation, and one from paper."""
        visit = self._reception()
        self._screening(visit)
        self._injection(visit)
        with self.hub.logged_in(CLERK.login) as http:
            self._call(http, "/desk/data_entry/1", visit)
            _done(self._press(http, f"/desk/data_entry/1?visit={visit}", "finish", {}))
            self._paper(http)
        self._observation(visit)
        return self

    def _reception(self) -> str:
        desk = "/desk/reception/1"
        with self.hub.logged_in(RECEPTION.login) as http:
            self.refused["what"] = self._send(http, f"{desk}/find", {"what": NAME})
            for how in ("code", "number", "passport"):
                told = {"how": how, how: NAME} | ({"again": NAME} if how == "number" else {})
                self.refused[how] = self._press(http, desk, "read", told)
            told = {"how": "none", "name": NAME, "why": f"{NAME} để giấy ở nhà"}
            self.refused["answers_for"] = self._press(
                http, desk, "read", told | {"answers_for": NAME}
            )
            read = self._press(http, desk, "read", told | {"answers_for": RECEPTION.login})
            self.shown["name"] = read.text
            form = hidden(read.text, "check-in") | {"then": "on"}
            self.refused["companion"] = self._send(
                http, f"{desk}/check-in", form | {"companion": NAME}
            )
            complaint = {"subject": "dose_missing", **dict.fromkeys(sorted(SAID), NAME)}
            _done(self._press(http, desk, "complain", complaint))
            done = _done(self._send(http, f"{desk}/check-in", form))
            return done.headers["location"].rpartition("/")[2]

    def _screening(self, visit: str) -> None:
        desk = "/desk/screening/1"
        with self.hub.logged_in(SCREENER.login) as http:
            self._call(http, desk, visit)
            page = f"{desk}?visit={visit}"
            told = {"celsius": "36,8", "note": f"{NAME} ho nhẹ", "conclusion": "eligible"}
            told |= _NO_ANSWERS
            self.refused["celsius"] = self._press(http, page, "screening", told | {"celsius": NAME})
            _done(self._press(http, page, "screening", told | {"then": "pause"}))
            self.shown["note"] = http.get(page).text

    def _injection(self, visit: str) -> None:
        desk = "/desk/injection/1"
        with self.hub.logged_in(INJECTOR.login) as http:
            self._call(http, desk, visit)
            page = f"{desk}?visit={visit}"
            vial = {"vial_id": "9-9", "vial_vaccine": NAME, "vial_lot": "FK0112", "vial_doses": "6"}
            self.refused["vial_vaccine"] = self._press(http, page, "open-vial", vial)
            dose = {"vial": "", "vaccine": COMIRNATY, "lot": "FK0112", "expiry": ""}
            dose |= {"dose_number": "1", "injector": INJECTOR.login, "then": "pause"}
            for name in ("injector", "vaccine"):
                self.refused[name] = self._press(http, page, "dose", dose | {name: NAME})
            _done(self._press(http, page, "dose", dose))

    def _observation(self, visit: str) -> None:
        page = f"/desk/observation/1?visit={visit}"
        with self.hub.logged_in(OBSERVER.login) as http:
            told = {"severity": "mild", "treatment": f"{NAME} uống nước", "note": NAME}
            _done(self._press(http, page, "reaction", told))
            self.shown["treatment"] = http.get(page).text

    def _paper(self, http: httpx.Client) -> None:
        made = slip(SITE, PACK, 12)
        told = {"paper": f"{made.ticket} {made.check}", "pack": PACK, "day": "2026-11-22"}
        told |= {"came": "08:05", "how": "none", "name": NAME, "why": f"{NAME} quên thẻ"}
        told["answers_for"] = CLERK.login
        for name in ("paper", "pack"):
            self.refused[name] = self._send(http, "/paper/enter", told | {name: NAME})
        _done(self._send(http, "/paper/enter", told))
        desk = f"/desk/data_entry/1?visit={made.visit}"
        self.shown["why"] = http.get(desk).text

    def _call(self, http: httpx.Client, desk: str, visit: str) -> None:
        _done(self._press(http, f"{desk}?visit={visit}", "call", {}))

    def _press(
        self, http: httpx.Client, page: str, action: str, told: Mapping[str, str]
    ) -> httpx.Response:
        form = hidden(http.get(page).text, action) | told
        return self._send(http, f"{page.partition('?')[0]}/{action}", form)

    def _send(self, http: httpx.Client, path: str, form: Mapping[str, str]) -> httpx.Response:
        self.typed |= {name for name, text in form.items() if NAME in text}
        return http.post(path, data=dict(form))


def _done(answer: httpx.Response) -> httpx.Response:
    assert answer.status_code == 303, answer.text
    return answer
