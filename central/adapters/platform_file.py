"""A workbook as the Platform exports it, row by row: never more of it in memory than its texts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from central.adapters.workbook_xlsx import Workbook
from central.domain.sheet_cells import Broken
from central.ports import ListRow, ListUnreadable

_MOST_COLUMNS: Final = 60
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
        self._must_be_a_workbook()
        book = Workbook(
            self._path,
            self._data,
            damaged=f"{self._name} is no whole .xlsx file; export it again",
            too_large=f"{self._name} is too large; export fewer days at a time",
        )
        yield from book.rows(_MOST_COLUMNS, _value)

    def _must_be_a_workbook(self) -> None:
        begin = self._beginning()
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

    def _beginning(self) -> bytes:
        if self._data is not None:
            return self._data[: len(_OLE)]
        try:
            with self._path.open("rb") as file:
                return file.read(len(_OLE))
        except OSError as error:
            raise ListUnreadable(f"cannot read {self._name}: {error.strerror}") from error


def _value(cell: Any) -> object:  # noqa: ANN401 - openpyxl's, which has no types
    return _BROKEN.get(cell.data_type, cell.value)
