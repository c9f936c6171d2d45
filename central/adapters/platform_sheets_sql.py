"""What goes to the Platform by file and what came back, in SQLAlchemy: the port ``SheetStore``."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters.audit_sql import add_act
from central.adapters.database import reading, store_errors
from central.adapters.platform_sheets_take import take
from central.adapters.tables_platform_sheets import (
    sheet_entries,
    sheet_files,
    sheet_rows,
    sheets,
)
from central.domain.audit import Act
from central.domain.platform_sheet import Entry, Kind, Unusable
from central.ports.platform_sheets import Carried, Changed, Sheet, TakenFile

_LISTED: Final = 50


class SqlSheets:
    """``ports.platform_sheets.SheetStore``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def waiting(self, kind: Kind, event: str) -> Carried | None:
        query = sa.select(sheet_rows).where(_same(kind, event))
        with store_errors(), reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else _carried(row)

    def put(self, carried: Carried, now: datetime) -> None:
        same = _same(carried.kind, carried.event)
        values = {
            "kind": carried.kind, "event": carried.event, "action": carried.action,
            "content": carried.content, "sheet": None, "refused": None, "put_at": now,
        }  # fmt: skip
        with store_errors(), self._engine.begin() as connection:
            there = connection.execute(sa.select(sheet_rows).where(same)).first()
            if there is None:
                connection.execute(sa.insert(sheet_rows).values(values))
            elif (there.action, there.content) != (carried.action, carried.content):
                connection.execute(sa.update(sheet_rows).where(same).values(values))

    def drop(self, kind: Kind, event: str) -> None:
        with store_errors(), self._engine.begin() as connection:
            connection.execute(sa.delete(sheet_rows).where(_same(kind, event)))

    def of_event(self, kind: Kind, event: str) -> list[Entry]:
        of = sheet_entries.c
        return self._entries((of.kind == kind) & (of.event == event))

    def of_person(self, kind: Kind, number: str, nationality: str) -> list[Entry]:
        of = sheet_entries.c
        found = self._entries((of.kind == kind) & (of.number == number) & (of.state == "valid"))
        return [one for one in found if one.content.get("nationality", "VNM") == nationality]

    def changes(self, kind: Kind, after: int, limit: int) -> list[Changed]:
        of = sheet_entries.c
        query = (
            sa.select(sheet_entries)
            .where(of.kind == kind, of.changed > after)
            .order_by(of.changed)
            .limit(limit)
        )
        with store_errors(), reading(self._engine) as connection:
            return [
                Changed(row.changed, None if row.state == "unreadable" else _entry(row))
                for row in connection.execute(query)
            ]

    def make(self, most: int, act: Act, now: datetime) -> Sheet | None:
        new = sheet_rows.c.sheet.is_(None) & sheet_rows.c.refused.is_(None)
        first = (
            sa.select(sheet_rows.c.kind, sheet_rows.c.event)
            .where(new)
            .order_by(sheet_rows.c.put_at, sheet_rows.c.event)
            .limit(most)
        )
        with store_errors(), self._engine.begin() as connection:
            chosen = connection.execute(first).all()
            if not chosen:
                return None
            made = {"made_at": now, "made_by": act.who, "rows": len(chosen)}
            insert = sa.insert(sheets).values(made).returning(sheets.c.id)
            number: int = connection.execute(insert).scalar_one()
            same = (sheet_rows.c.kind == sa.bindparam("of")) & (
                sheet_rows.c.event == sa.bindparam("is")
            )
            connection.execute(
                sa.update(sheet_rows).where(same).values(sheet=number),
                [{"of": row.kind, "is": row.event} for row in chosen],
            )
            add_act(connection, act, now)
        return Sheet(number, now, act.who, len(chosen), len(chosen))

    def sheet(self, number: int) -> Iterator[Carried] | None:
        query = (
            sa.select(sheet_rows)
            .where(sheet_rows.c.sheet == number, sheet_rows.c.refused.is_(None))
            .order_by(sheet_rows.c.kind, sheet_rows.c.put_at, sheet_rows.c.event)
        )
        with store_errors(), reading(self._engine) as connection:
            there = sa.select(sheets.c.id).where(sheets.c.id == number)
            if connection.scalar(there) is None:
                return None
            return iter([_carried(row) for row in connection.execute(query)])

    def sheets(self) -> Sequence[Sheet]:
        unanswered = (
            sa.select(sa.func.count())
            .where(sheet_rows.c.sheet == sheets.c.id, sheet_rows.c.refused.is_(None))
            .scalar_subquery()
        )
        # A file that nobody brought back must not vanish behind the newer ones.
        waits = sa.case((unanswered > 0, 0), else_=1)
        query = (
            sa.select(sheets, unanswered.label("open"))
            .order_by(waits, sheets.c.id.desc())
            .limit(_LISTED)
        )
        with store_errors(), reading(self._engine) as connection:
            return [
                Sheet(row.id, row.made_at, row.made_by, row.rows, row.open)
                for row in connection.execute(query)
            ]

    def unsent(self) -> int:
        new = sheet_rows.c.sheet.is_(None) & sheet_rows.c.refused.is_(None)
        query = sa.select(sa.func.count()).select_from(sheet_rows).where(new)
        with store_errors(), reading(self._engine) as connection:
            return connection.scalar(query) or 0

    def take(self, rows: Sequence[Entry | Unusable], now: datetime) -> int:
        with store_errors(), self._engine.begin() as connection:
            return take(connection, rows, now)

    def taken(self, file: TakenFile, act: Act) -> None:
        values = {
            "taken_at": file.taken_at, "by": file.by, "rows": file.rows,
            "changed": file.changed, "wrong": file.wrong,
        }  # fmt: skip
        with store_errors(), self._engine.begin() as connection:
            connection.execute(sa.insert(sheet_files).values(values))
            add_act(connection, act, file.taken_at)

    def files(self) -> Sequence[TakenFile]:
        query = sa.select(sheet_files).order_by(sheet_files.c.id.desc()).limit(_LISTED)
        with store_errors(), reading(self._engine) as connection:
            return [
                TakenFile(row.taken_at, row.by, row.rows, row.changed, row.wrong)
                for row in connection.execute(query)
            ]

    def _entries(self, condition: sa.ColumnElement[bool]) -> list[Entry]:
        query = (
            sa.select(sheet_entries)
            .where(condition, sheet_entries.c.state != "unreadable")
            .order_by(sheet_entries.c.id)
        )
        with store_errors(), reading(self._engine) as connection:
            return [_entry(row) for row in connection.execute(query)]


def _same(kind: Kind, event: str) -> sa.ColumnElement[bool]:
    return (sheet_rows.c.kind == kind) & (sheet_rows.c.event == event)


def _carried(row: sa.Row[Any]) -> Carried:
    return Carried(row.kind, row.event, row.action, row.content, row.sheet, row.refused)


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(row.kind, row.id, row.event, row.state, "", row.content)
