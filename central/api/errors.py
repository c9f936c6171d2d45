"""The one table from errors to HTTP answers."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from central.api.words import WORDS
from central.ports import StoreUnavailable


def register_errors(app: FastAPI) -> None:
    """Teach ``app`` what to answer when a port fails."""
    app.add_exception_handler(StoreUnavailable, _store_unavailable)


async def _store_unavailable(_request: Request, _error: Exception) -> Response:
    # The page keeps what it shows and tries again; a program reads the code.
    content = {"error": "store_unavailable", "vi": WORDS["vi"]["unavailable"]}
    return JSONResponse(content, status_code=503, headers={"retry-after": "5"})
