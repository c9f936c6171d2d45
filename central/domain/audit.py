"""What is kept of who saw and who changed a person's record: rows that hang together by hashes.

Each row's hash covers the row before it, so nobody can change, take out or put in a row without
changing all behind it. The newest hash, written down elsewhere, shows a shortened list too.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

GENESIS: Final = "0" * 64
_LONGEST: Final = 300
_HANDED_OVER_WORDS: Final = 3
# A person's number, a date of birth: neither belongs into a text that many may read.
_NUMBER: Final = re.compile(r"\d{9,}")
_DATE: Final = re.compile(r"\b(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})\b")


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did.

    Attributes:
        who: Log-in name.
        what: A code of ours, such as ``person_read``.
        record: Kind and id of the record, such as ``visit:019a…``; never a name or number.
        why: The code of the reason that somebody gave; empty for a reading. Nothing typed: a row
            stays for ever, and what it says of a person could never be erased.
        route: How they came there.
    """

    who: str
    role: str
    what: str
    record: str
    why: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row, as it stands for ever."""

    id: int
    at: datetime
    act: Act
    hash: str


def cleaned(why: str) -> str:
    """Return a reason as it may be kept: one line, no number or date of a person, not too long."""
    line = " ".join(why.split())
    return _DATE.sub("…", _NUMBER.sub("…", line))[:_LONGEST]


def typed_words(what: str, why: str) -> bool:
    """Return whether a reason holds words that somebody typed: earlier versions put them behind it.

    A row of today says a code, and of a hand-over to whom: ``needs_site → tram``.
    """
    return what == "discrepancy_handed_over" and len(why.split()) > _HANDED_OVER_WORDS


def hash_of(before: str, number: int, at: datetime, act: Act) -> str:
    """Return the hash of a row that follows one with the hash ``before``."""
    said = [
        before, number, at.astimezone(UTC).isoformat(timespec="microseconds"), act.who, act.role,
        act.what, act.record, act.why, act.route,
    ]  # fmt: skip
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken(rows: Iterable[AuditRow]) -> int | None:
    """Return the number of the first row that does not follow from those before it; None: all do."""
    before = GENESIS
    for number, row in enumerate(rows, 1):
        if row.id != number or row.hash != hash_of(before, row.id, row.at, row.act):
            return number
        before = row.hash
    return None
