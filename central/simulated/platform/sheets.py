"""Spreadsheets in and out, as of a Platform without an interface: one row is one record.

``POST /sheets/upload`` takes a workbook as its body and answers with the same rows and what became
of each; ``GET /sheets/export.xlsx`` is all that the sandbox holds.
"""

import asyncio
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

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

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_BYTES: Final = 32 << 20
_PAGE: Final = 500


def sheet_routes(store: ResourceStore, now: Callable[[], datetime]) -> APIRouter:
    """Return the routes of spreadsheets."""
    router = APIRouter(prefix="/sheets")

    @router.post("/upload")
    async def upload(request: Request) -> Response:
        data = bytearray()
        async for chunk in request.stream():
            data += chunk
            if len(data) > _MOST_BYTES:
                raise Refusal(413, "too-long", "the workbook is too large")
        return _file(await asyncio.to_thread(_uploaded, store, bytes(data), now))

    @router.get("/export.xlsx")
    def export() -> Response:
        return _file({title: _held(store, title) for title in KINDS})

    return router


def _uploaded(
    store: ResourceStore, data: bytes, now: Callable[[], datetime]
) -> dict[str, Iterator[Row]]:
    try:
        book = load_workbook(io.BytesIO(data), read_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Refusal(400, "structure", "the body is no workbook") from error
    answers: dict[str, Iterator[Row]] = {}
    for sheet in book.worksheets:
        if sheet.title not in KINDS:
            raise Refusal(422, "invalid", f"there is no sheet {sheet.title[:40]}")
        lines = sheet.iter_rows(values_only=True)
        names = [str(name) for name in next(lines, ())]
        rows = [
            {name: str(cell) for name, cell in zip(names, line, strict=False) if cell is not None}
            for line in lines
        ]
        answers[sheet.title] = iter([_taken(store, sheet.title, row, now()) for row in rows])
    return answers


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
    token = f"{kind.system}|{row['Mã bản ghi']}"
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


def _file(sheets: dict[str, Iterator[Row]]) -> Response:
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        names = (*KINDS[title].headings, *ANSWER)
        sheet.append(names)
        for row in rows:
            sheet.append([_cell(sheet, row.get(name, "")) for name in names])
    out = io.BytesIO()
    book.save(out)
    return Response(out.getvalue(), media_type=_XLSX)


def _cell(sheet: Any, text: str) -> WriteOnlyCell:  # noqa: ANN401 - openpyxl's
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def _quoted(value: str) -> str:
    # ``create`` reads the condition as a query.
    return value.replace("%", "%25").replace("&", "%26").replace("+", "%2B").replace(" ", "%20")
