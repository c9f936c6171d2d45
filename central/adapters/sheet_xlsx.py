"""Lists for people as ``.xlsx``."""

from collections.abc import Iterable, Sequence
from typing import Final

_MOST_ROWS: Final = 1_048_575


class XlsxSheet:
    """``ports.verification.SheetWriter`` and ``ports.platform_sheets.BookWriter``.

    Args:
        most_rows: Rows below the headings of one sheet; what is more goes on in a further sheet, for a
            program that opens the file would cut off or refuse it.
    """

    def __init__(self, most_rows: int = _MOST_ROWS) -> None:
        self._most_rows = most_rows

    def write(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str | int | float]]
    ) -> bytes:
        return self.write_book([(title, headings, rows)])

    def write_book(
        self, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str | int | float]]]]
    ) -> bytes:
        # openpyxl takes a tenth of a start's time, and most starts never write a workbook.
        from central.adapters import book_xlsx  # noqa: PLC0415

        return book_xlsx.written(sheets, self._most_rows)
