"""Who is one person: identities that belong together, by number, else by folded name and birth date.

Pure and order-independent: ``persons`` looks at all identities and all merges that stand, and gives
the same groups whatever order they come in. Nothing is deleted or rewritten by a merge; undone, the
groups are what they were.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from protocol.documents.names import folded_key

_WHOLE_DATE: Final = 10


@dataclass(frozen=True, slots=True)
class Identity:
    """What one check-in said of who came; ``visit`` names it and is nobody's number."""

    visit: str
    site: str
    at: datetime
    document: str = ""
    number: str | None = field(default=None, repr=False)
    old_number: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    birth: str | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)

    @property
    def name_and_birth(self) -> tuple[str, str] | None:
        """Return the second way to know somebody; None where it would not tell enough."""
        if not self.name or not self.birth or len(self.birth) != _WHOLE_DATE:
            return None
        key = folded_key(self.name)
        return (key, self.birth) if key else None


class Reason(StrEnum):
    """Why somebody says that two are one person."""

    NUMBER_REISSUED = "number_reissued"
    TYPING_ERROR = "typing_error"
    CARD_SEEN = "card_seen"


@dataclass(frozen=True, slots=True)
class Merge:
    """Somebody said that the persons of two visits are one; undone, it says nothing."""

    id: int
    left: str
    right: str
    reason: str
    by: str
    at: datetime
    undone_by: str = ""
    undone_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Return whether it was not undone."""
        return self.undone_at is None


@dataclass(frozen=True, slots=True)
class Person:
    """Identities that are one person's, the earliest first.

    Attributes:
        doubtful: Of a check-in without a number several people of this name and birth date could be meant.
    """

    identities: tuple[Identity, ...]
    doubtful: bool = False

    @property
    def handle(self) -> str:
        """Return what names the person in addresses and logs: the earliest check-in."""
        return self.identities[0].visit

    @property
    def visits(self) -> frozenset[str]:
        """Return the check-ins."""
        return frozenset(each.visit for each in self.identities)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return every number that the person had, the newest first."""
        said = [number for each in reversed(self.identities) for number in _numbers(each)]
        return tuple(dict.fromkeys(said))


def persons(identities: Iterable[Identity], merges: Iterable[Merge]) -> list[Person]:
    """Return who is who, by the time of the first check-in."""
    known = sorted(set(identities), key=lambda each: (each.at, each.visit))
    groups = _Groups(each.visit for each in known)
    _link_numbers(known, groups)
    for merge in merges:
        if merge.stands:
            groups.join(merge.left, merge.right)
    doubtful = _link_names(known, groups)
    found: dict[str, list[Identity]] = {}
    for each in known:
        found.setdefault(groups.of(each.visit), []).append(each)
    return [
        Person(tuple(group), any(each.visit in doubtful for each in group))
        for group in found.values()
    ]


def _link_numbers(known: Sequence[Identity], groups: "_Groups") -> None:
    """Join those of one number; a card names the number that its holder had before."""
    by_number: dict[str, str] = {}
    for each in known:
        for number in _numbers(each):
            groups.join(by_number.setdefault(number, each.visit), each.visit)


def _link_names(known: Sequence[Identity], groups: "_Groups") -> set[str]:
    """Join those without a number to the one person of their name and birth date, if it is one."""
    alike: dict[tuple[str, str], list[Identity]] = {}
    for each in known:
        if each.name_and_birth is not None:
            alike.setdefault(each.name_and_birth, []).append(each)
    doubtful: set[str] = set()
    joins: list[tuple[str, str]] = []
    for namesakes in alike.values():
        numbered = [each for each in namesakes if _numbers(each)]
        for one in namesakes:
            if not _numbers(one):
                joins += _joins(one, namesakes, numbered, groups, doubtful)
    for left, right in joins:
        groups.join(left, right)
    return doubtful


def _joins(
    one: Identity,
    namesakes: Sequence[Identity],
    numbered: Sequence[Identity],
    groups: "_Groups",
    doubtful: set[str],
) -> list[tuple[str, str]]:
    fitting = [each for each in numbered if _sexes_fit(one, each)]
    candidates = {groups.of(each.visit) for each in fitting}
    if len(candidates) > 1:
        doubtful.add(one.visit)
        return []
    if candidates:
        return [(one.visit, fitting[0].visit)]
    same = [each for each in namesakes if not _numbers(each) and each.sex == one.sex]
    return [(one.visit, each.visit) for each in same]


def _sexes_fit(one: Identity, other: Identity) -> bool:
    return one.sex is None or other.sex is None or one.sex == other.sex


def _numbers(one: Identity) -> list[str]:
    return [number for number in (one.number, one.old_number) if number]


class _Groups:
    """Which visits belong together; a group is named by its smallest visit, however it was joined."""

    def __init__(self, visits: Iterable[str]) -> None:
        self._above: dict[str, str] = {visit: visit for visit in visits}

    def of(self, visit: str) -> str:
        while self._above[visit] != visit:
            self._above[visit] = self._above[self._above[visit]]
            visit = self._above[visit]
        return visit

    def join(self, left: str, right: str) -> None:
        if left not in self._above or right not in self._above:
            return  # What one of them said was erased, or is not read yet.
        low, high = sorted((self.of(left), self.of(right)))
        self._above[high] = low


class MergeRefused(ValueError):  # noqa: N818 - what is wrong with the wish
    """Two persons cannot be joined like this; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_merge(left: Person, right: Person) -> None:
    """Return when two persons are two.

    Raises:
        MergeRefused: ``one_already``.
    """
    if left.visits & right.visits:
        raise MergeRefused("one_already")


def keys_to_read(identities: Iterable[Identity]) -> Mapping[str, frozenset[str]]:
    """Return by which numbers and birth dates more identities of the same persons can be found."""
    known = list(identities)
    numbers = {number for each in known for number in _numbers(each)}
    births = {each.birth for each in known if each.birth and each.name_and_birth is not None}
    names = {each.name_and_birth[0] for each in known if each.name_and_birth is not None}
    return {
        "numbers": frozenset(numbers), "births": frozenset(births), "names": frozenset(names)
    }  # fmt: skip
