"""Erasing a person from what was made beside the events: what the Platform told, lists, worklists.

An entry of the Platform stays without whom it is of: the dose that it proves was given. Its id is
remembered, so that reading the Platform again never brings the person back.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.database import UtcDateTime, raw_events
from central.adapters.erasing_certificates_sql import forget_certificates
from central.adapters.roster_sql import remove_people, roster_people
from central.adapters.rows import upsert
from central.adapters.tables_complaints import centre_complaints, complaint_steps
from central.adapters.tables_doses import (
    dose_discrepancies,
    dose_records,
    platform_doses,
    reaction_records,
)
from central.adapters.tables_levels import discrepancy_steps
from central.adapters.tables_people import audit
from central.adapters.tables_persons import person_merges
from central.adapters.tables_platform_sheets import sheet_entries, sheet_rows
from central.adapters.tables_requests import erased_entries
from central.adapters.tables_site import complaints, doses, reactions
from central.adapters.tables_verification import verification_lines
from central.domain.audit import typed_words
from central.domain.dose_news import name_of_entry
from central.domain.erasure import ERASED, erased
from central.domain.records import RecordState
from protocol.documents.names import folded_key

_OF_PERSON: Final = ("patient", "name", "birth", "sex", "nationality")
_MIRRORED: Final[Mapping[str, str | None]] = {
    "patient": "",
    "name": None,
    "name_key": None,
    "birth": None,
    "sex": None,
}
_OF_COMPLAINANT: Final = ("number", "name", "birth", "words", "sex", "nationality")
PSEUDONYM: Final = "~"
"""Begins what stands in the place of a number; no number does."""

_UNQUOTED: Final = {"ours": "", "theirs": ""}
# Refused rests; what is held would be overdue a day later, and nobody could do anything about it.
_UNTOLD: Final = {"state": RecordState.REFUSED.value, "next_try_at": None, "reason": ERASED}


@dataclass(frozen=True, slots=True)
class Known:
    """By what a person is found beside their visits."""

    visits: frozenset[str]
    events: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[tuple[str, str | None]]


def known(connection: sa.Connection, visits: Collection[str]) -> Known:
    """Return by what the person of these visits is found; before their identities go."""
    people = projection.identities
    rows = connection.execute(sa.select(people).where(people.c.visit.in_(visits))).all()
    numbers = {one for row in rows for one in (row.number, row.old_number) if one}
    events = {
        event
        for table in (doses, reactions)
        for event in connection.scalars(sa.select(table.c.event).where(table.c.visit.in_(visits)))
    }
    names = {(folded_key(row.name), row.birth) for row in rows if row.name}
    return Known(frozenset(visits), frozenset(events), frozenset(numbers), frozenset(names))


def doses_of(connection: sa.Connection, who: Known) -> set[str]:
    """Return by what a person's doses go where a certificate was printed; before the Platform's go."""
    ids = connection.scalars(sa.select(platform_doses.c.id).where(_told_of(who)))
    return {*who.events, *map(name_of_entry, ids)}


def complaints_of(connection: sa.Connection, table: sa.Table, who: Known) -> set[str]:
    """Return a person's complaints: of their visits, by number, or by name and birth date.

    Whom the kiosk found on no list complains without a check-in, maybe at another site.
    """
    of = table.c
    named = [of.number.in_(who.numbers), *([of.visit.in_(who.visits)] if "visit" in of else [])]
    births = {birth for _, birth in who.names if birth}
    numberless = of.number.is_(None) & of.name.is_not(None) & of.birth.in_(births)
    rows = connection.execute(sa.select(of.event, of.name, of.birth).where(numberless))
    alike = {row.event for row in rows if (folded_key(row.name), row.birth) in who.names}
    return alike | set(connection.scalars(sa.select(of.event).where(sa.or_(*named))))


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much beside the events was of a person: see ``domain.erasure.Erasure``."""

    entries: int
    lists: int
    notes: int
    kept: int
    kept_words: int


def forget_elsewhere(
    connection: sa.Connection, who: Known, said: Collection[str], erasure: int, now: datetime
) -> Forgotten:
    """Forget a person in all that was made beside the events.

    Args:
        said: Ids of their complaints.
    """
    entries = _forget_entries(connection, who, erasure)
    of_doses = {key.removeprefix("dose/") for key in entries if key.startswith("dose/")}
    forget_certificates(connection, who.events, of_doses, erasure)
    worklist = discrepancies_of(connection, who, {key.partition("/")[2] for key in entries})
    notes = _forget_notes(connection, worklist)
    _forget_worklists(connection, who, now)
    lists = _forget_lists(connection, who, now)
    return Forgotten(len(entries), lists, notes, *_kept(connection, who, said, worklist))


def discrepancies_of(
    connection: sa.Connection, who: Known, entries: Collection[str]
) -> frozenset[str]:
    """Return the keys of a person's discrepancies; ``entries`` are the Platform's ids."""
    of_doses, of_visits = dose_discrepancies.c, projection.discrepancies.c
    ours = of_doses.subject.in_(who.events | who.visits)
    entry = (of_doses.scope == "entry") & of_doses.subject.in_(entries)
    person = (of_doses.scope == "person") & of_doses.subject.in_(who.numbers)
    found = connection.scalars(sa.select(of_doses.id).where(sa.or_(ours, entry, person)))
    mine = connection.scalars(sa.select(of_visits.id).where(of_visits.visit.in_(who.visits)))
    return frozenset([*(f"dose:{one}" for one in found), *(f"visit:{one}" for one in mine)])


def _forget_notes(connection: sa.Connection, worklist: Collection[str]) -> int:
    """Take out what was typed when a discrepancy was handed over; who gave it to whom stays."""
    steps = discrepancy_steps
    typed = steps.c.discrepancy.in_(worklist) & (steps.c.note != "")
    return connection.execute(sa.update(steps).where(typed).values(note="")).rowcount


def _kept(
    connection: sa.Connection, who: Known, said: Collection[str], worklist: Collection[str]
) -> tuple[int, int]:
    """Return how many rows of the audit name a record of the person, and how many hold typed words.

    None of them can change: each hash covers its row and all before it. They name ids alone.
    """
    merges, visits = person_merges.c, who.visits
    joined = merges.left_visit.in_(visits) | merges.right_visit.in_(visits)
    kinds: dict[str, Iterable[object]] = {
        "person": visits, "visit": visits, "complaint": said, "discrepancy": worklist,
        "merge": connection.scalars(sa.select(merges.id).where(joined)).all(),
    }  # fmt: skip
    records = [f"{kind}:{one}" for kind, ids in kinds.items() for one in ids]
    merged = (
        audit.c.record.like(pattern)
        for one in visits
        for pattern in (f"persons:{one} %", f"persons:% {one}")
    )
    of_person = sa.or_(audit.c.record.in_(records), *merged)
    rows = connection.execute(sa.select(audit.c.what, audit.c.why).where(of_person)).all()
    return len(rows), sum(typed_words(row.what, row.why) for row in rows)


def redact(connection: sa.Connection, row: sa.Row[Any]) -> bytes:
    """Put a raw event without its person in the place of the whole one; its hash stays."""
    same = (
        (raw_events.c.journal_id == row.journal_id)
        & (raw_events.c.seq == row.seq)
        & (raw_events.c.hash == row.hash)
    )
    connection.execute(sa.update(raw_events).where(same).values(data=erased(row.data)))
    return bytes(row.hash)


def of_complainant(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns of a table of complaints that say who complains, and in what words."""
    return [table.c[name] for name in _OF_COMPLAINANT if name in table.c]


def forget_complaints(connection: sa.Connection, said: Collection[str]) -> None:
    """Take out of these complaints who complains, in what words, and what was answered."""
    for table in (complaints, centre_complaints):
        gone = {column.name: None for column in of_complainant(table)}
        change = sa.update(table).where(table.c.event.in_(said))
        connection.execute(change.values({**gone, "problem": ERASED}))
    steps = complaint_steps.c
    answers = steps.complaint.in_(said) & (steps.kind == "answered")
    connection.execute(sa.update(complaint_steps).where(answers).values(detail=""))


def without_erased(
    connection: sa.Connection, kind: str, rows: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return rows of the mirror as they may be kept: of whoever was erased, without the person."""
    kept = list(rows)
    gone = erased_among(connection, [f"{kind}/{row['id']}" for row in kept])
    return [
        {**row, **_MIRRORED, "number": pseudonym(row["id"])}
        if f"{kind}/{row['id']}" in gone
        else row
        for row in kept
    ]


def erased_among(connection: sa.Connection, keys: Collection[str]) -> set[str]:
    """Return those of the keys, a kind and the Platform's id, whose person was erased."""
    return set(
        connection.scalars(sa.select(erased_entries.c.key).where(erased_entries.c.key.in_(keys)))
    )


def pseudonym(entry: str) -> str:
    """Return what stands in the place of a number: no two entries have the same."""
    return f"{PSEUDONYM}{hashlib.sha256(entry.encode()).hexdigest()[:24]}"


def stripped(content: Mapping[str, str], entry: str) -> dict[str, str]:
    """Return the cells of an entry without its person."""
    left = {name: value for name, value in content.items() if name not in _OF_PERSON}
    return left | {"number": pseudonym(entry)}


def told_by_file(who: Known) -> sa.Select[Any]:
    """Return the query for what the Platform told of a person in files."""
    of, ours = sheet_entries.c, who.events | who.visits
    return sa.select(sheet_entries).where(of.number.in_(who.numbers) | of.event.in_(ours))


def _told_of(who: Known) -> sa.ColumnElement[bool]:
    mirror = platform_doses.c
    return mirror.number.in_(who.numbers) | mirror.event.in_(who.events)


def _forget_entries(connection: sa.Connection, who: Known, erasure: int) -> set[str]:
    mirror, sheets = platform_doses.c, sheet_entries.c
    ids = connection.scalars(sa.select(mirror.id).where(_told_of(who))).all()
    for one in ids:
        values = {**_MIRRORED, "number": pseudonym(one)}
        connection.execute(sa.update(platform_doses).where(mirror.id == one).values(values))
    ours = who.events | who.visits
    of_file = connection.execute(told_by_file(who)).all()
    for row in of_file:
        changed = {"content": stripped(row.content, row.id), "number": pseudonym(row.id)}
        connection.execute(sa.update(sheet_entries).where(sheets.key == row.key).values(changed))
    connection.execute(sa.delete(sheet_rows).where(sheet_rows.c.event.in_(ours)))
    keys = {f"dose/{one}" for one in ids} | {row.key for row in of_file}
    upsert(
        connection,
        erased_entries,
        "key",
        [{"key": key, "erasure": erasure} for key in sorted(keys)],
    )
    return keys


def _forget_worklists(connection: sa.Connection, who: Known, now: datetime) -> None:
    """Take what quotes the person out of discrepancies, and out of the Platform's own words."""
    of_doses, of_visits = dose_discrepancies, projection.discrepancies
    of_person = (of_doses.c.scope == "person") & of_doses.c.subject.in_(who.numbers)
    # The row stays, as nobody's: its id is in the audit, and SQLite gives an id that is free again.
    ids = connection.scalars(sa.select(of_doses.c.id).where(of_person)).all()
    for one in ids:
        nobody = {"subject": pseudonym(f"person/{one}"), **_UNQUOTED}
        closed = sa.func.coalesce(of_doses.c.closed_at, sa.bindparam("now", now, UtcDateTime))
        same = of_doses.c.id == one
        connection.execute(sa.update(of_doses).where(same).values(**nobody, closed_at=closed))
    connection.execute(
        sa.update(of_doses).where(of_doses.c.subject.in_(who.events | who.visits)).values(_UNQUOTED)
    )
    ours = of_visits.c.visit.in_(who.visits)
    connection.execute(sa.update(of_visits).where(ours).values(_UNQUOTED))
    for table, key, place in (
        (projection.records, "visit", "encounter"),
        (dose_records, "dose", "immunization"),
        (reaction_records, "reaction", "adverse_event"),
    ):
        same = table.c[key].in_(who.visits | who.events)
        connection.execute(sa.update(table).where(same).values(reason=None, patient=""))
        # What was not told yet is told no more: nobody is left to tell of.
        untold = same & table.c[place].is_(None) & table.c.next_try_at.is_not(None)
        connection.execute(sa.update(table).where(untold).values(_UNTOLD))


def listed(connection: sa.Connection, who: Known) -> dict[str, list[int]]:
    """Return the rows of each site's list that are of a person: by number, or name and birth date."""
    people = roster_people.c
    rows = connection.execute(
        sa.select(people.id, people.site, people.number, people.name, people.birth).where(
            people.number.in_(who.numbers) | people.number.is_(None)
        )
    )
    by_site: dict[str, list[int]] = {}
    for row in rows:
        if row.number or (folded_key(row.name), row.birth) in who.names:
            by_site.setdefault(row.site, []).append(row.id)
    return by_site


def _forget_lists(connection: sa.Connection, who: Known, now: datetime) -> int:
    lines = verification_lines.c
    by_site = listed(connection, who)
    for site, gone in by_site.items():
        remove_people(connection, site, gone, now, "erased at their request")
    ids = [one for gone in by_site.values() for one in gone]
    sent = lines.number.in_(who.numbers) | lines.person.in_(ids)
    nobody = {"number": None, "name": "", "birth": None, "sex": None}
    blanked = connection.execute(sa.update(verification_lines).where(sent).values(nobody))
    return len(ids) + blanked.rowcount
