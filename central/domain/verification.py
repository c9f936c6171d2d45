"""Verification rounds: a site's list goes to the commune police, and comes back within two days.

    made ──sent──► sent ──answers──► returned ──the last answer──► complete
      └────────────────┴──────called off──────► called off ◄────────┘

Pure. The clock runs from when the list was made, as the letter has it; being overdue is no state of
its own but what the clock says of a round with people who are not answered for.

Source: the letter of Ninh Thuận's People's Committee, November 2021: lists are returned within 02
days of being made; non-citizens are not verified.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from central.domain.roster import RosterPerson
from protocol.documents.names import folded_key
from protocol.roster import Standing

DUE_AFTER: Final = timedelta(hours=48)


class RoundState(StrEnum):
    """Where a round stands."""

    MADE = "made"
    SENT = "sent"
    RETURNED = "returned"
    COMPLETE = "complete"
    CALLED_OFF = "called_off"


RUNNING: Final = frozenset({RoundState.MADE, RoundState.SENT, RoundState.RETURNED})


class RoundRefused(ValueError):  # noqa: N818 - what is wrong with the wish
    """A round cannot do that where it stands; the text says why."""


@dataclass(frozen=True, slots=True)
class Round:
    """One list of one site.

    Attributes:
        people: How many are on it; ``answered``: of how many the police said something.
        escalated_at: When the province was told that the time is over; None: it was not.
    """

    id: int
    site: str
    state: RoundState
    people: int
    answered: int
    made_at: datetime
    sent_at: datetime | None = None
    returned_at: datetime | None = None
    escalated_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """When the police's answer must be here."""
        return self.made_at + DUE_AFTER

    def overdue(self, now: datetime) -> bool:
        """Return whether people are not answered for though the time is over."""
        return self.state in RUNNING and now > self.due_at


@dataclass(frozen=True, slots=True)
class Line:
    """One person of a round, as they stood on the list that was sent.

    Attributes:
        person: Their row on the roster.
        answer: What the police said; None: nothing yet.
    """

    line: int
    person: int
    number: str | None = field(repr=False)
    name: str = field(repr=False)
    birth: str | None = field(repr=False)
    sex: str | None = field(repr=False)
    answer: Standing | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """A row that came back.

    Attributes:
        code: Of its line, as we wrote it; empty where somebody took it out.
    """

    code: str
    number: str | None = field(repr=False)
    name: str | None = field(repr=False)
    answer: Standing | None


def to_verify(people: Mapping[int, RosterPerson], running: Iterable[int]) -> tuple[Line, ...]:
    """Return the lines of a new round: whoever is not verified, a citizen, and on no running one.

    Args:
        people: Row id -> person, of the site's roster.
        running: Rows that are on rounds that are under way.
    """
    busy = set(running)
    wanted = sorted(
        (folded_key(person.name), row)
        for row, person in people.items()
        if person.standing is Standing.UNKNOWN and row not in busy and not foreign(person)
    )
    return tuple(_line(place, row, people[row]) for place, (_, row) in enumerate(wanted, start=1))


def code_of(round_id: int, line: int) -> str:
    """Return what names a line on the sheet, with a check digit against slips of the pen."""
    return f"V{round_id}-{line}-{(round_id * 7 + line * 3) % 97:02d}"


def line_of(code: str, round_id: int) -> int | None:
    """Return which line of the round a code names; None when it names none of it."""
    parts = code.strip().upper().split("-")
    if len(parts) != 3 or parts[0] != f"V{round_id}" or not parts[1].isascii():
        return None
    if not parts[1].isdigit() or len(parts[1]) > 9:
        return None
    line = int(parts[1])
    return line if code_of(round_id, line) == "-".join(parts) else None


def mistake(returned: Returned, line: Line | None) -> tuple[str, str] | None:
    """Return the column and what is wrong with a row for this line, or None when it is the person's."""
    if line is None:
        column = "code" if returned.code else "number"
        return column, "is nobody of this round"
    same_name = returned.name is not None and folded_key(returned.name) == folded_key(line.name)
    if returned.number is not None and line.number is not None and returned.number != line.number:
        if same_name:
            return "number", "is not the number that was sent; write what is right as a note"
        return "code", "is another person's line"
    if returned.number is None and not same_name:
        return "name", "is not the name that was sent"
    return None


def sent(one: Round, now: datetime) -> Round:
    """Return the round once its list went out; sending it again keeps the first time."""
    if one.state not in RUNNING:
        raise RoundRefused(f"the round is {one.state}")
    if one.state is not RoundState.MADE:
        return one
    return replace(one, state=RoundState.SENT, sent_at=now)


def answered(one: Round, number: int, now: datetime) -> Round:
    """Return the round after ``number`` of its people are answered for."""
    if one.state is RoundState.CALLED_OFF:
        raise RoundRefused("the round was called off")
    if one.state is RoundState.MADE:
        raise RoundRefused("the round was not sent")
    state = RoundState.COMPLETE if number >= one.people else RoundState.RETURNED
    return replace(one, state=state, answered=number, returned_at=now)


def called_off(one: Round) -> Round:
    """Return the round once nobody waits for it any more."""
    if one.state not in RUNNING:
        raise RoundRefused(f"the round is {one.state}")
    return replace(one, state=RoundState.CALLED_OFF)


def foreign(person: RosterPerson) -> bool:
    """Return whether a person is no citizen, and hence never verified."""
    # The import says "exempt" of them; a passport's number says so too, whatever was typed.
    return person.number is not None and not person.number.isdigit()


def _line(place: int, row: int, person: RosterPerson) -> Line:
    birth = None if person.birth is None else str(person.birth)
    return Line(place, row, person.number, person.name, birth, person.sex)
