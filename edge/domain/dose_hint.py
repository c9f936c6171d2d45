"""What the site's list says of a person's earlier doses: a hint for the staff; the doctor decides.

It is about health: it lives in memory, on the person's own screen and on their own slip, never in an
event. Whoever only typed a number gets none, because anybody can type a number.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from edge.domain.roster import Match
from protocol.documents.model import PartialDate

Known = Literal["none", "count", "last", "since", "count_last", "count_since"]
"""How much the list says, as the catalogue names it: ``since`` is the last dose with its days."""


@dataclass(frozen=True, slots=True)
class DoseHint:
    """Doses so far, the last one, and how many days ago that was; each None where it is not known."""

    count: int | None = field(default=None, repr=False)
    last: PartialDate | None = field(default=None, repr=False)
    days: int | None = field(default=None, repr=False)

    @property
    def known(self) -> Known:
        """Return which sentence says all that is known."""
        if self.count == 0 and self.last is None:
            return "none"
        if self.last is None:
            return "count"
        if self.count:
            return "count_last" if self.days is None else "count_since"
        return "last" if self.days is None else "since"

    @property
    def values(self) -> dict[str, str]:
        """Return what is filled into that sentence."""
        found = {"count": self.count, "date": _dated(self.last), "days": self.days}
        return {name: str(value) for name, value in found.items() if value is not None}


def dose_hint(match: Match | None, today: date | None) -> DoseHint | None:
    """Return what ``match`` says of doses, or None where the list says nothing.

    Args:
        today: The date at the site; None when the clock is not believed: then no days are counted.
    """
    if match is None or (match.doses is None and match.last_dose is None):
        return None
    return DoseHint(match.doses, match.last_dose, _days(match.last_dose, today))


def _days(last: PartialDate | None, today: date | None) -> int | None:
    if last is None or last.month is None or last.day is None or today is None:
        return None
    days = (today - date(last.year, last.month, last.day)).days
    # A dose of tomorrow is an error in the list; no figure is better than a wrong one.
    return days if days >= 0 else None


def _dated(last: PartialDate | None) -> str | None:
    return None if last is None else "/".join(reversed(str(last).split("-")))
