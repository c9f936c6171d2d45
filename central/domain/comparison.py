"""Field by field: does the Platform hold what we told it? Every difference has a name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from central.domain.records import VisitRecord
from protocol.documents.names import spelling_key


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which the Platform and the centre disagree.

    Attributes:
        field: Name of the field, or ``record`` when the number of records itself is wrong.
    """

    field: str
    ours: str
    theirs: str


def compare_all(ours: VisitRecord, theirs: Sequence[VisitRecord]) -> list[Difference]:
    """Return every difference between our record and all that the Platform holds of the visit.

    More than one record is a difference by itself; so is none.
    """
    found: dict[str, Difference] = {}
    if len(theirs) != 1:
        found["record"] = Difference("record", "1", str(len(theirs)))
    for record in theirs:
        for difference in compare(ours, record):
            found.setdefault(difference.field, difference)
    return list(found.values())


def compare(ours: VisitRecord, theirs: VisitRecord) -> list[Difference]:
    """Return the fields that differ.

    What we do not know is no difference: a typed number has no name, and the Platform may have one.
    Nor is a time that we guessed: whoever told the Platform before may have guessed another.
    The document's class is not compared: what was shown at the kiosk is ours alone to know.
    """
    found = []
    for field, same in _FIELDS.items():
        if field == "checked_in_at" and ours.time_guessed:
            continue
        our_value, their_value = getattr(ours, field), getattr(theirs, field)
        if our_value is None or (their_value is not None and same(our_value, their_value)):
            continue
        found.append(Difference(field, our_value, their_value or ""))
    return found


def _exactly(ours: str, theirs: str) -> bool:
    return ours == theirs


def _same_name(ours: str, theirs: str) -> bool:
    return spelling_key(ours) == spelling_key(theirs)


def _to_the_second(ours: str, theirs: str) -> bool:
    # A Platform may keep no milliseconds and answer in another time zone.
    try:
        apart = datetime.fromisoformat(ours) - datetime.fromisoformat(theirs)
    except (ValueError, TypeError):
        return ours == theirs
    return abs(apart.total_seconds()) < 1


_FIELDS: Final[dict[str, Callable[[str, str], bool]]] = {
    "visit": _exactly,
    "site": _exactly,
    "checked_in_at": _to_the_second,
    "number": _exactly,
    "name": _same_name,
    "birth": _exactly,
    "sex": _exactly,
    "nationality": _exactly,
}
