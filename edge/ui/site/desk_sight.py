"""What a desk sees: the person before it and the line. Reads the queue's state, decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from edge.domain.dose_hint import DoseHint, dose_hint
from edge.domain.earlier import Judged, foremost, reopened
from edge.domain.queue.placing import class_of
from edge.domain.queue.visit import Phase, Visit
from edge.domain.reading import masked_number
from edge.domain.roster import Match
from edge.ui.site.desk_model import DeskSite, Place, Sight
from protocol.documents.model import Claim, DocumentClass, PartialDate
from protocol.events import EarlierDoses, Identity

ROWS_SHOWN: Final = 30
_DOCUMENTS = {each.value: each for each in DocumentClass}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Person:
    """A visit in words: who, as far as it can be read, and what staff must know.

    Attributes:
        number: ID or passport number; shown only when it was asked for.
        listed: What the site's list says now; None where it says nothing.
        doses: Doses so far by the list.
        earlier: What an earlier certificate says, as far as it may be told; None where none was held up.
    """

    visit: Visit
    identity: Identity | None
    name: str
    birth_year: str
    birth: str
    number: str
    masked: str
    priority: str
    family: Sequence[Visit]
    others: Sequence[Visit]
    listed: Match | None
    doses: DoseHint | None
    earlier: Judged | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Somebody in the line or aside."""

    visit: Visit
    minutes: int
    priority: str


def person_of(site: DeskSite, visit: Visit) -> Person:
    """Return what a desk sees of the person of ``visit``."""
    identity = site.people.identity(visit)
    listed = listed_as(site, identity)
    birth = (identity.birth if identity else None) or ""
    number = (identity.number if identity else None) or ""
    today = site.clock.now().astimezone(site.zone).date() if site.clock.clock_ok() else None
    return Person(
        visit=visit,
        identity=identity,
        name=(identity.name if identity else None) or "",
        birth_year=birth[:4],
        birth="/".join(reversed(birth.split("-"))),
        number=number,
        masked=masked_number(number),
        priority=class_of(visit),
        family=site.state.family_of(visit),
        others=site.state.of_person(visit),
        listed=listed,
        doses=dose_hint(listed, today),
        earlier=_earlier(site, visit, today),
    )


def _earlier(site: DeskSite, visit: Visit, today: date | None) -> Judged | None:
    hint: Judged | None = None
    for seen in visit.earlier:
        doses = site.people.form(seen.event, EarlierDoses)
        hint = foremost(hint, reopened(seen.verdict, seen.fit, seen.doubt, doses, today))
    return hint


def listed_as(site: DeskSite, identity: Identity | None) -> Match | None:
    """Return what the site's list says of an identity."""
    claim = claim_of(identity)
    return site.match(claim) if site.match is not None and claim is not None else None


def claim_of(identity: Identity | None) -> Claim | None:
    """Return the claim that was sealed as ``identity``; None where it has no number."""
    document = None if identity is None else _DOCUMENTS.get(identity.document)
    if identity is None or identity.number is None or document is None:
        return None
    return Claim(
        document=document,
        number=identity.number,
        name=identity.name,
        birth=_date(identity.birth),
        sex=identity.sex,
        nationality=identity.nationality,
        old_number=identity.old_number,
    )


def _date(text: str | None) -> PartialDate | None:
    parts = (text or "").split("-")
    return PartialDate(*map(int, parts)) if all(part.isdecimal() for part in parts) else None


def line_of(site: DeskSite, place: Place, now_ms: int) -> Mapping[str, Any]:
    """Return who waits at a station and who is aside, for its list."""
    state = site.state
    waiting = state.waiting(place.station.id)
    aside = state.at_station(place.station.id, Phase.HELD, Phase.MISSED)
    elsewhere = [
        visit
        for visit in state.at_station(place.station.id, Phase.CALLED)
        if visit.desk != place.desk
    ]
    return {
        "waiting": [_row(visit, now_ms) for visit in waiting[:ROWS_SHOWN]],
        "waiting_count": len(waiting),
        "aside": [_row(visit, now_ms) for visit in aside],
        "elsewhere": [_row(visit, now_ms) for visit in elsewhere],
    }


def _row(visit: Visit, now_ms: int) -> Row:
    minutes = max(0, now_ms - visit.entered_ms) // 60_000
    return Row(visit=visit, minutes=minutes, priority=class_of(visit))


def before_me(site: DeskSite, place: Place, chosen: str) -> Visit | None:
    """Return whom the page is about: the visit that was chosen, or who was called to this desk."""
    if chosen:
        return site.state.visits.get(chosen)
    called = site.state.at_desk(place.station.id, place.desk)
    return called[0] if called else None


def is_mine(visit: Visit | None, place: Place) -> bool:
    """Return whether a person was called to this very desk."""
    return (
        visit is not None
        and visit.phase is Phase.CALLED
        and (visit.station, visit.desk) == (place.station.id, place.desk)
    )


def person(sight: Sight) -> Person | None:
    """Return the person whom a page is about."""
    return None if sight.visit is None else person_of(sight.site, sight.visit)
