"""A site's list from a spreadsheet: the rows of ``.xlsx`` (every sheet) or ``.csv``."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from central.ports import ListRow, ListUnreadable

_MOST_COLUMNS = 100
# 200,000 rows of 20 columns are a fifth of it; what is packed tighter is no list.
_MOST_UNPACKED = 1 << 30


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
        # The driver raises what its parts raise, also in the middle of a sheet.
        try:
            book = load_workbook(self._opened(), read_only=True, data_only=True)
            try:
                for sheet in book.worksheets:
                    rows = sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
                    for number, cells in enumerate(rows, start=1):
                        yield ListRow(sheet.title, number, tuple(cells))
            finally:
                book.close()
        except OSError as error:
            raise ListUnreadable(f"cannot read {self._path.name}: {error.strerror}") from error
        except (
            zipfile.BadZipFile,
            InvalidFileException,
            ParseError,
            KeyError,
            ValueError,
        ) as error:
            raise ListUnreadable(f"{self._path.name} is no whole .xlsx file") from error

    def _opened(self) -> Path | io.BytesIO:
        source = self._path if self._data is None else io.BytesIO(self._data)
        with zipfile.ZipFile(source) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise ListUnreadable(f"{self._path.name} is too large to be a list of people")
        return source

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
