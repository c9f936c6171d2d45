"""What the Platform listed of certificates, in the centre's database: read once, asked for by dose."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import sqlalchemy as sa

from central.adapters.database import reading, store_errors
from central.adapters.erasing_certificates_sql import locked_cursor
from central.adapters.erasing_sql import erased_among
from central.adapters.rows import upsert
from central.adapters.tables_doses import CERTIFICATES, platform_certificates, platform_cursors
from central.domain.dose_news import CURRENT, IssuedCertificate, Mark, name_of_certificate
from central.domain.reading_on import read_to

_MARK: Final = ("name", "state", "changed_at")
_AT_ONCE: Final = 500
"""So many doses are asked for in one statement; SQLite of before 3.32 takes 999 values."""


class SqlCertificates:
    """The port ``CertificateMirror``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def keep(self, page: Sequence[IssuedCertificate], now: datetime) -> None:
        said = [_row(one) for one in page]
        # The last word on each: while the list is read, one may change and be listed again.
        rows = {(row["dose"], row["name"]): row for row in said}
        with store_errors(), self._engine.begin() as connection:
            before = locked_cursor(connection)
            _put(connection, rows)
            through = read_to([row["changed_at"] for row in said], before, now)
            if through != before:
                cursor = {"list": CERTIFICATES, "through": through}
                upsert(connection, platform_cursors, "list", [cursor])

    def through(self) -> str:
        of = platform_cursors.c
        query = sa.select(of.through).where(of.list == CERTIFICATES)
        with store_errors(), reading(self._engine) as connection:
            return connection.scalar(query) or ""

    def marks(self, doses: Collection[str]) -> Mapping[str, tuple[Mark, ...]]:
        with store_errors(), reading(self._engine) as connection:
            return {
                dose: tuple(_mark(row) for row in rows)
                for dose, rows in _by_dose(connection, doses, *_MARK)
            }

    def held(self, doses: Collection[str]) -> Mapping[str, Sequence[IssuedCertificate]]:
        with store_errors(), reading(self._engine) as connection:
            return {
                dose: [IssuedCertificate(dose, row.state, row.changed_at, row.code) for row in rows]
                for dose, rows in _by_dose(connection, doses, "state", "changed_at", "code")
            }


def _put(connection: sa.Connection, rows: Mapping[tuple[str, str], dict[str, str]]) -> None:
    doses = {dose for dose, _ in rows}
    gone = erased_among(connection, [f"dose/{dose}" for dose in doses])
    # Each look reads the end of the list again: what is there already is not written once more.
    there = {
        (dose, row.name): _mark(row)
        for dose, of_dose in _by_dose(connection, doses, *_MARK)
        for row in of_dose
    }
    changed = [
        row
        for key, row in sorted(rows.items())
        if f"dose/{row['dose']}" not in gone
        and there.get(key) != tuple(row[name] for name in _MARK)
    ]
    upsert(connection, platform_certificates, "dose name", changed)


def _by_dose(
    connection: sa.Connection, doses: Collection[str], *names: str
) -> Iterator[tuple[str, Iterator[sa.Row[Any]]]]:
    of = platform_certificates.c
    wanted = sorted(doses)
    if connection.dialect.name == "postgresql":
        # Before its first ANALYZE, in the midst of the first reading, it would read the whole table.
        connection.execute(sa.text("SELECT set_config('enable_seqscan', 'off', true)"))
    for begin in range(0, len(wanted), _AT_ONCE):
        some = wanted[begin : begin + _AT_ONCE]
        query = sa.select(of.dose, *(of[name] for name in names)).where(of.dose.in_(some))
        rows = connection.execute(query.order_by(of.dose, of.name))
        yield from groupby(rows, attrgetter("dose"))


def _mark(row: sa.Row[Any]) -> Mark:
    return row.name, row.state, row.changed_at


def _row(one: IssuedCertificate) -> dict[str, str]:
    said = {
        "dose": one.dose[:64],
        "name": name_of_certificate(_text(one.code)),
        "state": one.state[:20],
        "changed_at": one.changed_at[:40],
        # Of the others it counts only that there were some, and who they name is nobody's business.
        "code": one.code if one.state == CURRENT else "",
    }
    return {name: _text(value) for name, value in said.items()}


def _text(value: str) -> str:
    """Return a text as any database takes it: no NUL, no half of a surrogate pair."""
    return value.replace("\0", "?").encode(errors="replace").decode()
