"""A list as a file: CSV for any program, the same cells for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

Cell = str | int | float
_LINES: Final = 500
_BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it a usual spreadsheet program takes UTF-8 for something else."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Table:
    """A list with its headings, in the reader's words.

    Attributes:
        name: Of the file, without its ending.
        title: Of the sheet in a spreadsheet.
    """

    name: str
    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def as_csv(table: Table) -> Iterator[str]:
    """Yield the file in parts, a few hundred lines each."""
    rows = iter(table.rows)
    # Whatever is wrong is known before the first part is sent.
    part = list(islice(rows, _LINES))
    yield _BYTE_ORDER_MARK + _lines([table.headings])
    while part:
        yield _lines([[defused(cell) for cell in row] for row in part])
        part = list(islice(rows, _LINES))


def defused(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet program takes for a formula; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell


def _lines(rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
