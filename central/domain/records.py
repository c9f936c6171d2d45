"""The record of a visit or a dose, and where it stands with the national Platform.

Pure: each function takes a record and what happened, and returns the record as it is afterwards.
What keeps one record back never keeps back another.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class RecordState(StrEnum):
    """Where a record stands with the Platform.

    ``failing`` is tried again, like ``pending``, after several attempts brought no answer;
    ``withdrawing`` and ``withdrawn`` are writings of a dose that a correction replaced.
    """

    PENDING = "pending"
    HELD = "held"
    FAILING = "failing"
    ACCEPTED = "accepted"
    RECONCILED = "reconciled"
    DIFFERS = "differs"
    REFUSED = "refused"
    OVERDUE = "overdue"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"


OPEN_STATES: Final = (
    RecordState.PENDING,
    RecordState.HELD,
    RecordState.FAILING,
    RecordState.ACCEPTED,
)
"""States that become overdue when they last too long."""

GONE: Final = (RecordState.WITHDRAWING, RecordState.WITHDRAWN)
"""States of a writing that a correction replaced; it never stands again."""


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """What the Platform is told of a visit, and what it must say back, field by field.

    Attributes:
        time_guessed: ``checked_in_at`` is when the centre received it, for want of a clock that
            could be right. Received again after a restore, the same visit has another.
    """

    visit: str
    site: str
    checked_in_at: str
    number: str
    document: str
    name: str | None
    birth: str | None
    sex: str | None
    nationality: str
    time_guessed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class PlatformReceipt:
    """The Platform's ids for what it holds.

    Attributes:
        resource: Of the Encounter of a visit, or the Immunization of a dose.
    """

    patient: str
    resource: str


@dataclass(frozen=True, slots=True)
class Record:
    """The state of one record.

    Attributes:
        subject: Id of the visit or of the dose that it tells of.
        stamp: The check-in, or the writing of the dose, that it tells of.
        opened_at: When the centre learned of it; the 24 hours run from here.
        attempts: Attempts in a row that brought nothing.
        next_try_at: When to go on by itself; None when somebody must act first.
        reason: Why it is where it is: a code of ours, or the Platform's own words.
        receipt: None until the Platform has accepted the record.
    """

    subject: str
    stamp: str
    state: RecordState
    opened_at: datetime
    attempts: int = 0
    next_try_at: datetime | None = None
    reason: str | None = None
    receipt: PlatformReceipt | None = None
    submitted_at: datetime | None = None
    reconciled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait for what."""

    first_wait: timedelta = timedelta(seconds=2)
    longest_wait: timedelta = timedelta(minutes=5)
    resubmit_after: timedelta = timedelta(hours=1)
    look_again_after: timedelta = timedelta(hours=1)
    overdue_after: timedelta = timedelta(hours=24)
    carried_within: timedelta = timedelta(hours=6)
    failing_after: int = 5

    def wait(self, attempts: int, jitter: float) -> timedelta:
        """Return the pause after ``attempts`` vain attempts: full jitter, doubling, capped.

        Args:
            jitter: From 0 to 1, evenly spread, so that a crowd of records does not return at once.
        """
        longest = min(self.first_wait * (1 << min(attempts, 20)), self.longest_wait)
        return max(longest * jitter, self.first_wait / 4)


def follow(
    record: Record | None, subject: str, stamp: str, opened_at: datetime, problem: str | None
) -> Record | None:
    """Return the record that a visit or a dose needs now, or None when the one it has still fits.

    Args:
        stamp: What stands for it now.
        problem: Why nothing can be sent, such as an identity that did not open; it is then held.
    """
    state = RecordState.PENDING if problem is None else RecordState.HELD
    next_try_at = opened_at if problem is None else None
    if record is None:
        return Record(subject, stamp, state, opened_at, 0, next_try_at, problem)
    if record.stamp != stamp:
        # Another check-in stands for the visit than the one that was sent: tell and compare anew.
        return Record(subject, stamp, state, record.opened_at, 0, next_try_at, problem)
    unsent = record.receipt is None and record.next_try_at is None
    if unsent and record.state is not RecordState.REFUSED and problem is None:
        return replace(record, state=state, next_try_at=next_try_at, reason=None)
    return None


def withdraw(record: Record | None, subject: str, stamp: str, now: datetime) -> Record | None:
    """Return the record of a writing that a correction replaced, or None when it knows already.

    What was never begun is withdrawn at once; what the Platform may hold is withdrawn there too.
    """
    if record is None:
        return Record(subject, stamp, RecordState.WITHDRAWN, now, reason="replaced")
    if record.state in GONE:
        return None
    # Another stamp: an outcome of what was on its way must not bring the old state back.
    return replace(
        record,
        stamp=f"gone/{record.stamp}"[:112],
        state=RecordState.WITHDRAWING,
        attempts=0,
        next_try_at=now,
        reason="replaced",
    )


def withdrawn(record: Record) -> Record:
    """Return the record after the Platform said that it holds nothing of it any more."""
    return replace(record, state=RecordState.WITHDRAWN, next_try_at=None, attempts=0)


def accepted(record: Record, receipt: PlatformReceipt, now: datetime) -> Record:
    """Return the record after the Platform said that it holds it; it is read back at once."""
    return replace(
        record,
        state=RecordState.ACCEPTED,
        receipt=receipt,
        submitted_at=now,
        attempts=0,
        next_try_at=now,
        reason=None,
    )


def refused(record: Record, reason: str) -> Record:
    """Return the record after the Platform refused it; it rests until somebody changes something."""
    return replace(record, state=RecordState.REFUSED, reason=reason, next_try_at=None)


def postponed(
    record: Record,
    reason: str,
    now: datetime,
    *,
    pace: Pace,
    jitter: float,
    at_least: timedelta = timedelta(0),
) -> Record:
    """Return the record after an attempt that the Platform did not answer.

    Args:
        at_least: The pause that the Platform asked for.
    """
    attempts = record.attempts + 1
    gives_up = record.state is RecordState.PENDING and attempts >= pace.failing_after
    return replace(
        record,
        state=RecordState.FAILING if gives_up else record.state,
        attempts=attempts,
        reason=reason,
        next_try_at=now + max(pace.wait(attempts, jitter), at_least),
    )


def carried(record: Record, now: datetime, *, pace: Pace) -> Record:
    """Return the record that waits for people to carry it to the Platform and back.

    That is no attempt that failed. What comes back wakes the record; it looks by itself, too.
    """
    return replace(
        record,
        attempts=0,
        reason="carried_by_hand",
        next_try_at=now + pace.carried_within,
    )


def missing(record: Record, now: datetime, *, pace: Pace, jitter: float) -> Record:
    """Return an accepted record that the Platform does not show.

    Entries appear late as a rule, so it waits; after an hour it is submitted again, which is safe
    because the Platform creates only what it does not hold.
    """
    waiting = postponed(record, "not_on_platform", now, pace=pace, jitter=jitter)
    if record.submitted_at is None or now - record.submitted_at >= pace.resubmit_after:
        return replace(waiting, receipt=None)
    return waiting


def compared(record: Record, *, equal: bool, now: datetime, pace: Pace) -> Record:
    """Return the record after its read-back was compared with ours."""
    if equal:
        return replace(
            record,
            state=RecordState.RECONCILED,
            reconciled_at=now,
            attempts=0,
            next_try_at=None,
            reason=None,
        )
    # Somebody corrects one side or the other; look again from time to time.
    return replace(
        record,
        state=RecordState.DIFFERS,
        reconciled_at=None,
        attempts=0,
        next_try_at=now + pace.look_again_after,
        reason="differs",
    )
