"""What is in a workbook, and workbooks of what is held; imported when one comes or is asked for."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from central.simulated.platform import bundle
from central.simulated.platform.outcome import Refusal, Resource
from central.simulated.platform.sheet_rows import (
    ANSWER,
    KINDS,
    Row,
    exported,
    patient_of,
    resource_of,
    system_of,
)
from central.simulated.platform.store import ResourceStore

_MOST_UNPACKED: Final = 1 << 30
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 60
_PAGE: Final = 500
# openpyxl lets through what its parts raise over bytes that are not as they should be.
_DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, InvalidFileException, SyntaxError, OSError,
    EOFError, RuntimeError, LookupError, ArithmeticError, ValueError, TypeError, AttributeError,
    AssertionError,
)  # fmt: skip


def uploaded(store: ResourceStore, data: bytes, now: Callable[[], datetime]) -> bytes:
    """Take a workbook in; return one of the same rows and what became of each.

    Raises:
        Refusal: It is none, or its sheets are others.
    """
    try:
        # Whole before the first row is taken: a part that is damaged further down takes none in.
        sheets = dict(_sheets(data))
    except _DAMAGED as error:
        raise Refusal(400, "structure", "the body is no workbook") from error
    return _written(
        {
            title: iter([_taken(store, title, row, now()) for row in rows])
            for title, rows in sheets.items()
        }
    )


def held(store: ResourceStore) -> bytes:
    """Return a workbook of all that is held."""
    return _written({title: _held(store, title) for title in KINDS})


def _sheets(data: bytes) -> Iterator[tuple[str, list[Row]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
            raise Refusal(413, "too-long", "the workbook is too large")
    for sheet in load_workbook(io.BytesIO(data), read_only=True).worksheets:
        if sheet.title not in KINDS:
            raise Refusal(422, "invalid", f"there is no sheet {sheet.title[:40]}")
        sheet.reset_dimensions()  # Some programs write a wrong size.
        lines = sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
        names = [str(name) for name in next(lines, ())]
        yield sheet.title, [_row(names, line) for line in islice(lines, _MOST_ROWS)]


def _row(names: list[str], line: Iterable[object]) -> Row:
    return {name: str(cell) for name, cell in zip(names, line, strict=False) if cell is not None}


def _taken(store: ResourceStore, title: str, row: Row, at: datetime) -> Row:
    try:
        with store.transaction():
            if row.get("Việc") == "Hủy":
                return row | _withdrawn(store, title, row, at)
            return row | _created(store, title, row, at)
    except Refusal as error:
        return row | {"Trạng thái": "Từ chối", "Lý do": str(error)}


def _created(store: ResourceStore, title: str, row: Row, at: datetime) -> Row:
    system = system_of(row)
    person, _ = bundle.create(
        store, patient_of(row), f"identifier={system}|{_quoted(row['Số giấy tờ'])}", at, {}
    )
    resource = resource_of(title, row, f"Patient/{person['id']}")
    own = KINDS[title].system
    condition = f"identifier={own}|{_quoted(row['Mã bản ghi'])}"
    stored, _ = bundle.create(store, resource, condition, at, {})
    return {
        "Mã trên Nền tảng": stored["id"],
        "Mã người trên Nền tảng": person["id"],
        "Trạng thái": "Hợp lệ",
    }


def _withdrawn(store: ResourceStore, title: str, row: Row, at: datetime) -> Row:
    kind = KINDS[title]
    token = f"{kind.system}|{row.get('Mã bản ghi', '')}"
    found = store.search(kind.type, [("identifier", token)], 2)
    if not found:
        raise Refusal(404, "not-found", "there is no such record")
    for one in found:
        store.update(kind.type, one["id"], one | {"status": "entered-in-error"}, at)
    return {"Mã trên Nền tảng": found[0]["id"], "Trạng thái": "Đã hủy"}


def _held(store: ResourceStore, title: str) -> Iterator[Row]:
    people: dict[str, Resource] = {}
    offset = 0
    while page := store.search(KINDS[title].type, [], _PAGE, offset):
        for resource in page:
            yield exported(title, resource, lambda reference: _person(store, people, reference))
        offset += len(page)


def _person(store: ResourceStore, known: dict[str, Resource], reference: str) -> Resource:
    if reference not in known:
        kind, _, id_ = reference.partition("/")
        try:
            known[reference] = store.read(kind, id_) if kind == "Patient" else {}
        except Refusal:
            known[reference] = {}
    return known[reference]


def _written(sheets: dict[str, Iterator[Row]]) -> bytes:
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        names = (*KINDS[title].headings, *ANSWER)
        sheet.append(names)
        for row in rows:
            sheet.append([_cell(sheet, row.get(name, "")) for name in names])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, text: str) -> WriteOnlyCell:  # noqa: ANN401 - openpyxl's
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def _quoted(value: str) -> str:
    # ``create`` reads the condition as a query.
    return value.replace("%", "%25").replace("&", "%26").replace("+", "%2B").replace(" ", "%20")
