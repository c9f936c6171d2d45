"""Walks a table by ranges of its key: memory stays flat, and no lock is held for long."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from central.adapters.database import reading


@dataclass(frozen=True, slots=True)
class Range:
    """Keys above ``after``, up to ``last``; no ``last`` for all that follow."""

    after: str
    last: str | None

    def holds(self, column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """Return the condition that a key lies in the range."""
        above = column > self.after
        return above if self.last is None else above & (column <= self.last)


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
