"""The centre's interface as an OpenAPI document, made from the application that answers it."""

import json
from dataclasses import fields
from datetime import UTC

from fastapi import FastAPI

from central.api.app import Served, build_app


class _Unasked:
    """A service, and whatever belongs to it, of which nobody asks anything."""

    def __getattr__(self, name: str) -> "_Unasked":
        return _Unasked()


def app_without_services() -> FastAPI:
    """Return the application for whoever only reads its routes."""
    unasked = {field.name: _Unasked() for field in fields(Served)}
    return build_app(Served(**(unasked | {"zone": UTC, "host": "127.0.0.1", "public_url": ""})))


def openapi_page() -> str:
    """Return the document as it stands in ``docs/openapi.json``."""
    return json.dumps(app_without_services().openapi(), ensure_ascii=False, indent=2) + "\n"
