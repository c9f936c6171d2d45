"""Every list as a file: CSV, or a spreadsheet."""

from collections.abc import Mapping
from itertools import chain
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from central.api.discrepancies import FILTER
from central.api.entry import Entry, NotAllowed
from central.api.levels import Where
from central.api.pages import LANGUAGE
from central.api.reactions import SEVERITY, TOLD
from central.api.words_levels import LEVELS, file_word
from central.domain.accounts import Right, Visitor
from central.ports.levels import TableWriter
from central.services.audit import Audit
from central.services.discrepancies import Wish
from central.services.exports import RIGHTS, Asked, Exports, ListName
from central.services.levels import NotYours
from central.services.reaction_list import ReactionWish
from central.services.tables import Table, as_csv

_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILES: Final[Mapping[int | str, dict[str, object]]] = {
    200: {"content": {"text/csv": {}, _SHEET: {}}}
}


def export_routes(entry: Entry, exports: Exports, sheets: TableWriter, audit: Audit) -> APIRouter:
    """Return the routes of files."""
    router = APIRouter(prefix="/api", tags=["files"])
    anybody = Annotated[Visitor, Depends(entry.anybody)]

    @router.get("/lists/{name}", response_class=Response, responses=dict(_FILES))
    def listed(
        name: ListName,
        visitor: anybody,
        where: Annotated[Where, Depends()],
        form: Annotated[Literal["csv", "xlsx"], Query(alias="format")] = "csv",
        kind: FILTER = "",
        owner: FILTER = "",
        overdue: Annotated[bool, Query()] = False,  # noqa: FBT002 - a box in a form
        severity: SEVERITY = "",
        told: TOLD = "",
        lang: LANGUAGE = "vi",
    ) -> Response:
        """A list as a file; what may not be seen on its page is not in it."""
        if not visitor.may(RIGHTS.get(name, Right.FIGURES)):
            raise NotAllowed
        wish = Wish(where.site, kind, owner, overdue)
        reactions = ReactionWish(where.commune, where.site, severity, told)
        asked = Asked(where.commune, where.site, where.on, wish, reactions)
        audit.write(visitor, "list_exported", f"list:{name}", route="file")
        try:
            table = exports.table(name, visitor, asked, lambda code: file_word(lang, code))
        except NotYours:
            raise NotAllowed from None
        return _file(table, form, LEVELS[lang][f"file:{name}"], sheets)

    return router


def _file(table: Table, form: str, title: str, sheets: TableWriter) -> Response:
    headers = {"content-disposition": f'attachment; filename="{table.name}.{form}"'}
    if form == "xlsx":
        made = sheets.write(title[:31], table.headings, table.rows)
        return Response(made, media_type=_SHEET, headers=headers)
    parts = as_csv(table)
    # The first part now: a database that is away is then said as such, not as a broken file.
    whole = chain([next(parts)], parts)
    return StreamingResponse(whole, media_type="text/csv; charset=utf-8", headers=headers)
