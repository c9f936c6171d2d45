"""A dose as the Platform is told of it and as the Platform holds it, and whether the two are one.

Pure. What the centre asks and what it compares are here; where a record stands is in ``records``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from central.domain.comparison import Difference
from central.domain.dose_keys import lot_key, vaccine_key
from protocol.documents.names import spelling_key


@dataclass(frozen=True, slots=True)
class ToldDose:
    """What the Platform is told of a dose, and what it must say back, field by field.

    Attributes:
        dose: Id of the event, by which the Platform creates it only once.
        occurred_at: RFC 3339.
        day: The same as a date in Vietnam.
        expiry: ``YYYY-MM-DD``, or None where the vial's was not written as one.
        injector: Log-in name at the site; ``injector_name`` is the person's, where it is known.
    """

    dose: str
    visit: str
    site: str
    occurred_at: str
    day: str
    vaccine: str
    lot: str
    expiry: str | None
    dose_number: int
    injector: str
    injector_name: str | None
    number: str = field(repr=False)
    name: str | None = field(repr=False)
    birth: str | None = field(repr=False)
    sex: str | None = field(repr=False)
    nationality: str = "VNM"


@dataclass(frozen=True, slots=True)
class HeldDose:
    """A dose that the Platform holds; what it leaves out is empty or None.

    Attributes:
        id: The Platform's own.
        event: Our event's id where the entry was told by us; empty where staff typed it there.
    """

    id: str
    event: str
    patient: str
    number: str = field(repr=False)
    name: str | None = field(repr=False)
    birth: str | None = field(repr=False)
    sex: str | None = field(repr=False)
    vaccine: str
    lot: str
    dose_number: int | None
    day: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class DoseAnswer:
    """What the Platform says that it holds of a person and of a dose.

    Attributes:
        others: Ids of entries that it answered with and that were not asked for.
    """

    held: tuple[HeldDose, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of the Platform's list that gave no answer, while what lies behind it did.

    Attributes:
        what: Id of an entry, or the part's begin and end as ``reading_on.span`` names them.
        site: Where the dose was given, if that much is known.
    """

    what: str
    reason: str = field(repr=False)
    site: str = ""


@dataclass(frozen=True, slots=True)
class DosePage:
    """A part of the list of all that changed at the Platform.

    Attributes:
        gone: Ids of entries that are not valid any more.
        through: From where the next reading goes on.
        unreadable: How many entries are no doses of this protocol; they are left out.
        unread: What is to be asked for again.
    """

    held: tuple[HeldDose, ...]
    gone: tuple[str, ...]
    through: str
    unreadable: int = 0
    unread: tuple[Unread, ...] = ()


def chosen(told: ToldDose, held: Sequence[HeldDose]) -> HeldDose | None:
    """Return the entry that is this dose: our own, else one that staff typed in; or None."""
    own = sorted((one for one in held if one.event == told.dose), key=lambda one: one.id)
    typed = sorted((one for one in held if _typed(told, one)), key=lambda one: one.id)
    return next(iter([*own, *typed]), None)


def compare_dose(told: ToldDose, answer: DoseAnswer) -> list[Difference] | None:
    """Return every difference between a dose and what was read back; None when it is not there."""
    entry = chosen(told, answer.held)
    found = [] if entry is None else differences(told, entry)
    doubles = [one for one in answer.held if one.event == told.dose or _typed(told, one)]
    if len(doubles) > 1:
        found.append(Difference("record", "1", str(len(doubles))))
    if answer.others:
        found.append(Difference("answer", told.dose, answer.others[0]))
    return None if entry is None and not found else found


def differences(told: ToldDose, held: HeldDose) -> list[Difference]:
    """Return the fields that differ; what we do not know is no difference."""
    ours, theirs = _compared(told), _compared(held)
    return [
        Difference(name, _shown(told, name), _shown(held, name))
        for name in FIELDS
        if ours[name] is not None and ours[name] != theirs[name]
    ]


FIELDS: Final = ("number", "name", "birth", "sex", "vaccine", "lot", "dose_number", "day")


def _typed(told: ToldDose, held: HeldDose) -> bool:
    """Return whether staff typed this dose into the Platform: two of vaccine, number, day agree."""
    if held.event or held.number != told.number:
        return False
    agree = (
        vaccine_key(held.vaccine) == vaccine_key(told.vaccine),
        held.dose_number == told.dose_number,
        held.day == told.day,
    )
    return sum(agree) >= 2


def _compared(dose: ToldDose | HeldDose) -> dict[str, str | int | None]:
    return {
        "number": dose.number,
        "name": None if dose.name is None else spelling_key(dose.name),
        "birth": dose.birth,
        "sex": dose.sex,
        "vaccine": vaccine_key(dose.vaccine),
        "lot": lot_key(dose.lot),
        "dose_number": dose.dose_number,
        "day": dose.day,
    }


def _shown(dose: ToldDose | HeldDose, name: str) -> str:
    value = getattr(dose, name)
    return "" if value is None else str(value)
