"""Spreadsheets in and out, as of a Platform without an interface: one row is one record.

``POST /sheets/upload`` takes a workbook as its body and answers with the same rows and what became
of each; ``GET /sheets/export.xlsx`` is all that the sandbox holds.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, Response

from central.simulated.platform.outcome import Refusal
from central.simulated.platform.store import ResourceStore

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_BYTES: Final = 32 << 20


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
        made = await asyncio.to_thread(_uploaded, store, bytes(data), now)
        return Response(made, media_type=_XLSX)

    @router.get("/export.xlsx")
    def export() -> Response:
        # openpyxl takes a third of the sandbox's start, and most starts meet no workbook.
        from central.simulated.platform import workbooks  # noqa: PLC0415

        return Response(workbooks.held(store), media_type=_XLSX)

    return router


def _uploaded(store: ResourceStore, data: bytes, now: Callable[[], datetime]) -> bytes:
    from central.simulated.platform import workbooks  # noqa: PLC0415 - as above

    return workbooks.uploaded(store, data, now)
