"""Walks a table by ranges of its key: memory stays flat, and no lock is held for long."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from central.adapters.database import reading

FEW: Final = 1000
"""So many keys are asked for one by one; of more, the whole range is looked through."""
_turn = threading.Lock()


@dataclass(frozen=True, slots=True)
class Range:
    """Keys above ``after``, up to ``last``; no ``last`` for all that follow."""

    after: str
    last: str | None

    def holds(self, column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """Return the condition that a key lies in the range."""
        above = column > self.after
        return above if self.last is None else above & (column <= self.last)


@dataclass(frozen=True, slots=True)
class Few:
    """Some keys of a range."""

    keys: Sequence[str]

    def holds(self, column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """Return the condition that a key is one of these."""
        return column.in_(self.keys)


Keys = Range | Few


def narrowed(
    connection: sa.Connection, of: Range, column: sa.Column[str], *which: sa.ColumnElement[bool]
) -> Keys | None:
    """Return those keys of a range of which ``which`` is true; if they are many, the range; or None.

    What is asked of them must hold for the rest of the range as well.
    """
    found = sa.select(column).where(of.holds(column), *which).limit(FEW + 1)
    return few_or_range(connection.scalars(found).all(), of)


def few_or_range(keys: Sequence[str], of: Range) -> Keys | None:
    """Return these keys, the range that they are of if they are many, or None."""
    if len(keys) > FEW:
        return of
    return Few(keys) if keys else None


@contextmanager
def looking(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection that only reads, by indexes."""
    with reading(engine) as connection:
        _by_index(connection)
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a transaction's connection; on SQLite, which has one writer, those of here take turns.

    They would otherwise ask again and again for the lock, until one gives up.
    """
    with _turn if engine.dialect.name == "sqlite" else nullcontext(), engine.begin() as connection:
        _by_index(connection)
        yield connection


def _by_index(connection: sa.Connection) -> None:
    """Have PostgreSQL follow indexes until this transaction ends.

    A range is small beside its table, yet by the costs of a spinning disk reading the whole of every
    other table looks cheaper; and all cores have other ranges to do.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SELECT set_config('random_page_cost', '1.1', true), set_config('jit', 'off', true),"
            " set_config('max_parallel_workers_per_gather', '0', true)"
        )


def ranges(engine: sa.Engine, column: sa.ColumnElement[str], size: int) -> Iterator[Range]:
    """Yield ranges of at least ``size`` rows each that together hold every key there may be."""
    after = ""
    while True:
        end = sa.select(column).where(column > after).order_by(column).limit(1).offset(size - 1)
        with reading(engine) as connection:
            last = connection.scalar(end)
        yield Range(after, last)
        if last is None:
            return
        after = last
