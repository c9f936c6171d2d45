"""The worklist of named discrepancies: who has which, for how long, who gave it to whom, how it ends."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from central.domain.accounts import Role, Visitor
from central.domain.findings import OF_PERSON, OF_VISIT

WITHIN: Final = timedelta(hours=48)
"""As long as complaints have: whoever waits for a dose to be right has waited for both."""
EXPLAINED: Final = "explained"
"""Reason of the step that closes what is true and cannot be mended, such as two doses that were given."""
_EXPLAINABLE: Final = frozenset({*OF_PERSON, *OF_VISIT, "no_check_in"})
_KEY: Final = re.compile(r"(visit|dose):[1-9]\d{0,17}\Z")


class Why(StrEnum):
    """Why somebody gives a discrepancy to somebody else."""

    NOT_MINE = "not_mine"
    AWAY = "away"
    NEEDS_SITE = "needs_site"
    NEEDS_PROVINCE = "needs_province"


class HandoverRefused(ValueError):  # noqa: N818 - what is wrong with the wish
    """The discrepancy stays where it is; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One open discrepancy, without what differs: that may be of a person, and is read apart.

    Attributes:
        key: ``visit:`` or ``dose:`` and a number.
        scope: What it is about: a visit, a dose, an entry of the Platform, a person, a reaction.
        owner: A log-in name; a site's id while nobody is named; empty where no site has to do with it.
        steps: How often it was handed over; whoever decides on an older state is told so.
        visit: Whose visit it is about; empty where none of ours is, or many are.
        also: The other site that it concerns; empty where it is about one.
    """

    key: str
    scope: Literal["visit", "dose", "entry", "person", "reaction"]
    kind: str
    field: str
    site: str
    ticket: str
    owner: str
    opened_at: datetime
    closed_at: datetime | None = None
    steps: int = 0
    visit: str = ""
    also: str = ""

    @property
    def sites(self) -> tuple[str, ...]:
        """Return the sites that it concerns."""
        return (self.site, self.also) if self.also else (self.site,)

    @property
    def due_at(self) -> datetime:
        """Return when it must be settled at the latest."""
        return self.opened_at + WITHIN

    def overdue(self, now: datetime) -> bool:
        """Return whether it has been open for too long."""
        return self.closed_at is None and now > self.due_at

    def age_hours(self, now: datetime) -> int:
        """Return for how many whole hours it has been open."""
        return int(((self.closed_at or now) - self.opened_at).total_seconds() // 3600)


@dataclass(frozen=True, slots=True)
class Values:
    """What differs: ours and the Platform's; may be of a person."""

    subject: str = field(repr=False)
    ours: str = field(repr=False)
    theirs: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Handover:
    """One hand-over as it is kept, or the explanation that closed it: ``EXPLAINED``, by its note."""

    at: datetime
    by: str
    before: str
    owner: str
    reason: str
    note: str


def is_key(text: str) -> bool:
    """Return whether a text can be the key of a discrepancy."""
    return _KEY.match(text) is not None


def hand_over(one: Discrepancy, by: Visitor, to: str, seen_steps: int) -> None:
    """Let somebody who saw a discrepancy after ``seen_steps`` steps give it to ``to``.

    Raises:
        HandoverRefused: They may not.
    """
    _still(one, seen_steps)
    # Who answers for several sites also decides who of them has what.
    site_has_it = one.owner == one.site and by.sees(one.site)
    if by.role is Role.SITE and one.owner != by.login and not site_has_it:
        raise HandoverRefused("not_yours")
    if not to or to == one.owner:
        raise HandoverRefused("to_whom")


def may_explain(one: Discrepancy, by: Visitor) -> bool:
    """Return whether somebody may close a discrepancy with words: who answers for several sites.

    What two sides say differently is not explained but corrected.
    """
    return by.role in {Role.COMMUNE, Role.PROVINCE} and one.kind in _EXPLAINABLE


def explain(one: Discrepancy, by: Visitor, words: str, seen_steps: int) -> None:
    """Let somebody who saw a discrepancy after ``seen_steps`` steps say why it is right as it is.

    Raises:
        HandoverRefused: They may not, or said nothing.
    """
    _still(one, seen_steps)
    if not may_explain(one, by):
        raise HandoverRefused("not_above")
    if not words:
        raise HandoverRefused("no_words")


def _still(one: Discrepancy, seen_steps: int) -> None:
    if one.closed_at is not None:
        raise HandoverRefused("settled")
    if one.steps != seen_steps:
        raise HandoverRefused("overtaken")
