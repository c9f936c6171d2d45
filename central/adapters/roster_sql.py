"""The rosters of all sites in the centre's database.

Every change of a site's roster has a number of its own, from 1 on without a gap. A person's row
carries the number of its last change; a row that went leaves only its id and the number behind. So a
reader that stands at any number is brought up to date by what carries a higher one, and nobody who
was taken off a list stays known here.
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters.database import UtcDateTime, metadata, reading, store_errors
from central.domain.roster import RosterChange, RosterPerson
from central.ports import StoreUnavailable
from protocol.documents.dates import parse_date
from protocol.documents.model import PartialDate
from protocol.identity import SiteId
from protocol.roster import RosterEntry, RosterPage, Standing

_AT_A_TIME: Final = 500

roster_people = sa.Table(
    "roster_people",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("change", sa.BigInteger, nullable=False),
    sa.Column("number", sa.String(20), nullable=True),
    sa.Column("name", sa.String(150), nullable=False),
    sa.Column("birth", sa.String(10), nullable=True),
    sa.Column("sex", sa.String(10), nullable=True),
    sa.Column("standing", sa.String(20), nullable=False),
    sa.Column("appointment", sa.String(60), nullable=True),
    sa.Column("doses", sa.Integer, nullable=True),
    sa.Column("last_dose", sa.String(10), nullable=True),
    sa.Column("desk", sa.String(60), nullable=True),
    # When a list last named them, be it with nothing new.
    sa.Column("listed_at", UtcDateTime, nullable=True, index=True),
    sa.UniqueConstraint("site", "number"),
    sa.Index("ix_roster_people_site_change", "site", "change"),
    # An id that was somebody's is never another's.
    sqlite_autoincrement=True,
)

roster_removals = sa.Table(
    "roster_removals",
    metadata,
    sa.Column("person_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("change", sa.BigInteger, nullable=False),
    sa.Index("ix_roster_removals_site_change", "site", "change"),
)

# One row for each import. Two at once take the same ``first``: the later one fails and is repeated.
roster_changes = sa.Table(
    "roster_changes",
    metadata,
    sa.Column("site", sa.String(32), primary_key=True),
    sa.Column("first", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("last", sa.BigInteger, nullable=False),
    sa.Column("head", sa.String(32), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("removed", sa.Integer, nullable=False),
)


class SqlRosters:
    """The port ``RosterStore``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def change(
        self,
        site: SiteId,
        decide: Callable[[Mapping[int, RosterPerson]], RosterChange],
        now: datetime,
        source: str,
    ) -> RosterChange:
        with store_errors(), self._engine.begin() as connection:
            # Before the people: an import that another program commits meanwhile takes this number.
            first = _last_change(connection, site)[0] + 1
            there = sa.select(roster_people).where(roster_people.c.site == site)
            people = {row.id: person_of_row(row) for row in connection.execute(there)}
            change = decide(people)
            if len(change):
                _store(connection, site, first, change, now)
                _note(connection, site, first, change, now, source)
            _still_listed(connection, site, change.same, now)
        return change

    def page(self, site: SiteId, since: int, head: str, most: int) -> RosterPage:
        with store_errors(), reading(self._engine) as connection:
            last, newest = _last_change(connection, site)
            if not _made_by(connection, site, since, head):
                since = 0
            changes = _after(connection, site, since, last, most + 1)
            through = last if len(changes) <= most else changes[most - 1][0]
            made_by = newest if through == last else _head_of(connection, site, through)
        taken = changes[:most]
        return RosterPage(
            site=site,
            since=since,
            through=through,
            last=last,
            head=made_by,
            people=tuple(_entry(row) for _, row in taken if not isinstance(row, int)),
            removed=tuple(row for _, row in taken if isinstance(row, int)),
        )


def remove_people(
    connection: sa.Connection, site: str, rows: Collection[int], now: datetime, source: str
) -> None:
    """Take people off a site's roster in the caller's transaction; its kiosks hear of it."""
    change = RosterChange((), {}, tuple(rows))
    first = _last_change(connection, SiteId(site))[0] + 1
    _store(connection, SiteId(site), first, change, now)
    _note(connection, SiteId(site), first, change, now, source)


def _still_listed(
    connection: sa.Connection, site: SiteId, rows: Sequence[int], now: datetime
) -> None:
    """Keep that a list named these people with nothing new; kiosks need not hear of it."""
    people = roster_people.c
    for start in range(0, len(rows), _AT_A_TIME):
        some = rows[start : start + _AT_A_TIME]
        same = (people.site == site) & people.id.in_(some)
        marked = connection.execute(sa.update(roster_people).where(same).values(listed_at=now))
        if marked.rowcount != len(some):
            # Somebody was taken off since the list was compared: it must be compared anew.
            raise StoreUnavailable("the roster was changed meanwhile")


def _store(
    connection: sa.Connection, site: SiteId, first: int, change: RosterChange, now: datetime
) -> None:
    number = first
    # What goes comes first: a number may go over from one row to another.
    if change.removed:
        gone = [
            {"person_id": row, "site": site, "change": number + i}
            for i, row in enumerate(change.removed)
        ]
        connection.execute(sa.insert(roster_removals), gone)
        connection.execute(
            sa.delete(roster_people).where(roster_people.c.id == sa.bindparam("row")),
            [{"row": row} for row in change.removed],
        )
        number += len(change.removed)
    if change.changed:
        values = [
            {"row": row, **_columns(person), "change": number + i, "listed_at": now}
            for i, (row, person) in enumerate(change.changed.items())
        ]
        connection.execute(
            sa.update(roster_people).where(roster_people.c.id == sa.bindparam("row")), values
        )
        number += len(change.changed)
    if change.added:
        rows = [
            {"site": site, **_columns(person), "change": number + i, "listed_at": now}
            for i, person in enumerate(change.added)
        ]
        connection.execute(sa.insert(roster_people), rows)


def _note(
    connection: sa.Connection,
    site: SiteId,
    first: int,
    change: RosterChange,
    now: datetime,
    source: str,
) -> None:
    connection.execute(
        sa.insert(roster_changes).values(
            site=site,
            first=first,
            last=first + len(change) - 1,
            head=secrets.token_hex(8),
            made_at=now,
            source=source[:200],
            added=len(change.added),
            changed=len(change.changed),
            removed=len(change.removed),
        )
    )


def _last_change(connection: sa.Connection, site: SiteId) -> tuple[int, str]:
    changes = roster_changes.c
    newest = sa.select(changes.last, changes.head).where(changes.site == site)
    row = connection.execute(newest.order_by(changes.first.desc()).limit(1)).first()
    return (row.last, row.head) if row else (0, "")


def _head_of(connection: sa.Connection, site: SiteId, number: int) -> str:
    changes = roster_changes.c
    made = sa.select(changes.head).where(
        changes.site == site, changes.first <= number, changes.last >= number
    )
    return str(connection.execute(made).scalar_one())


def _made_by(connection: sa.Connection, site: SiteId, number: int, head: str) -> bool:
    """Return whether the import ``head`` made change ``number``: else the reader's past is not ours."""
    changes = roster_changes.c
    made = sa.select(changes.first).where(
        changes.site == site, changes.first <= number, changes.last >= number, changes.head == head
    )
    return connection.execute(made).first() is not None


def _after(
    connection: sa.Connection, site: SiteId, since: int, last: int, most: int
) -> list[tuple[int, Any]]:
    """Return the number of each change and the row, or the id of one that is gone; oldest first."""

    def changed(table: sa.Table) -> sa.Select[Any]:
        number = table.c.change
        query = sa.select(table).where(table.c.site == site, number > since, number <= last)
        return query.order_by(number).limit(most)

    changes = [(row.change, row) for row in connection.execute(changed(roster_people))]
    # A reader that begins anew holds nobody who could have gone.
    if since:
        gone = connection.execute(changed(roster_removals))
        changes += [(row.change, row.person_id) for row in gone]
    return sorted(changes, key=lambda change: change[0])


def _columns(person: RosterPerson) -> dict[str, Any]:
    return {
        "number": person.number,
        "name": person.name,
        "birth": _text(person.birth),
        "sex": person.sex,
        "standing": person.standing.value,
        "appointment": person.appointment,
        "doses": person.doses,
        "last_dose": _text(person.last_dose),
        "desk": person.desk,
    }


def person_of_row(row: sa.Row[Any]) -> RosterPerson:
    """Return the person in a row of ``roster_people``."""
    return RosterPerson(**_values(row))


def _entry(row: sa.Row[Any]) -> RosterEntry:
    return RosterEntry(id=row.id, **_values(row))


def _values(row: sa.Row[Any]) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": row.name,
        "birth": _date(row.birth),
        "sex": row.sex,
        "standing": Standing(row.standing),
        "appointment": row.appointment,
        "doses": row.doses,
        "last_dose": _date(row.last_dose),
        "desk": row.desk,
    }


def _text(day: PartialDate | None) -> str | None:
    return None if day is None else str(day)


def _date(text: str | None) -> PartialDate | None:
    """Return a stored date: ``yyyy``, ``yyyy-MM`` or ``yyyy-MM-dd``."""
    if text is None:
        return None
    return parse_date(text if len(text) != len("yyyy-MM") else f"{text}-00")
