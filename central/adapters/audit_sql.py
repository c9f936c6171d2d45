"""The audit in SQLAlchemy: one writer at a time, each row behind the newest."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from central.adapters.database import reading, store_errors
from central.adapters.tables_people import audit
from central.domain.audit import GENESIS, Act, AuditRow, hash_of

_LOCK: Final = 0x61756469
_AT_A_TIME: Final = 1000


class SqlAudit:
    """``ports.audit.AuditStore`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, act: Act, now: datetime) -> AuditRow:
        with store_errors(), self._engine.begin() as connection:
            return add_act(connection, act, now)

    def newest(self, limit: int, *, who: str = "", record: str = "") -> list[AuditRow]:
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        if who:
            query = query.where(audit.c.who == who)
        if record:
            query = query.where(audit.c.record == record)
        with store_errors(), reading(self._engine) as connection:
            return [_row(row) for row in connection.execute(query)]

    def rows(self) -> Iterator[AuditRow]:
        query = sa.select(audit).order_by(audit.c.id)
        with store_errors(), reading(self._engine) as connection:
            for row in connection.execution_options(yield_per=_AT_A_TIME).execute(query):
                yield _row(row)


def add_act(connection: sa.Connection, act: Act, now: datetime) -> AuditRow:
    """Add a row in the transaction that does what the row says; both are there, or neither."""
    if connection.dialect.name == "postgresql":
        # Two processes take turns; SQLite has one writer anyhow.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    last = connection.execute(
        sa.select(audit.c.id, audit.c.hash).order_by(audit.c.id.desc()).limit(1)
    ).first()
    number, before = (last.id + 1, last.hash) if last else (1, GENESIS)
    row = AuditRow(number, now, act, hash_of(before, number, now, act))
    connection.execute(
        sa.insert(audit).values(
            id=row.id, at=now, who=act.who, role=act.role, what=act.what, record=act.record,
            why=act.why, route=act.route, hash=row.hash,
        )
    )  # fmt: skip
    return row


def _row(row: sa.Row[Any]) -> AuditRow:
    act = Act(row.who, row.role, row.what, row.record, row.why, row.route)
    return AuditRow(row.id, row.at, act, row.hash)
