"""The way of a complaint: open, in somebody's hands, answered; 48 hours, then the level above.

Pure: ``decide`` says whether a wish is allowed, ``apply`` what becomes of the case. The steps are
kept, the case is what they make together.

Source: the letter: complaints ("phản ánh") are handled within 48 hours.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never

from central.domain.accounts import Role

WITHIN: Final = timedelta(hours=48)
SOON: Final = timedelta(hours=12)
LONGEST_ANSWER: Final = 2000


class State(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"


class Level(StrEnum):
    """Who answers for it."""

    COMMUNE = "commune"
    PROVINCE = "province"


class Subject(StrEnum):
    """What is wrong, as kiosks and desks say it; an unknown word of a later version stays as it is."""

    PERSON_WRONG = "person_wrong"
    DOSE_MISSING = "dose_missing"
    DOSE_WRONG = "dose_wrong"
    CERTIFICATE_WRONG = "certificate_wrong"
    OTHER = "other"


class Handover(StrEnum):
    """Why somebody gives a complaint to somebody else."""

    NOT_MINE = "not_mine"
    AWAY = "away"
    NEEDS_SITE = "needs_site"
    NEEDS_PROVINCE = "needs_province"


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint and where it stands; of the person nothing, that is read apart and written down.

    Attributes:
        steps: How many steps it took; whoever decides on an older state is told so.
    """

    id: str
    site: str
    ticket: str
    subject: str
    source: str
    opened_at: datetime
    state: State = State.OPEN
    level: Level = Level.COMMUNE
    owner: str = ""
    answered_at: datetime | None = None
    steps: int = 0

    @property
    def due_at(self) -> datetime:
        """Return when it must be answered at the latest."""
        return self.opened_at + WITHIN

    def clock(self, now: datetime) -> str:
        """Return ``done``, ``overdue``, ``soon`` or ``fine``."""
        if self.state is State.ANSWERED:
            late = self.answered_at is not None and self.answered_at > self.due_at
            return "late" if late else "done"
        left = self.due_at - now
        if left <= timedelta():
            return "overdue"
        return "soon" if left <= SOON else "fine"


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody takes what is in nobody's hands into theirs."""

    by: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Its owner, or whoever decides who has what, gives it to somebody else, or to themselves."""

    by: str
    to: str
    reason: Handover


@dataclass(frozen=True, slots=True)
class Escalated:
    """It is overdue: the level above answers for it from now on, and whoever had it has it no more."""


@dataclass(frozen=True, slots=True)
class Answered:
    """It has an answer, in words for the person."""

    by: str
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reopened:
    """The answer does not hold; the clock runs on from where it was."""

    by: str


Step = Taken | HandedOver | Escalated | Answered | Reopened


class NotPossible(ValueError):  # noqa: N818 - what is wrong with the wish
    """The step cannot follow; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def decide(case: Complaint, wish: Step, role: Role | None, now: datetime) -> Step:
    """Return the step when it may follow.

    Args:
        role: Of whoever wishes; None is the clock, which only escalates.

    Raises:
        NotPossible: It may not.
    """
    problem = why_not(case, wish, role, now)
    if problem:
        raise NotPossible(problem)
    return wish


def why_not(case: Complaint, wish: Step, role: Role | None, now: datetime) -> str:
    """Return why a step may not follow, as a code; empty when it may."""
    answered = case.state is State.ANSWERED
    match wish:
        case Reopened():
            return _reaching(case, role) if answered else "not_answered"
        case Escalated():
            above = case.level is Level.COMMUNE and case.clock(now) == "overdue"
            return "" if above else "not_overdue"
        case Taken(by):
            return "answered" if answered else _taking(case, by, role)
        case HandedOver(by, to):
            return "answered" if answered else _handing(case, by, to, role)
        case Answered(by, words):
            return "answered" if answered else _answering(case, by, words)
        case unreachable:
            assert_never(unreachable)


def hands_over(case: Complaint, by: str, role: Role | None) -> bool:
    """Return whether somebody may hand a case over: its owner, or who answers for several sites.

    What went to the province is the province's to give away.
    """
    if case.owner == by or role is Role.PROVINCE:
        return True
    return role is Role.COMMUNE and case.level is Level.COMMUNE


def _reaching(case: Complaint, role: Role | None) -> str:
    above = case.level is Level.PROVINCE and role is not Role.PROVINCE
    return "above_you" if above else ""


def _taking(case: Complaint, by: str, role: Role | None) -> str:
    if case.owner:
        return "yours_already" if case.owner == by else "in_hands"
    return _reaching(case, role)


def _handing(case: Complaint, by: str, to: str, role: Role | None) -> str:
    if not hands_over(case, by, role):
        return "not_yours"
    return "" if to and to != case.owner else "to_whom"


def _answering(case: Complaint, by: str, words: str) -> str:
    if case.owner != by:
        return "not_yours"
    return "" if 0 < len(words.strip()) <= LONGEST_ANSWER else "no_words"


def apply(case: Complaint, step: Step, at: datetime) -> Complaint:
    """Return the case after a step."""
    counted = replace(case, steps=case.steps + 1)
    match step:
        case Taken(by):
            return replace(counted, state=State.TAKEN, owner=by)
        case HandedOver(to=to):
            return replace(counted, state=State.TAKEN, owner=to)
        case Escalated():
            return replace(counted, state=State.OPEN, level=Level.PROVINCE, owner="")
        case Answered():
            return replace(counted, state=State.ANSWERED, answered_at=at)
        case Reopened(by):
            return replace(counted, state=State.TAKEN, owner=by, answered_at=None)
        case unreachable:
            assert_never(unreachable)


def in_order(cases: Iterable[Complaint], now: datetime) -> list[Complaint]:
    """Return the cases as a worklist has them: what is overdue or due first; answered ones last."""
    done = ("done", "late")
    return sorted(cases, key=lambda each: (each.clock(now) in done, each.due_at, each.id))
