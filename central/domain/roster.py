"""A site's roster at the centre: who is on it, and what an import changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from protocol.documents.model import PartialDate
from protocol.documents.names import folded_key
from protocol.roster import Sex, Standing


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """One person of a list, before it has a row at the centre."""

    number: str | None = field(repr=False)
    name: str = field(repr=False)
    birth: PartialDate | None = field(repr=False)
    sex: Sex | None = field(default=None, repr=False)
    standing: Standing = Standing.UNKNOWN
    appointment: str | None = None
    doses: int | None = None
    last_dose: PartialDate | None = field(default=None, repr=False)
    desk: str | None = None

    @property
    def key(self) -> str:
        """What makes two rows one person: the number, or name and birth where there is none."""
        return f"n:{self.number}" if self.number else self.nameless_key

    @property
    def nameless_key(self) -> str:
        """The key that this person had before the number was known."""
        return f"p:{folded_key(self.name)}|{self.birth}"


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What one import does to a site's roster.

    Attributes:
        changed: Row id -> the person as they are now.
        removed: Ids of the rows that go.
        same: Ids of the rows that the list names with nothing new; no change for anybody.
    """

    added: tuple[RosterPerson, ...]
    changed: Mapping[int, RosterPerson]
    removed: tuple[int, ...]
    same: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed)


def plan_import(
    there: Mapping[int, RosterPerson],
    wanted: Sequence[RosterPerson],
    *,
    replace: bool,
    keep: Iterable[str] = (),
) -> RosterChange:
    """Return what must change so that ``wanted``, each once, are on the roster.

    Args:
        there: Row id -> person, of the site's roster now.
        replace: Also remove whoever is not among ``wanted``.
        keep: Keys of people whose row in the list could not be read; they are not removed.
    """
    row_of = {person.key: row for row, person in there.items()}
    added: list[RosterPerson] = []
    changed: dict[int, RosterPerson] = {}
    met: set[int] = set()
    for person in wanted:
        row = row_of.get(person.key, row_of.get(person.nameless_key))
        if row is None or row in met:
            added.append(person)
            continue
        met.add(row)
        if there[row] != person:
            changed[row] = person
    kept = {row_of[key] for key in keep if key in row_of}
    gone = tuple(row for row in there if row not in met and row not in kept) if replace else ()
    same = tuple(row for row in there if (row in met or row in kept) and row not in changed)
    return RosterChange(tuple(added), changed, gone, same)
