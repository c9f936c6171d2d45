"""Looks persons up, joins two that are one, and undoes it; every look is written down first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from central.domain.accounts import Right, Visitor
from central.domain.persons import (
    Identity,
    Merge,
    MergeRefused,
    Person,
    check_merge,
    keys_to_read,
    persons,
)
from central.ports import Clock
from central.ports.persons import PastVisit, PersonStore
from central.services.audit import act_of
from protocol.documents.names import folded_key

_ROUNDS: Final = 6
LISTED: Final = 50


class NoSuchPerson(LookupError):  # noqa: N818
    """There is none, or none at a site that the visitor sees."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A person with what happened to them and who joined what."""

    person: Person
    visits: tuple[PastVisit, ...]
    merges: tuple[Merge, ...]


class Persons:
    """Blocking."""

    def __init__(self, store: PersonStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def find(self, visitor: Visitor, number: str, name: str, birth: str) -> list[Person]:
        """Return persons by number, else by folded name and birth date.

        Raises:
            StoreUnavailable: Nothing can be shown.
        """
        way = "number" if number else "name"
        self._note(visitor, "person_searched", f"search:{way}")
        if number:
            seeds = self._store.by_number(number)
        else:
            wanted = folded_key(name)
            seeds = [
                each for each in self._store.by_birth(birth)
                if wanted and folded_key(each.name or "") == wanted
            ]  # fmt: skip
        meant = {each.visit for each in seeds}
        found = [each for each in self._around(seeds) if each.visits & meant]
        return [each for each in found if _seen(visitor, each)][:LISTED]

    def read(self, visitor: Visitor, visit: str) -> Whole:
        """Return the person of a visit.

        Raises:
            NoSuchPerson: Not for this visitor.
            StoreUnavailable: Nothing can be shown.
        """
        person = self._person(visitor, visit)
        self._note(visitor, "person_read", f"person:{person.handle}")
        visits = [each for each in self._store.visits(person.visits) if visitor.sees(each.site)]
        return Whole(person, tuple(visits), tuple(self._store.merges_of(person.visits)))

    def merge(self, visitor: Visitor, left: str, right: str, reason: str) -> int:
        """Say that the persons of two visits are one.

        Raises:
            NoSuchPerson: One of them is not for this visitor.
            MergeRefused: They are one already, or the visitor may not.
            StoreUnavailable: Nothing was stored.
        """
        self._must(visitor)
        one, other = self._person(visitor, left), self._person(visitor, right)
        check_merge(one, other)
        record = f"persons:{one.handle} {other.handle}"
        act = act_of(visitor, "person_merged", record, reason, "page")
        return self._store.merge(one.handle, other.handle, reason, act, self._clock.now())

    def undo(self, visitor: Visitor, merge: int) -> None:
        """Undo a merge.

        Raises:
            MergeRefused: There is none that stands, of a person whom the visitor may see.
            StoreUnavailable: Nothing was stored.
        """
        self._must(visitor)
        if not self._may_undo(visitor, merge):
            raise MergeRefused("no_merge")
        act = act_of(visitor, "person_unmerged", f"merge:{merge}", route="page")
        if not self._store.undo(merge, act, self._clock.now()):
            raise MergeRefused("no_merge")

    def merges(self, visitor: Visitor) -> list[Merge]:
        """Return the newest merges at sites that the visitor may see.

        Raises:
            MergeRefused: The visitor may not.
            StoreUnavailable: No answer now.
        """
        self._must(visitor)
        return self._store.merges(200, visitor.sites)

    def _must(self, visitor: Visitor) -> None:
        if not visitor.may(Right.MERGE):
            raise MergeRefused("not_allowed")

    def _may_undo(self, visitor: Visitor, merge: int) -> bool:
        if visitor.sites is None:
            return True
        found = self._store.merge_of(merge)
        seeds = self._store.by_visit([found.left, found.right]) if found is not None else []
        return any(_seen(visitor, each) for each in self._around(seeds))

    def _person(self, visitor: Visitor, visit: str) -> Person:
        seeds = self._store.by_visit([visit])
        for each in self._around(seeds):
            if visit in each.visits and _seen(visitor, each):
                return each
        raise NoSuchPerson

    def _around(self, seeds: Iterable[Identity]) -> list[Person]:
        """Return the persons of ``seeds`` and of all who could be the same."""
        known = {each.visit: each for each in seeds}
        merges: dict[int, Merge] = {}
        for _ in range(_ROUNDS):
            before = len(known), len(merges)
            self._widen(known, merges)
            if (len(known), len(merges)) == before:
                break
        return persons(known.values(), merges.values())

    def _widen(self, known: dict[str, Identity], merges: dict[int, Merge]) -> None:
        keys = keys_to_read(known.values())
        more = [each for number in keys["numbers"] for each in self._store.by_number(number)]
        for birth in keys["births"]:
            alike = self._store.by_birth(birth)
            more += [one for one in alike if folded_key(one.name or "") in keys["names"]]
        merges |= {each.id: each for each in self._store.merges_of(list(known))}
        named = {visit for each in merges.values() for visit in (each.left, each.right)}
        more += self._store.by_visit(sorted(named - known.keys()))
        known |= {each.visit: each for each in more}

    def _note(self, visitor: Visitor, what: str, record: str) -> None:
        self._store.note(act_of(visitor, what, record, route="page"), self._clock.now())


def _seen(visitor: Visitor, person: Person) -> bool:
    return any(visitor.sees(each.site) for each in person.identities)
