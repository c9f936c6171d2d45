"""Lists for people as ``.xlsx``, by openpyxl, row by row."""

import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

_WIDTH: Final = 22
_TEXT: Final = "@"
_FORMULA: Final = ("=", "+", "-", "@")
_LONGEST: Final = 32_767
"""Characters that a cell can hold."""


class XlsxSheet:
    """``ports.verification.SheetWriter`` and ``ports.platform_sheets.BookWriter``."""

    def write(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str | int | float]]
    ) -> bytes:
        return self.write_book([(title, headings, rows)])

    def write_book(
        self, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str | int | float]]]]
    ) -> bytes:
        book = Workbook(write_only=True)
        for title, headings, rows in sheets:
            sheet = book.create_sheet(title)
            sheet.freeze_panes = "A2"
            for place in range(1, len(headings) + 1):
                sheet.column_dimensions[get_column_letter(place)].width = _WIDTH
            sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
            for row in rows:
                sheet.append([_cell(sheet, text) for text in row])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


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
