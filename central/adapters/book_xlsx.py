"""Workbooks by openpyxl, row by row; ``sheet_xlsx`` imports this when there is one to write."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

_WIDTH: Final = 22
_TEXT: Final = "@"
_FORMULA: Final = ("=", "+", "-", "@")
_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_TITLE: Final = 31
_LONGEST: Final = 32_767
"""Characters that a cell can hold."""

SheetRows = Iterable[Sequence[str | int | float]]
"""What is below the headings."""


def written(sheets: Iterable[tuple[str, Sequence[str], SheetRows]], most_rows: int) -> bytes:
    """Return a workbook of sheets, each of a title, headings and rows.

    Args:
        most_rows: Rows below the headings of one sheet; what is more goes on in a further sheet.
    """
    book = Workbook(write_only=True)
    for title, headings, rows in sheets:
        left, number = iter(rows), 1
        while _part(book, title, number, headings, left, most_rows):
            number += 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _part(
    book: Workbook,
    title: str,
    number: int,
    headings: Sequence[str],
    rows: Iterator[Sequence[str | int | float]],
    most_rows: int,
) -> bool:
    """Fill one sheet; return whether it is full and there may be more rows."""
    first = next(rows, None)
    if first is None and number > 1:
        return False
    sheet = book.create_sheet(_title(title, number))
    sheet.freeze_panes = "A2"
    for place in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTH
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
    if first is None:
        return False
    sheet.append([_cell(sheet, text) for text in first])
    for _ in range(most_rows - 1):
        row = next(rows, None)
        if row is None:
            return False
        sheet.append([_cell(sheet, text) for text in row])
    return True


def _title(title: str, number: int) -> str:
    """Return a sheet's name as programs take it: 31 characters, some of which may not be in it."""
    more = "" if number == 1 else f" {number}"
    return _NOT_IN_TITLES.sub(" ", title)[: _LONGEST_TITLE - len(more)].strip(" '") + more


def _cell(sheet: object, content: str | float, *, bold: bool = False) -> WriteOnlyCell:
    if not isinstance(content, str):
        return WriteOnlyCell(sheet, value=content)
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", content)[:_LONGEST])
    # A name that begins with "=" is a name, also after somebody edits it, and 058… keeps its zero.
    cell.data_type = "s"
    cell.number_format = _TEXT
    cell.quotePrefix = content.startswith(_FORMULA)
    if bold:
        cell.font = Font(bold=True)
    return cell
