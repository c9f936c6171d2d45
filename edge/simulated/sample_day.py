"""A day of a site with invented people, written into an empty journal, to show and to train with.

It holds what a usual day holds, and something of everything that somebody must look at. Before it
lies a short day on which all went well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

import msgspec

from edge.ports import Draft, Journal, Keys
from edge.services.recording import new_id
from edge.simulated.clock import SimulatedClock
from protocol.events import Body, CheckedIn, ComplaintOpened, Identity, encode_identity
from protocol.site_events import (
    Conclusion,
    Left,
    ReactionRecorded,
    Screened,
    SessionClosed,
    SessionOpened,
    Vaccinated,
    VialDiscarded,
    VialOpened,
)

PEOPLE: Final = 25
BEFORE: Final = 8
"""People of the short day; they are counted on from those of the other."""
_FAMILIES = ("Nguyễn", "Chamaléa", "Đổng", "Kator", "Pi Năng", "Trần")
_MIDDLES = ("Thị", "Văn")
_GIVEN = ("Mẫu", "Thử", "Giả", "Nháp", "Ví", "Dụ", "Bịa", "Tạm")
_VACCINE, _LOT, _EXPIRY = "AstraZeneca", "AB-12", "2027-12-31"
_DEFERRED, _LEFT_EARLY, _NO_DOSE, _NO_NUMBER, _NO_VIAL, _COMPLAINS, _REACTS = 3, 7, 9, 11, 13, 5, 15
# Typed with two digits changed, sent away, and back at once as the next one: one person, two records.
_TYPED_WRONG: Final = 21
_NOT_INJECTED: Final = frozenset({_DEFERRED, _LEFT_EARLY, _NO_DOSE, _TYPED_WRONG})


@dataclass(frozen=True, slots=True)
class _Happening:
    """Something that is written at a time; ``visit`` is a person's place in the day, 0 for none."""

    at: datetime
    body: Body
    visit: int = 0
    identity: Identity | None = None


def write_day(journal: Journal, keys: Keys, clock: SimulatedClock, day: date, zone: tzinfo) -> int:
    """Write a whole day and the short one before it, in order, and return how many events they have.

    Args:
        clock: The journal's own; it is moved on.

    Raises:
        JournalError: What was written before stays.
    """
    both = (*_short_day(day - timedelta(days=1), zone), *_day(day, zone))
    happenings = sorted(both, key=lambda each: each.at)
    visits: dict[int, str] = {}
    for each in happenings:
        clock.advance((each.at - clock.now()).total_seconds())
        event = new_id(clock)
        if isinstance(each.body, CheckedIn):
            visits[each.visit] = new_id(clock)
        sealed = None
        if each.identity is not None:
            sealed = keys.seal(encode_identity(each.identity), event)
        journal.append([Draft(event, each.body, visit=visits.get(each.visit), sealed=sealed)])
    return len(happenings)


def opening(day: date, zone: tzinfo) -> datetime:
    """Return when the site opens that day."""
    return datetime.combine(day, time(7, 30), zone)


def beginning(day: date, zone: tzinfo) -> datetime:
    """Return when the short day before that one begins, and the journal with it."""
    return opening(day - timedelta(days=1), zone)


def _short_day(day: date, zone: tzinfo) -> Iterator[_Happening]:
    begin = opening(day, zone)
    yield _Happening(begin, SessionOpened(day=day.isoformat(), staff="truong-tram"))
    yield _Happening(begin + timedelta(minutes=5), _vial(1))
    for place in range(1, BEFORE + 1):
        yield from _way(PEOPLE + place, begin + timedelta(minutes=10 + 7 * place))
    end = begin + timedelta(hours=4)
    thrown = VialDiscarded(vial="L1", doses=10 - BEFORE, reason="end_of_day", staff="tiem-1")
    yield _Happening(end, thrown)
    closed = SessionClosed(day=day.isoformat(), staff="truong-tram", open_visits=0)
    yield _Happening(end + timedelta(minutes=5), closed)


def _day(day: date, zone: tzinfo) -> Iterator[_Happening]:
    begin = opening(day, zone)
    yield _Happening(begin, SessionOpened(day=day.isoformat(), staff="truong-tram"))
    for number in range(1, 4):
        at = begin + timedelta(hours=number - 1, minutes=5)
        yield _Happening(at, _vial(number))
    for person in range(1, PEOPLE + 1):
        yield from _way(person, begin + timedelta(minutes=10 + 7 * person))
    end = begin + timedelta(hours=8)
    yield _Happening(end, VialDiscarded(vial="L3", doses=8, reason="end_of_day", staff="tiem-1"))
    yield _Happening(
        end + timedelta(minutes=5),
        SessionClosed(day=day.isoformat(), staff="truong-tram", open_visits=1),
    )


def _vial(number: int) -> VialOpened:
    return VialOpened(
        vial=f"L{number}", vaccine=_VACCINE, lot=_LOT, doses=10, staff="tiem-1", expiry=_EXPIRY
    )


def _way(person: int, at: datetime) -> Iterator[_Happening]:
    """Yield what happens to one person, from the door to the door."""
    yield _Happening(at, _check_in(person), person, _identity(person))
    if person in {_LEFT_EARLY, _TYPED_WRONG}:
        gone = Left(staff="tiep-don-1", reason="own_wish")
        yield _Happening(at + timedelta(minutes=9), gone, person)
        return
    conclusion: Conclusion = "deferred" if person == _DEFERRED else "eligible"
    screened = Screened(conclusion=conclusion, staff="kham-1")
    yield _Happening(at + timedelta(minutes=12), screened, person)
    if person == _NO_DOSE:
        return  # Gone home, and nobody noticed.
    if conclusion == "eligible":
        yield _Happening(at + timedelta(minutes=20), _dose(person), person)
    if person == _COMPLAINS:
        yield _Happening(
            at + timedelta(minutes=40),
            ComplaintOpened(subject="dose_missing", ticket="PA001", source="desk"),
            person,
            _identity(person),
        )
    if person == _REACTS:
        felt = ReactionRecorded(severity="mild", staff="theo-doi-1")
        yield _Happening(at + timedelta(minutes=33), felt, person)
    yield _Happening(at + timedelta(minutes=52), Left(staff="theo-doi-1"), person)


def _check_in(person: int) -> CheckedIn:
    known = person != _NO_NUMBER
    return CheckedIn(
        ticket=f"Q{(person - 1) % PEOPLE + 1:03d}",
        document="cccd_2021" if known else "none",
        source="desk",
        exception=None if known else "tiep-don-1",
        standing="verified" if known else "unknown",
        staff="tiep-don-1",
    )


def _dose(person: int) -> Vaccinated:
    first = 1 if person <= PEOPLE else PEOPLE + 1
    given = sum(1 for one in range(first, person) if one not in _NOT_INJECTED)
    return Vaccinated(
        vaccine=_VACCINE,
        lot=_LOT,
        dose_number=1 + person % 2,
        injector="tiem-1",
        staff="nhap-lieu-1",
        expiry=_EXPIRY,
        vial="" if person == _NO_VIAL else f"L{1 + given // 10}",
    )


def _identity(person: int) -> Identity:
    if person == _TYPED_WRONG:
        meant = _identity(person + 1)
        number = str(meant.number)
        return msgspec.structs.replace(meant, number=f"{number[:9]}{number[9:][::-1]}")
    man = person % 2
    family, given = _FAMILIES[person % len(_FAMILIES)], _GIVEN[person % len(_GIVEN)]
    year = 60 + person
    return Identity(
        document="cccd_2021",
        number=None if person == _NO_NUMBER else f"058{0 if man else 1}{year}009{person:03d}",
        name=f"{family} {_MIDDLES[man]} {given}",
        birth=f"19{year}-0{1 + person % 9}-{10 + person % 18}",
        sex="male" if man else "female",
    )
