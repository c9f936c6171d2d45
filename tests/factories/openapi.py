"""The centre's interface as an OpenAPI document, made from the application that answers it."""

import json
from dataclasses import fields
from datetime import UTC
from types import SimpleNamespace

from fastapi import FastAPI

from central.api.app import Served, build_app


def app_without_services() -> FastAPI:
    """Return the application for whoever only reads its routes."""
    unasked = {field.name: SimpleNamespace() for field in fields(Served)}
    return build_app(Served(**(unasked | {"zone": UTC, "host": "127.0.0.1", "public_url": ""})))


def openapi_page() -> str:
    """Return the document as it stands in ``docs/openapi.json``."""
    return json.dumps(app_without_services().openapi(), ensure_ascii=False, indent=2) + "\n"
