"""What came back from the Platform by file: kept where it is news, and the records woken.

The same rows again are no news, so a file may be taken in twice, and after half of it was.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.erasing_sql import erased_among, pseudonym, stripped
from central.adapters.rows import upsert
from central.adapters.tables_doses import dose_records, reaction_records
from central.adapters.tables_platform_sheets import sheet_entries, sheet_rows
from central.adapters.tables_site import doses
from central.domain.platform_sheet import Entry, Unusable
from central.domain.records import RecordState

_TURN: Final = 0x74726170
_LONGEST_REASON: Final = 500
_COMPARED: Final = ("event", "number", "state", "content")


def take(connection: sa.Connection, rows: Sequence[Entry | Unusable], now: datetime) -> int:
    """Keep the rows that are news, wake the records that they answer, and return how many they were."""
    if connection.dialect.name == "postgresql":
        # Numbers of changes are given in turn: whoever reads on by number must miss none.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_TURN)))
    refused = [one for one in rows if isinstance(one, Entry) and one.state == "refused"]
    news = _news(connection, _kept(connection, rows))
    last = connection.scalar(sa.select(sa.func.max(sheet_entries.c.changed))) or 0
    numbered = [
        row | {"changed": last + place, "taken_at": now} for place, row in enumerate(news, start=1)
    ]
    upsert(connection, sheet_entries, "key", numbered)
    changed = sum(_refuse(connection, one) for one in refused)
    events = {row["event"] for row in news if row["event"]} | {one.event for one in refused}
    _answered(connection, events)
    _wake(connection, events, {row["number"] for row in news if row["number"]}, now)
    return len(news) + changed


def _kept(connection: sa.Connection, rows: Sequence[Entry | Unusable]) -> list[dict[str, Any]]:
    """Return the rows to keep; of whoever was erased, without the person."""
    kept = [row for one in rows if (row := _row(one)) is not None]
    gone = erased_among(connection, [row["key"] for row in kept])
    return [
        row | {"content": stripped(row["content"], row["id"]), "number": pseudonym(row["id"])}
        if row["key"] in gone
        else row
        for row in kept
    ]


def _row(one: Entry | Unusable) -> dict[str, Any] | None:
    if not one.id or (isinstance(one, Entry) and one.state == "refused"):
        return None
    row: dict[str, Any] = {"key": f"{one.kind}/{one.id}", "kind": one.kind, "id": one.id}
    if isinstance(one, Unusable):
        return row | {"event": "", "number": "", "state": "unreadable", "content": {}}
    number = one.content.get("number", "")
    return row | {
        "event": one.event, "number": number, "state": one.state, "content": one.content,
    }  # fmt: skip


def _news(connection: sa.Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keys = [row["key"] for row in rows]
    there = {
        row.key: tuple(getattr(row, name) for name in _COMPARED)
        for row in connection.execute(sa.select(sheet_entries).where(sheet_entries.c.key.in_(keys)))
    }
    return [row for row in rows if there.get(row["key"]) != tuple(row[n] for n in _COMPARED)]


def _refuse(connection: sa.Connection, one: Entry) -> int:
    """Note a refusal of what is in a file; what was said anew since is not refused by it."""
    reason = (one.reason or "no reason given")[:_LONGEST_REASON]
    of = sheet_rows.c
    same = (of.kind == one.kind) & (of.event == one.event) & of.sheet.is_not(None)
    new = same & (of.refused.is_(None) | (of.refused != reason))
    return connection.execute(sa.update(sheet_rows).where(new).values(refused=reason)).rowcount


def _answered(connection: sa.Connection, events: Collection[str]) -> None:
    """Carry no more what the Platform holds now, nor the withdrawal of what it holds no more."""
    entries, rows = sheet_entries.c, sheet_rows.c
    valid = sa.exists().where(
        entries.kind == rows.kind, entries.event == rows.event, entries.state == "valid"
    )
    gone = sa.exists().where(
        entries.kind == rows.kind, entries.event == rows.event, entries.state == "gone"
    )
    told = (rows.action == "tell") & valid
    withdrawn = (rows.action == "withdraw") & gone & ~valid
    connection.execute(sa.delete(sheet_rows).where(rows.event.in_(events), sa.or_(told, withdrawn)))


def _wake(
    connection: sa.Connection, events: Collection[str], numbers: Collection[str], now: datetime
) -> None:
    visits, people = projection.records, projection.identities
    waiting = visits.c.next_try_at.is_not(None) | (visits.c.state == RecordState.REFUSED.value)
    connection.execute(
        sa.update(visits).where(visits.c.visit.in_(events), waiting).values(next_try_at=now)
    )
    of_people = (
        sa.select(doses.c.event)
        .join(people, people.c.visit == doses.c.visit)
        .where(people.c.number.in_(numbers))
    )
    of_doses = dose_records.c.next_try_at.is_not(None) | (
        dose_records.c.state == RecordState.REFUSED.value
    )
    named = dose_records.c.dose.in_(events) | dose_records.c.dose.in_(of_people)
    connection.execute(sa.update(dose_records).where(named, of_doses).values(next_try_at=now))
    told = reaction_records.c
    waits = told.next_try_at.is_not(None) | (told.state == RecordState.REFUSED.value)
    waking = sa.update(reaction_records).where(told.reaction.in_(events), waits)
    connection.execute(waking.values(next_try_at=now))
