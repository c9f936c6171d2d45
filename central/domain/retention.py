"""How long the centre keeps what it has of people beside their doses, by kind.

Doses, arrivals and who came to them, events' hashes, certificates, signed days and the audit are kept:
the site answers for them. What is here was needed for a while, and goes when that is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from central.domain.audit import Act


class Kind(StrEnum):
    """What is kept for a while.

    ``FORMS``: answers of screening forms, from their receipt.
    ``ROSTERS``: rows of sites' lists, from when a list last named them; not while they still come.
    ``ROUNDS``: people on verification rounds, from the round's end.
    ``COMPLAINTS``: who complained, their words and the answer's, from the answer.
    ``SET_ASIDE``: messages that could not be taken, from the last time one came.
    ``SHEETS``: people of entries that the Platform withdrew and told by file, from that file.
    ``SESSIONS``: log-ins, from when they were last used.
    """

    FORMS = "forms"
    ROSTERS = "rosters"
    ROUNDS = "rounds"
    COMPLAINTS = "complaints"
    SET_ASIDE = "set_aside"
    SHEETS = "sheets"
    SESSIONS = "sessions"


DAYS: Final[Mapping[Kind, int]] = MappingProxyType(
    {
        # The ministry's guidance: screening and consent forms are kept 15 days.
        Kind.FORMS: 15,
        # No rule names the others: a year covers the longest interval between two doses.
        Kind.ROSTERS: 365,
        Kind.ROUNDS: 90,
        Kind.COMPLAINTS: 365,
        Kind.SET_ASIDE: 90,
        Kind.SHEETS: 90,
        # No log-in is open for a day without being used.
        Kind.SESSIONS: 1,
    }
)
"""How many days each kind is kept where the settings say nothing else; 0: for ever."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was last done about a kind.

    Attributes:
        at: When the last run began that ended well; None: there was none.
        number: How many it erased; ``total``: all runs together.
        failed_at: When a later run failed; None: none did.
    """

    at: datetime | None = None
    number: int = 0
    total: int = 0
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """How long a kind is kept, and what was last done about it; ``days`` 0: for ever."""

    kind: Kind
    days: int
    run: Run


def before(days: int, now: datetime) -> datetime | None:
    """Return the moment before which a kind goes; None: nothing of it goes."""
    return now - timedelta(days=days) if days > 0 else None


def act_of(kind: Kind, number: int) -> Act:
    """Return what the audit keeps of an erasing: how many of which kind, and nobody."""
    return Act("clock", "it", "retention_erased", f"retention:{kind}", f"number={number}", "clock")
