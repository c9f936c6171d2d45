"""A reaction after an injection as the Platform is told of it, and whether what it holds is that.

What happened in detail is sealed to the site alone: the Platform is told of the severity and the
time, and whom and which dose it is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from central.domain.comparison import Difference
from protocol.documents.names import spelling_key


@dataclass(frozen=True, slots=True)
class ToldReaction:
    """What the Platform is told of a reaction, and what it must say back, field by field.

    Attributes:
        reaction: Id of the event, by which the Platform holds it only once.
        occurred_at: RFC 3339.
        dose: Id of the event of the dose before it, or None where none is known.
    """

    reaction: str
    visit: str
    site: str
    occurred_at: str
    severity: str
    staff: str
    dose: str | None
    number: str = field(repr=False)
    name: str | None = field(repr=False)
    birth: str | None = field(repr=False)
    sex: str | None = field(repr=False)
    nationality: str = "VNM"


@dataclass(frozen=True, slots=True)
class HeldReaction:
    """A reaction that the Platform holds; what it leaves out is empty or None."""

    id: str
    patient: str
    occurred_at: str
    severity: str
    number: str = field(repr=False)
    name: str | None = field(repr=False)
    birth: str | None = field(repr=False)
    sex: str | None = field(repr=False)


FIELDS: Final = ("number", "name", "birth", "sex", "severity", "occurred_at")


def compare_reactions(told: ToldReaction, held: Sequence[HeldReaction]) -> list[Difference] | None:
    """Return every difference between a reaction and what was read back; None: it is not there."""
    if not held:
        return None
    found: dict[str, Difference] = {}
    if len(held) > 1:
        found["record"] = Difference("record", "1", str(len(held)))
    for one in held:
        for name in FIELDS:
            ours, theirs = _compared(told, name), _compared(one, name)
            if ours is not None and ours != theirs:
                found.setdefault(name, Difference(name, _shown(told, name), _shown(one, name)))
    return list(found.values())


def _compared(one: ToldReaction | HeldReaction, name: str) -> object:
    value = getattr(one, name)
    if value is None:
        return None
    if name == "name":
        return spelling_key(value)
    return _instant(value) if name == "occurred_at" else value


def _instant(said: str) -> object:
    """Return a moment, however its zone and its fractions are written."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return said
    return int(at.timestamp()) if at.tzinfo is not None else said


def _shown(one: ToldReaction | HeldReaction, name: str) -> str:
    value = getattr(one, name)
    return "" if value is None else str(value)
