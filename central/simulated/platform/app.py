"""The sandbox's HTTP face: FHIR under ``/fhir``, faults under ``/faults``, an admin page at ``/``.

Source: FHIR R4, http.html.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from central.simulated.platform import bundle, lies, pages
from central.simulated.platform.admin import admin_routes
from central.simulated.platform.capability import capability_statement
from central.simulated.platform.certificates import certificate_routes
from central.simulated.platform.faults import Fault, FaultKind, Faults
from central.simulated.platform.outcome import Refusal, Resource, outcome
from central.simulated.platform.sheets import sheet_routes
from central.simulated.platform.signing import Algorithm, TestSigner
from central.simulated.platform.store import ResourceStore
from central.simulated.platform.strike import Application, Strike
from central.simulated.platform.validation import check

MAX_BODY_BYTES = 1024 * 1024
_FORM = "application/x-www-form-urlencoded"
_HERE = Path(__file__).parent


class FhirResponse(JSONResponse):
    """A resource as FHIR names its JSON."""

    media_type = "application/fhir+json"


def build_app(
    store: ResourceStore,
    faults: Faults,
    now: Callable[[], datetime],
    signers: Mapping[Algorithm, TestSigner] | None = None,
) -> Application:
    """Return the sandbox as an ASGI application; without ``signers`` it issues no certificates."""
    app = FastAPI(title="Sandbox Platform", docs_url=None, redoc_url=None)
    app.include_router(admin_routes(store, faults, now))
    app.include_router(sheet_routes(store, now))
    app.mount("/static", StaticFiles(directory=_HERE / "static"))
    app.add_exception_handler(Refusal, _refuse)
    app.add_exception_handler(RequestValidationError, _misread)

    if signers is not None:
        app.include_router(certificate_routes(store, signers, now))
    app.include_router(_writing_routes(store, now))
    app.include_router(_updating_routes(store, now))
    app.include_router(_reading_routes(store, now))
    return Strike(app, faults)


def _writing_routes(store: ResourceStore, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/fhir")

    @router.post("")
    @router.post("/")
    async def transaction(request: Request) -> Response:
        sent = check(await _body(request))
        if sent["resourceType"] != "Bundle":
            raise Refusal(400, "invalid", "only a Bundle is posted here")
        answer = await asyncio.to_thread(bundle.transact, store, sent, now(), _struck(request))
        return FhirResponse(answer)

    @router.post("/{kind}")
    async def create(kind: str, request: Request) -> Response:
        resource = check(await _body(request))
        if resource["resourceType"] != kind:
            raise Refusal(400, "invalid", "the address and resourceType differ")
        condition = request.headers.get("if-none-exist")
        return await asyncio.to_thread(_create, resource, condition, _struck(request))

    def _create(resource: Resource, condition: str | None, struck: bundle.Struck) -> Response:
        with store.transaction():
            stored, status = bundle.create(store, resource, condition, now(), struck)
        place = f"{resource['resourceType']}/{stored['id']}"
        headers = {"location": f"{place}/_history/{stored['meta']['versionId']}"}
        return FhirResponse(stored, status_code=int(status[:3]), headers=headers)

    return router


def _updating_routes(store: ResourceStore, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/fhir")

    @router.put("/{kind}/{resource_id}")
    async def update(kind: str, resource_id: str, request: Request) -> Response:
        resource = check(await _body(request))
        if resource["resourceType"] != kind or resource.get("id") != resource_id:
            raise Refusal(400, "invalid", "the address and the resource differ")
        return FhirResponse(await asyncio.to_thread(_update, kind, resource_id, resource))

    def _update(kind: str, resource_id: str, resource: Resource) -> Resource:
        with store.transaction():
            # What can be searched by no identifier is created by being put at its own address.
            put = store.put if kind == "AdverseEvent" else store.update
            return put(kind, resource_id, resource, now())

    return router


def _reading_routes(store: ResourceStore, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/fhir")

    @router.get("/metadata")
    def metadata() -> Response:
        return FhirResponse(capability_statement(now()))

    @router.get("/{kind}/{resource_id}")
    def read(kind: str, resource_id: str, request: Request) -> Response:
        return FhirResponse(_told(store.read(kind, resource_id), _struck(request)))

    @router.get("/{kind}")
    def search(kind: str, request: Request) -> Response:
        return found(kind, request, request.query_params.multi_items(), str(request.url))

    @router.post("/{kind}/_search")
    async def search_by_form(kind: str, request: Request) -> Response:
        criteria = [*request.query_params.multi_items(), *await _form(request)]
        # No address of a next page: what was asked for would stand in it.
        return await asyncio.to_thread(found, kind, request, criteria, None)

    def found(
        kind: str, request: Request, criteria: list[tuple[str, str]], url: str | None
    ) -> Response:
        asked = pages.asked(criteria)
        struck = _struck(request)
        matches = [] if FaultKind.EMPTY in struck else store.search_page(kind, asked)
        told = [_told(resource, struck) for resource in matches]
        people = pages.included(store, asked, matches)
        return FhirResponse(pages.searchset(told, people, asked, url))

    return router


def _told(resource: Resource, struck: dict[FaultKind, Fault]) -> Resource:
    """Return what is said of a resource: the truth, unless a fault wants otherwise."""
    if (fault := struck.get(FaultKind.LYING)) is not None:
        return lies.changed(resource, fault.field)
    if FaultKind.OTHER_RECORD in struck and resource["resourceType"] != "Patient":
        return lies.of_another(resource)
    return resource


async def _form(request: Request) -> list[tuple[str, str]]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != _FORM:
        raise Refusal(415, "not-supported", f"a search in a body is {_FORM}")
    try:
        text = (await _sent(request)).decode()
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise Refusal(400, "structure", "the body is no form") from error


async def _sent(request: Request) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BODY_BYTES:
            raise Refusal(413, "too-long", f"a body holds at most {MAX_BODY_BYTES} bytes")
    return bytes(data)


async def _body(request: Request) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        # Stricter than Python's own: no NaN, no half of a surrogate pair.
        return msgspec.json.decode(await _sent(request))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(400, "structure", "the body is not JSON") from error


def _struck(request: Request) -> dict[FaultKind, Fault]:
    struck: dict[FaultKind, Fault] = request.scope.get("state", {}).get("struck", {})
    return struck


async def _refuse(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return FhirResponse(outcome(error.code, str(error)), status_code=error.status)


async def _misread(_request: Request, error: Exception) -> Response:
    # FastAPI's own answer quotes the body, which need not be text.
    if not isinstance(error, RequestValidationError):
        raise error
    words = "; ".join(str(problem["msg"]) for problem in error.errors())
    return FhirResponse(outcome("invalid", words), status_code=422)
