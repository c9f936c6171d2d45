"""The one place where a workbook is opened: whatever is damaged in it becomes the port's error."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from central.ports import ListRow, ListUnreadable

# 200,000 rows of 20 columns are a fifth of it; what is packed tighter is no list.
_MOST_UNPACKED: Final = 1 << 30
# A sheet has no more; a damaged row number would be filled up with empty rows for hours.
_MOST_ROWS: Final = 1_048_576
# The driver checks little: what its parts and Python's own raise over bytes that are not as they
# should be comes out as it was raised, also in the middle of a sheet. ParseError is a SyntaxError,
# a cipher or a method of packing that nobody has is a RuntimeError.
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    SyntaxError,
    EOFError,
    RuntimeError,
    LookupError,
    ArithmeticError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that was sent or lies on a disk.

    Attributes:
        data: What is in it, when it was sent and lies on no disk.
        damaged: What is said of one that cannot be read.
        too_large: What is said of one that is packed too tight.
    """

    path: Path
    data: bytes | None
    damaged: str
    too_large: str

    def rows(
        self, most_columns: int, value: Callable[[Any], object] | None = None
    ) -> Iterator[ListRow]:
        """Yield every row of every sheet.

        Args:
            value: Makes a value of the driver's cell; without it a formula counts as what it
                showed when the file was saved.

        Raises:
            ListUnreadable: No such file, or not a whole workbook; also in the middle.
        """
        # openpyxl takes a tenth of a start's time, and most starts never open a workbook.
        from openpyxl import load_workbook  # noqa: PLC0415
        from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

        try:
            book = load_workbook(self._opened(), read_only=True, data_only=value is None)
            try:
                for sheet in book.worksheets:
                    yield from self._of_sheet(sheet, most_columns, value)
            finally:
                book.close()
        except OSError as error:
            # Without a reason of the system it is a damaged part that says so.
            said = f"cannot read {self.path.name}: {error.strerror}"
            raise ListUnreadable(said if error.strerror else self.damaged) from error
        except (*_DAMAGED, InvalidFileException) as error:
            raise ListUnreadable(self.damaged) from error

    def _of_sheet(
        self,
        sheet: Any,  # noqa: ANN401 - openpyxl's, which has no types
        most_columns: int,
        value: Callable[[Any], object] | None,
    ) -> Iterator[ListRow]:
        # Some programs write a wrong size, and the driver would leave out what lies beyond it.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=most_columns, values_only=value is None)
        for number, cells in enumerate(rows, start=1):
            if number > _MOST_ROWS:
                raise ListUnreadable(self.too_large)
            values = cells if value is None else map(value, cells)
            yield ListRow(sheet.title, number, tuple(values))

    def _opened(self) -> Path | io.BytesIO:
        source = self.path if self.data is None else io.BytesIO(self.data)
        with zipfile.ZipFile(source) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise ListUnreadable(self.too_large)
        return source
