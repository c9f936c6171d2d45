"""A workbook as the Platform exports it, row by row: never more of it in memory than its texts."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from central.domain.sheet_cells import Broken
from central.ports import ListRow, ListUnreadable

_MOST_COLUMNS: Final = 60
# 200,000 rows of 20 columns are a fifth of it; what is packed tighter is no export.
_MOST_UNPACKED: Final = 1 << 30
_ZIP: Final = b"PK"
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_BROKEN: Final = {"f": Broken.FORMULA, "e": Broken.ERROR}


class PlatformWorkbook:
    """The port ``PlatformFile``."""

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        """Take a file.

        Args:
            data: What is in it, when it was sent and lies on no disk.
        """
        self._name = path.name
        self._path = path
        self._data = data

    def rows(self) -> Iterator[ListRow]:
        # The driver raises what its parts raise, also in the middle of a sheet.
        try:
            book = load_workbook(self._opened(), read_only=True)
            try:
                for sheet in book.worksheets:
                    for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
                        yield ListRow(sheet.title, number, tuple(map(_value, cells)))
            finally:
                book.close()
        except OSError as error:
            raise ListUnreadable(f"cannot read {self._name}: {error.strerror}") from error
        except (
            zipfile.BadZipFile,
            InvalidFileException,
            ParseError,
            KeyError,
            ValueError,
        ) as error:
            raise ListUnreadable(f"{self._name} is no whole .xlsx file; export it again") from error

    def _opened(self) -> Path | io.BytesIO:
        self._must_be_a_workbook()
        source = self._path if self._data is None else io.BytesIO(self._data)
        with zipfile.ZipFile(source) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise ListUnreadable(f"{self._name} is too large; export fewer days at a time")
        return source

    def _must_be_a_workbook(self) -> None:
        if self._data is None:
            with self._path.open("rb") as file:
                begin = file.read(len(_OLE))
        else:
            begin = self._data[: len(_OLE)]
        if begin.startswith(_OLE):
            raise ListUnreadable(
                f"{self._name} is an old .xls file or locked by a password; save it as .xlsx "
                "without one"
            )
        if not begin.startswith(_ZIP):
            raise ListUnreadable(
                f"{self._name} is no .xlsx workbook, such as a text or .csv file; "
                "export it from the Platform as .xlsx"
            )


def _value(cell: Any) -> object:  # noqa: ANN401 - openpyxl's, which has no types
    return _BROKEN.get(cell.data_type, cell.value)
