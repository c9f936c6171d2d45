"""What people may ask for: all that is held of them, and to be erased."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from central.domain.accounts import Visitor
from central.domain.erasure import Erasure, Held
from central.ports import Clock
from central.ports.requests import HeldPart, RequestStore
from central.services.audit import act_of
from central.services.persons import Persons
from protocol import events, sealing
from protocol.errors import WireError

LISTED: Final = 2_000


class SealedTo(StrEnum):
    """Who can open what an event holds; ``NOBODY``: it is no sealing, staff typed words."""

    SITE = "site"
    CENTRE = "centre"
    BOTH = "both"
    NOBODY = "nobody"


class NotErased(ValueError):  # noqa: N818 - why
    """Nobody was erased; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Requests:
    """Blocking."""

    def __init__(
        self,
        store: RequestStore,
        persons: Persons,
        clock: Clock,
        seal_key: X25519PrivateKey | None = None,
    ) -> None:
        """Args: ``seal_key`` opens what is sealed to the centre; without it nothing is opened."""
        self._store = store
        self._persons = persons
        self._clock = clock
        self._seal_key = seal_key

    def held(self, visitor: Visitor, visit: str, route: str) -> dict[str, Any]:
        """Return all that is held of the person of a visit.

        What only the site can open is listed, form by form: the centre keeps it and cannot read it.

        Raises:
            NoSuchPerson: Not for this visitor.
            StoreUnavailable: Nothing may be given out.
        """
        person = self._persons.read(visitor, visit).person
        act = act_of(visitor, "person_exported", f"person:{person.handle}", route=route)
        visits = sorted(person.visits)
        held = self._store.held(visits, act, self._clock.now())
        parts = self._store.parts(visits)
        held["in_events"] = [self._row(part) for part in parts]
        held["certificates_seen"] = list(self._certificates(parts))
        return held

    def _row(self, part: HeldPart) -> dict[str, Any]:
        held = part.held
        return {
            "event": held.event, "type": held.type, "at": held.at, "received_at": part.received_at,
            "site": part.site, "device": part.device, "visit": held.visit,
            "sealed_to": self._recipients(held.sealed), "words": held.words,
        }  # fmt: skip

    def _recipients(self, keys: Iterable[str]) -> str:
        named = set(keys)
        own = set() if self._seal_key is None else {sealing.key_id(self._seal_key.public_key())}
        if named & own:
            return SealedTo.BOTH if named - own else SealedTo.CENTRE
        return SealedTo.SITE if named else SealedTo.NOBODY

    def _certificates(self, parts: Iterable[HeldPart]) -> Iterable[dict[str, Any]]:
        """Yield the earlier certificates that were held up, as far as the centre can open them."""
        for one in (part.held for part in parts if part.held.type == "certificate_seen"):
            said, problem = self._opened(one)
            row = {"event": one.event, "visit": one.visit, "problem": problem}
            yield row | msgspec.structs.asdict(said)

    def _opened(self, one: Held) -> tuple[events.EarlierDoses, str]:
        if self._seal_key is None:
            return events.EarlierDoses(), "not_opened"
        try:
            plain = sealing.unseal(one.sealed, one.event, self._seal_key)
            return events.decode_earlier_doses(plain), ""
        except WireError as error:
            return events.EarlierDoses(), error.code

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
