"""The one table from errors to HTTP answers: a page for whoever reads it, JSON for programs."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
)
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from central.api.entry import NotAllowed, NotLoggedIn
from central.api.pages import Pages
from central.api.words import WORDS, Language
from central.api.words_errors import error_words
from central.api.words_people import PEOPLE
from central.api.words_rows import plain_words
from central.ports import StoreRefused, StoreUnavailable
from central.ports.errors import ProviderUnavailable
from central.ports.sign_off import MinutesError


def register_errors(app: FastAPI, pages: Pages) -> None:
    """Teach ``app`` what to answer when a port fails, or when somebody may not."""
    told = _Told(pages)
    app.add_exception_handler(StoreRefused, told.store_refused)
    app.add_exception_handler(StoreUnavailable, told.store_unavailable)
    app.add_exception_handler(MinutesError, told.not_drawn)
    app.add_exception_handler(ProviderUnavailable, _provider_unavailable)
    app.add_exception_handler(NotLoggedIn, told.not_logged_in)
    app.add_exception_handler(NotAllowed, told.not_allowed)
    app.add_exception_handler(HTTPException, told.http)
    app.add_exception_handler(RequestValidationError, told.not_as_asked)


class _Told:
    """Draws a page where a person waits for one."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def store_unavailable(self, request: Request, _error: Exception) -> Response:
        # A script keeps what its page shows and tries again; a program reads the code.
        content = {"error": "store_unavailable", "vi": WORDS["vi"]["unavailable"]}
        headers = {"retry-after": "5"}
        if _reads(request):
            return self._page(request, 503)
        return JSONResponse(content, status_code=503, headers=headers)

    async def store_refused(self, request: Request, _error: Exception) -> Response:
        if _reads(request):
            return self._page(request, 422)
        content = {"error": "value_unusable", "vi": WORDS["vi"]["value_unusable"]}
        return JSONResponse(content, status_code=422)

    async def not_logged_in(self, request: Request, _error: Exception) -> Response:
        if request.method == "GET" and _reads(request):
            path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/login?next={quote(path)}", status_code=303)
        if _reads(request):
            return self._page(request, 401)
        content = {"error": "not_logged_in", "vi": PEOPLE["vi"]["please_log_in"]}
        return JSONResponse(content, status_code=401)

    async def not_allowed(self, request: Request, _error: Exception) -> Response:
        if request.method == "GET" and _reads(request):
            more = "?lang=en" if _language(request) == "en" else ""
            return RedirectResponse(f"/refused{more}", status_code=303)
        if _reads(request):
            return self._page(request, 403)
        content = {"error": "not_allowed", "vi": PEOPLE["vi"]["not_allowed"]}
        return JSONResponse(content, status_code=403)

    async def http(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        if not _reads(request):
            return await http_exception_handler(request, error)
        return self._page(request, error.status_code, error.detail, error.headers)

    async def not_drawn(self, request: Request, error: Exception) -> Response:
        if _reads(request):
            return self._page(request, 503, str(error))
        return JSONResponse({"error": "not_drawn", "detail": str(error)}, status_code=503)

    async def not_as_asked(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        if not _reads(request):
            return await request_validation_exception_handler(request, error)
        return self._page(request, 422)

    def _page(
        self, request: Request, status: int, detail: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Response:  # fmt: skip
        language = _language(request)
        what, to_do = error_words(language, status)
        # What nobody has words for, such as "Method Not Allowed", says less than the heading does.
        known = plain_words("vi", detail) != detail
        answer = self._pages.page(
            request, "problem.html", language, visitor=getattr(request.state, "visitor", None),
            status=status, what=what, to_do=to_do, logged_out=status == 401,
            detail=plain_words(language, detail) if known else "",
            again=status == 503 and not detail and request.method == "GET",
        )  # fmt: skip
        answer.headers.update(headers or {})
        return answer


def _reads(request: Request) -> bool:
    """Return whether a person's browser waits for a page."""
    return "text/html" in request.headers.get("accept", "")


def _language(request: Request) -> Language:
    return "en" if request.query_params.get("lang") == "en" else "vi"


async def _provider_unavailable(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/login?refused=provider", status_code=303)
