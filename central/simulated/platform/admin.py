"""The admin page and the faults' JSON: switch faults on and off, see what is stored."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict, Field

from central.simulated.platform import typed
from central.simulated.platform.faults import Fault, FaultKind, Faults
from central.simulated.platform.outcome import Resource
from central.simulated.platform.store import ResourceStore
from central.simulated.platform.typed import TypedDose

_PAGES = Jinja2Templates(directory=Path(__file__).parent / "templates")
_WORDS = {
    FaultKind.DOWN: ("Mất kết nối", "Connection cut before anything is done"),
    FaultKind.SLOW: ("Chậm", "Every answer comes late"),
    FaultKind.ERROR: ("Lỗi máy chủ", "5xx"),
    FaultKind.THROTTLED: ("Quá tải", "429 with Retry-After"),
    FaultKind.REFUSED: ("Từ chối", "422 with a reason"),
    FaultKind.LOST_ANSWER: ("Mất câu trả lời", "Stored, but the answer never arrives"),
    FaultKind.GARBAGE: ("Trả lời rác", "200 with a web page instead of FHIR"),
    FaultKind.DUPLICATE: ("Ghi trùng", "The encounter is stored twice"),
    FaultKind.CHANGED_FIELD: ("Sai trường", "One field is stored with another value"),
    FaultKind.LYING: ("Đọc lại sai", "The truth is stored, another value is read back"),
    FaultKind.OTHER_RECORD: ("Trả nhầm lượt", "The answer belongs to another visit"),
    FaultKind.EMPTY: ("Không tìm thấy", "Searches find nothing"),
}


class FaultOrder(BaseModel):
    """A fault to switch on; ``times`` null lasts until it is cleared."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    times: Annotated[int, Field(ge=1, le=100_000)] | None = 1
    seconds: Annotated[float, Field(ge=0, le=600)] = 2.0
    field: Annotated[
        str, Field(pattern="^(name|birth|sex|number|time|vaccine|lot|dose_number|day)$")
    ] = "birth"
    about: Annotated[str, Field(pattern="^(|Patient|Encounter|Immunization)$")] = ""
    status: Annotated[int, Field(ge=500, le=599)] = 503


def admin_routes(store: ResourceStore, faults: Faults, now: Callable[[], datetime]) -> APIRouter:
    """Return the routes of the admin page."""
    router = APIRouter()

    @router.get("/")
    def page(request: Request) -> Response:
        on = {fault.kind: fault for fault in faults.on()}
        kinds = [(kind, *_WORDS[kind], on.get(kind)) for kind in FaultKind]
        context = {
            "kinds": kinds,
            "struck": faults.struck,
            "counts": store.counts(),
            "rows": [_row(resource) for resource in store.newest(50)],
        }
        return _PAGES.TemplateResponse(request, "admin.html", context)

    @router.get("/faults")
    def listed() -> Response:
        return _state(faults)

    @router.post("/faults")
    def switch_on(order: FaultOrder) -> Response:
        faults.set(Fault(**order.model_dump()))
        return _state(faults)

    @router.post("/typed-doses")
    def type_in(dose: TypedDose) -> Response:
        stored = typed.type_in(store, dose, now())
        return JSONResponse({"id": stored["id"]}, status_code=201)

    @router.post("/faults/clear")
    def clear(kind: Annotated[FaultKind | None, Query()] = None) -> Response:
        faults.clear(kind)
        return _state(faults)

    return router


def _state(faults: Faults) -> Response:
    on = [
        {
            "kind": f.kind,
            "times": f.times,
            "seconds": f.seconds,
            "field": f.field,
            "status": f.status,
            "about": f.about,
        }
        for f in faults.on()
    ]
    return JSONResponse({"on": on, "struck": faults.struck})


def _row(resource: Resource) -> dict[str, Any]:
    """Return what the table shows of a resource."""
    identifiers = resource.get("identifier") or [{}]
    return {
        "kind": resource["resourceType"],
        "id": resource["id"],
        "value": identifiers[0].get("value", "") if isinstance(identifiers[0], dict) else "",
        "at": resource["meta"]["lastUpdated"],
    }
