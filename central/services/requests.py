"""What people may ask for: all that is held of them, and to be erased."""

import json
from datetime import date, datetime
from typing import Any, Final

from central.domain.accounts import Visitor
from central.domain.erasure import Erasure
from central.ports import Clock
from central.ports.requests import RequestStore
from central.services.audit import act_of
from central.services.persons import Persons

LISTED: Final = 2_000


class NotErased(ValueError):  # noqa: N818 - why
    """Nobody was erased; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Requests:
    """Blocking."""

    def __init__(self, store: RequestStore, persons: Persons, clock: Clock) -> None:
        self._store = store
        self._persons = persons
        self._clock = clock

    def held(self, visitor: Visitor, visit: str, route: str) -> dict[str, Any]:
        """Return all that is held of the person of a visit.

        Raises:
            NoSuchPerson: Not for this visitor.
            StoreUnavailable: Nothing may be given out.
        """
        person = self._persons.read(visitor, visit).person
        act = act_of(visitor, "person_exported", f"person:{person.handle}", route=route)
        return self._store.held(sorted(person.visits), act, self._clock.now())

    def erase(self, visitor: Visitor, visit: str, reference: str) -> Erasure:
        """Erase the person of a visit; ``reference`` is the number of their request.

        Raises:
            NoSuchPerson: Not for this visitor.
            NotErased: Without a reference, or while the Platform lacks a dose or a reaction of theirs.
            StoreUnavailable: Nothing was erased.
        """
        if not reference.strip():
            raise NotErased("no_reference")
        person = self._persons.read(visitor, visit).person
        # The letter makes the site liable for a dose that the Platform does not hold.
        if self._store.open_doses(person.visits):
            raise NotErased("doses_open")
        # What is not told by then can never be: nobody would know any more whom it happened to.
        if self._store.untold_reactions(person.visits):
            raise NotErased("reactions_open")
        act = act_of(visitor, "person_erased", f"person:{person.handle}", "request", "page")
        kept = " ".join(reference.split())[:80]
        return self._store.erase(sorted(person.visits), kept, act, self._clock.now())

    def erasures(self) -> list[Erasure]:
        """Return the newest erasures.

        Raises:
            StoreUnavailable: No answer now.
        """
        return self._store.erasures(LISTED)


def as_json(held: dict[str, Any]) -> bytes:
    """Return what is held as JSON."""
    return json.dumps(held, ensure_ascii=False, indent=2, default=_plain).encode()


def cells(held: dict[str, Any]) -> dict[str, list[list[str]]]:
    """Return what is held as sheets: headings, then rows."""
    return {
        name: [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
        for name, rows in held.items()
        if rows
    }


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, default=_plain).strip('"')
    # What somebody typed must not become a formula in somebody else's spreadsheet.
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
