"""Writes down who saw and who changed a person's record, and tells whether the list is whole."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from central.domain.accounts import Role, Visitor
from central.domain.audit import Act, AuditRow, cleaned, first_broken
from central.ports import Clock
from central.ports.audit import AuditStore

_AN_ID: Final = re.compile(r"[A-Za-z0-9._:@-]{1,100}")

Note = Callable[[str, str], None]
"""Writes down what was done with which record, before it is; raises ``StoreUnavailable``."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at every row said.

    Attributes:
        broken: Number of the first row that does not follow; None: all do.
        head: Hash of the newest row, to be written down elsewhere.
    """

    rows: int
    broken: int | None
    head: str


class Audit:
    """Blocking. What cannot be written down must not be shown: callers write first."""

    def __init__(self, store: AuditStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def write(
        self, visitor: Visitor, what: str, record: str, why: str = "", route: str = ""
    ) -> None:
        """Add a row.

        Raises:
            StoreUnavailable: Nothing was added.
        """
        self._store.add(act_of(visitor, what, record, why, route), self._clock.now())

    def newest(
        self, visitor: Visitor, limit: int, *, who: str = "", record: str = ""
    ) -> list[AuditRow]:
        """Return the newest rows; to look at them is written down too.

        Raises:
            StoreUnavailable: No answer now.
        """
        asked = record or who or "all"
        # Whoever looks for a person by name here must not leave the name in what is never erased.
        what = asked if _AN_ID.fullmatch(asked) else "other"
        self.write(visitor, "audit_read", f"audit:{cleaned(what)}", route="page")
        return self._store.newest(limit, who=who, record=record)

    def check(self) -> Checked:
        """Read every row and say whether each follows from those before it.

        Raises:
            StoreUnavailable: No answer now.
        """
        seen = _Seen(self._store.rows())
        broken = first_broken(seen)
        return Checked(seen.rows, broken, seen.head)


class _Seen:
    """Rows on their way through, counted."""

    def __init__(self, rows: Iterator[AuditRow]) -> None:
        self.rows, self.head = 0, ""
        self._rows = rows

    def __iter__(self) -> Iterator[AuditRow]:
        for row in self._rows:
            self.rows, self.head = self.rows + 1, row.hash
            yield row


TERMINAL: Final = "terminal"
OPERATOR: Final = Visitor("operator", "operator", Role.IT, None)
"""Whoever gives commands on the centre's own terminal."""


def at_terminal(audit: Audit) -> Note:
    """Return what writes down what a command does with records."""

    def note(what: str, record: str) -> None:
        audit.write(OPERATOR, what, record, route=TERMINAL)

    return note


def act_of(visitor: Visitor, what: str, record: str, why: str = "", route: str = "") -> Act:
    """Return what a visitor does, as the audit keeps it."""
    return Act(visitor.login, visitor.role, what, record[:120], cleaned(why), route[:120])
