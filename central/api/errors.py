"""The one table from errors to HTTP answers."""

from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from central.api.entry import NotAllowed, NotLoggedIn
from central.api.words import WORDS
from central.api.words_people import PEOPLE
from central.ports import StoreRefused, StoreUnavailable
from central.ports.errors import ProviderUnavailable


def register_errors(app: FastAPI) -> None:
    """Teach ``app`` what to answer when a port fails, or when somebody may not."""
    app.add_exception_handler(StoreRefused, _store_refused)
    app.add_exception_handler(StoreUnavailable, _store_unavailable)
    app.add_exception_handler(ProviderUnavailable, _provider_unavailable)
    app.add_exception_handler(NotLoggedIn, _not_logged_in)
    app.add_exception_handler(NotAllowed, _not_allowed)


async def _store_unavailable(_request: Request, _error: Exception) -> Response:
    # The page keeps what it shows and tries again; a program reads the code.
    content = {"error": "store_unavailable", "vi": WORDS["vi"]["unavailable"]}
    return JSONResponse(content, status_code=503, headers={"retry-after": "5"})


async def _store_refused(_request: Request, _error: Exception) -> Response:
    content = {"error": "value_unusable", "vi": WORDS["vi"]["value_unusable"]}
    return JSONResponse(content, status_code=422)


async def _provider_unavailable(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/login?refused=provider", status_code=303)


async def _not_logged_in(request: Request, _error: Exception) -> Response:
    page = "text/html" in request.headers.get("accept", "")
    if request.method == "GET" and page:
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(path)}", status_code=303)
    content = {"error": "not_logged_in", "vi": PEOPLE["vi"]["please_log_in"]}
    return JSONResponse(content, status_code=401)


async def _not_allowed(request: Request, _error: Exception) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/refused", status_code=303)
    content = {"error": "not_allowed", "vi": PEOPLE["vi"]["not_allowed"]}
    return JSONResponse(content, status_code=403)
