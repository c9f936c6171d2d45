"""The site's roster at the kiosk: who a claim belongs to, and what differs from the list.

It lives in memory only. It never refuses anybody: without a roster, with one that is too old, or for
somebody who is not on it the standing is unknown, and the slip leads to the desk for that. What is
told keeps these apart: nobody who is on the list hears that they are not.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from protocol.documents.model import Claim, DocumentClass, PartialDate
from protocol.documents.names import folded_key, spelling_key
from protocol.roster import RosterEntry, RosterPage, Standing

__all__ = ["Desks", "Difference", "Field", "Listed", "Match", "Roster", "Standing", "Told", "match"]

Field = Literal["name", "birth", "sex", "number"]
Listed = Literal["listed", "not_listed", "no_list"]
"""Whether the person is on the list; ``no_list``: there is none here, or none that counts still."""

Told = Literal["verified", "to_supplement", "exempt", "unverified", "not_listed", "no_list"]
"""What kiosk, slip and desk say of it, as the catalogues name it."""

PersonKey = Callable[[str], str]
_CITIZEN: Final = "VNM"
_DIGITS_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """One thing in which card and list disagree. Lives in memory and on the slip only.

    Attributes:
        card: As the card says it.
        roster: As the list says it; a number shows its last digits alone, because it may be another
            person's of the same name.
    """

    field: Field
    card: str
    roster: str


@dataclass(frozen=True, slots=True)
class Match:
    """What the list says of the person before the kiosk.

    Attributes:
        desk: Where to go, as the slip words it; empty for the site's first stage.
        differences: In the order in which they are shown.
        doses: Doses so far, as the list has them; a hint for the doctor, who decides.
    """

    standing: Standing
    desk: str = ""
    differences: tuple[Difference, ...] = ()
    appointment: str | None = None
    doses: int | None = None
    last_dose: PartialDate | None = field(default=None, repr=False)
    listed: Listed = "listed"

    @property
    def told(self) -> Told:
        """Return what is said to the person and to the staff."""
        match self.standing:
            case Standing.VERIFIED:
                return "verified"
            case Standing.TO_SUPPLEMENT:
                return "to_supplement"
            case Standing.EXEMPT:
                return "exempt"
            case _:
                return "unverified" if self.listed == "listed" else self.listed


@dataclass(frozen=True, slots=True)
class Desks:
    """The site's desk for each standing; empty for its first stage."""

    verified: str = ""
    to_supplement: str = ""
    exempt: str = ""
    unknown: str = ""

    def of(self, standing: Standing) -> str:
        """Return the desk for people of this standing."""
        return str(getattr(self, standing.value))


def match(
    claim: Claim,
    entry: RosterEntry | None,
    desks: Desks | None = None,
    *,
    absent: Literal["not_listed", "no_list"] = "not_listed",
) -> Match:
    """Return what ``entry`` says of the person who claims.

    Args:
        entry: The person's on the list; None where there is none.
        absent: What that means: another list would know, or there is no list at all.
    """
    usual = desks or Desks()
    if entry is None:
        # The letter says twice that the police do not verify non-citizens, on a list or not.
        standing = Standing.EXEMPT if _foreign(claim) else Standing.UNKNOWN
        return Match(standing, usual.of(standing), listed=absent)
    differences = tuple(_differences(claim, entry))
    standing = entry.standing
    if differences and standing is Standing.VERIFIED:
        # What the police verified is not what the card says.
        standing = Standing.TO_SUPPLEMENT
    return Match(
        standing,
        entry.desk or usual.of(standing),
        differences,
        entry.appointment,
        entry.doses,
        entry.last_dose,
    )


@dataclass(frozen=True, slots=True)
class Roster:
    """The people whom a site expects, as far as change ``through``. Never altered, only replaced.

    Attributes:
        through: The last change that is in it; 0 for an empty roster.
        head: Id of the import that made it.
    """

    through: int = 0
    head: str = ""
    _entries: dict[int, RosterEntry] = field(default_factory=dict, repr=False)
    _by_person: dict[str, int] = field(default_factory=dict, repr=False)
    _by_name: dict[tuple[str, int], tuple[int, ...]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self._entries)

    def apply(self, page: RosterPage, person: PersonKey) -> "Roster":
        """Return the roster after ``page``; itself when the page does not follow on it.

        Args:
            person: Gives the local matching key of a number.
        """
        if page.since not in {0, self.through}:
            return self
        before = self if page.since else Roster()
        entries, by_person = dict(before._entries), dict(before._by_person)  # noqa: SLF001 - our own
        by_name = dict(before._by_name)  # noqa: SLF001 - our own kind
        for row in (*page.removed, *(entry.id for entry in page.people)):
            _take_out(entries.pop(row, None), by_person, by_name, person)
        for entry in page.people:
            entries[entry.id] = entry
            if entry.number:
                by_person[person(entry.number)] = entry.id
            if key := _name_key(entry):
                by_name[key] = (*by_name.get(key, ()), entry.id)
        return Roster(page.through, page.head, entries, by_person, by_name)

    def rekeyed(self, person: PersonKey) -> "Roster":
        """Return the same roster found by other matching keys: the day key is another one now."""
        by_person = {person(e.number): e.id for e in self._entries.values() if e.number}
        return replace(self, _by_person=by_person)

    def find(self, claim: Claim, person: PersonKey) -> RosterEntry | None:
        """Return the one entry that is the claimant's: by number, by old number, by name and birth.

        Two people of one name and birth date are nobody's match.
        """
        for number in (claim.number, claim.old_number):
            if number and (found := self._by_person.get(person(number))) is not None:
                return self._entries[found]
        return self._namesake(claim)

    def entries(self) -> list[RosterEntry]:
        """Return everybody, by id."""
        return [self._entries[row] for row in sorted(self._entries)]

    def _namesake(self, claim: Claim) -> RosterEntry | None:
        if not claim.name or claim.birth is None:
            return None
        rows = self._by_name.get((folded_key(claim.name), claim.birth.year), ())
        candidates = [self._entries[row] for row in rows]
        same = [entry for entry in candidates if entry.birth == claim.birth]
        close = same or [e for e in candidates if e.birth and not _contradict(e.birth, claim.birth)]
        return close[0] if len(close) == 1 else None


def _take_out(
    entry: RosterEntry | None,
    by_person: dict[str, int],
    by_name: dict[tuple[str, int], tuple[int, ...]],
    person: PersonKey,
) -> None:
    if entry is None:
        return
    # The number may have gone over to another row already.
    if entry.number and by_person.get(key := person(entry.number)) == entry.id:
        del by_person[key]
    if name_key := _name_key(entry):
        rest = tuple(row for row in by_name.get(name_key, ()) if row != entry.id)
        by_name[name_key] = rest
        if not rest:
            del by_name[name_key]


def _name_key(entry: RosterEntry) -> tuple[str, int] | None:
    return (folded_key(entry.name), entry.birth.year) if entry.name and entry.birth else None


def _differences(claim: Claim, entry: RosterEntry) -> Iterable[Difference]:
    if entry.number and claim.number != entry.number:
        yield Difference("number", claim.number, _masked(entry.number))
    if claim.name and entry.name and not _same_name(claim, entry.name):
        yield Difference("name", claim.name, entry.name)
    if claim.birth and entry.birth and _contradict(claim.birth, entry.birth):
        yield Difference("birth", str(claim.birth), str(entry.birth))
    if claim.sex and entry.sex and claim.sex != entry.sex:
        yield Difference("sex", claim.sex, entry.sex)


def _same_name(claim: Claim, listed: str) -> bool:
    # A passport's machine readable lines hold no accents.
    key = folded_key if claim.document is DocumentClass.PASSPORT else spelling_key
    return key(claim.name or "") == key(listed)


def _contradict(one: PartialDate, other: PartialDate) -> bool:
    """Return whether two dates cannot be the same day, whatever their unknown parts are."""
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def _masked(number: str) -> str:
    return "*" * max(0, len(number) - _DIGITS_SHOWN) + number[-_DIGITS_SHOWN:]


def _foreign(claim: Claim) -> bool:
    return claim.document is DocumentClass.PASSPORT or claim.nationality != _CITIZEN
