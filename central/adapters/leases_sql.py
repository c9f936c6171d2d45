"""Leases in the database: who holds which shard, until when, and the token that fences others out.

A commit of a holder locks its lease's row; who takes over needs the same row. So either the commit
is done before the lease goes to another, or it finds the lease gone.
"""

from collections.abc import Collection, Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from central.adapters.database import metadata, reading, store_errors
from central.ports.leases import LeaseLost, LeaseRow

# A frozen worker that holds the rows in the middle of a commit is ended by the server after this.
_IDLE_MILLISECONDS: Final = 5000
_LOCK: Final = 0x6C656173
# More tokens than are ever given between a backup and its return.
_FAR_AHEAD: Final = 1_000_000_000

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("holder", sa.String(80), nullable=False),
    sa.Column("until", sa.Double, nullable=False),
    sa.Column("token", sa.BigInteger, nullable=False),
)

# Workers that were heard of, by what they work at: their number decides what a fair share is.
workers = sa.Table(
    "lease_workers",
    metadata,
    sa.Column("worker", sa.String(80), primary_key=True),
    sa.Column("work", sa.String(32), primary_key=True),
    sa.Column("until", sa.Double, nullable=False),
)


class SqlLeases:
    """The port ``LeaseStore``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def keep(
        self, names: Collection[str], worker: str, held: dict[str, int], seconds: float
    ) -> dict[str, int]:
        with store_errors(), self._engine.begin() as connection:
            return _Round(connection, sorted(names), worker, seconds).keep(held)

    def release(self, worker: str, held: dict[str, int]) -> None:
        with store_errors(), self._engine.begin() as connection:
            _take_turns(connection)
            for name, token in sorted(held.items()):
                _own(connection, name, worker, token, until=0.0)
            connection.execute(workers.delete().where(workers.c.worker == worker))

    def rows(self) -> list[LeaseRow]:
        with store_errors(), reading(self._engine) as connection:
            now = _now(connection)
            found = connection.execute(sa.select(leases).order_by(leases.c.name)).all()
        return [LeaseRow(r.name, r.holder, r.token, r.until - now) for r in found]


class _Round:
    """One worker's turn at the table; turns come one after the other."""

    def __init__(
        self, connection: sa.Connection, names: list[str], worker: str, seconds: float
    ) -> None:
        self._connection = connection
        self._names = names
        self._worker = worker
        _take_turns(connection)
        self._now = _now(connection)
        self._until = self._now + seconds

    def keep(self, held: dict[str, int]) -> dict[str, int]:
        found = {
            row.name: row
            for row in self._connection.execute(
                sa.select(leases).where(leases.c.name.in_(self._names))
            )
        }
        mine = [n for n, token in held.items() if _is_mine(found.get(n), self._worker, token)]
        share = -(-len(self._names) // self._present())
        for name in mine[share:]:
            _own(self._connection, name, self._worker, held[name], until=0.0)
        kept = {n: held[n] for n in mine[:share] if self._renew(n, held[n])}
        wanted = [n for n in self._names if n not in held and self._free(found.get(n), held)]
        for name in wanted[: max(0, share - len(kept))]:
            token = self._take(name)
            if token is not None:
                kept[name] = token
        return kept

    def _present(self) -> int:
        """Say that this worker is there, and return how many are."""
        work = self._names[0]
        row = {"worker": self._worker, "work": work, "until": self._until}
        _put(self._connection, workers, row, ["worker", "work"])
        self._connection.execute(workers.delete().where(workers.c.until < self._now))
        count = sa.select(sa.func.count()).select_from(workers).where(workers.c.work == work)
        return int(self._connection.execute(count).scalar_one())

    def _free(self, row: sa.Row[tuple[str, str, float, int]] | None, held: dict[str, int]) -> bool:
        if row is None or row.until < self._now:
            return True
        # Ours of before a restart; later on it is that of a second worker of the same name.
        return not held and row.holder == self._worker

    def _renew(self, name: str, token: int) -> bool:
        return _own(self._connection, name, self._worker, token, until=self._until)

    def _take(self, name: str) -> int | None:
        if self._connection.dialect.name == "postgresql":
            row = sa.select(leases.c.name).where(leases.c.name == name)
            free = row.with_for_update(skip_locked=True)
            exists = self._connection.execute(row).first() is not None
            if exists and self._connection.execute(free).first() is None:
                return None  # its holder is in the middle of a commit: the next turn
        first = {"name": name, "holder": self._worker, "until": self._until, "token": 1}
        token = leases.c.token + 1
        _put(self._connection, leases, first, ["name"], {**first, "token": token})
        query = sa.select(leases.c.token).where(leases.c.name == name)
        return int(self._connection.execute(query).scalar_one())


def outdate(connection: sa.Connection) -> None:
    """End every lease, with tokens that no worker of before can hold; for a restored database."""
    connection.execute(leases.update().values(until=0.0, token=leases.c.token + _FAR_AHEAD))
    connection.execute(workers.delete())


def fence(connection: sa.Connection, names: Collection[str], held: Mapping[str, int]) -> None:
    """Fail unless ``held`` still holds all of ``names``, and keep it so until the commit.

    Raises:
        LeaseLost: Some are another's.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.text(f"SET LOCAL idle_in_transaction_session_timeout = {_IDLE_MILLISECONDS}")
        )
    query = (
        sa.select(leases.c.name, leases.c.token)
        .where(leases.c.name.in_(names))
        .order_by(leases.c.name)
        .with_for_update(read=True)
    )
    tokens = {row.name: row.token for row in connection.execute(query)}
    lost = {name for name in names if name not in held or tokens.get(name) != held[name]}
    if lost:
        raise LeaseLost(lost)


def _is_mine(row: sa.Row[tuple[str, str, float, int]] | None, worker: str, token: int) -> bool:
    return row is not None and (row.holder, row.token) == (worker, token)


def _own(connection: sa.Connection, name: str, worker: str, token: int, *, until: float) -> bool:
    """Give the worker's own lease another end; return whether it is the worker's still."""
    statement = (
        leases.update()
        .where(leases.c.name == name, leases.c.holder == worker, leases.c.token == token)
        .values(until=until)
    )
    return connection.execute(statement).rowcount == 1


def _put(
    connection: sa.Connection,
    table: sa.Table,
    row: dict[str, object],
    key: list[str],
    update: Mapping[str, object] | None = None,
) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**row)
    statement = statement.on_conflict_do_update(index_elements=key, set_=dict(update or row))
    connection.execute(statement)


def _take_turns(connection: sa.Connection) -> None:
    """Let workers look at the table one by one; SQLite's writers do so anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        connection.execute(
            sa.text(f"SET LOCAL idle_in_transaction_session_timeout = {_IDLE_MILLISECONDS}")
        )


def _now(connection: sa.Connection) -> float:
    if connection.dialect.name == "postgresql":
        query = "SELECT extract(epoch FROM clock_timestamp())"
    else:
        query = "SELECT (julianday('now') - 2440587.5) * 86400.0"
    return float(connection.execute(sa.text(query)).scalar_one())
