"""A site's list from a spreadsheet: the rows of ``.xlsx`` (every sheet) or ``.csv``."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from central.adapters.workbook_xlsx import Workbook
from central.ports import ListRow, ListUnreadable

_MOST_COLUMNS = 100


class SpreadsheetList:
    """The port ``PeopleList``."""

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        """Take a file.

        Args:
            data: What is in it, when it was sent and lies on no disk.
        """
        self._path = path
        self._data = data

    def rows(self) -> Iterator[ListRow]:
        match self._path.suffix.lower():
            case ".xlsx":
                yield from self._xlsx()
            case ".csv":
                yield from self._csv()
            case _:
                raise ListUnreadable(f"{self._path.name} is neither .xlsx nor .csv")

    def _xlsx(self) -> Iterator[ListRow]:
        name = self._path.name
        book = Workbook(
            self._path,
            self._data,
            damaged=f"{name} is no whole .xlsx file",
            too_large=f"{name} is too large to be a list of people",
        )
        yield from book.rows(_MOST_COLUMNS)

    def _csv(self) -> Iterator[ListRow]:
        try:
            data = self._path.read_bytes() if self._data is None else self._data
            text = data.decode("utf-8-sig")
        except OSError as error:
            raise ListUnreadable(f"cannot read {self._path.name}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ListUnreadable(f"{self._path.name} is not UTF-8; save it as CSV UTF-8") from error
        first_line = text.partition("\n")[0]
        delimiter = max(",;\t", key=first_line.count)
        try:
            cells: list[Any]
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
            for cells in reader:
                yield ListRow("", reader.line_num, tuple(cells[:_MOST_COLUMNS]))
        except csv.Error as error:
            raise ListUnreadable(f"{self._path.name} is no whole .csv file") from error
