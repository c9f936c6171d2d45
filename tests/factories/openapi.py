"""The centre's interface as an OpenAPI document, made from the application that answers it."""

import json
from datetime import UTC

from central.api.app import build_app
from central.services.dashboard import Dashboard
from central.services.liabilities import Liabilities


class _Unasked:
    """Stands for what only a request would ask."""


def openapi_page() -> str:
    """Return the document as it stands in ``docs/openapi.json``."""
    dashboard = Dashboard(_Unasked(), _Unasked(), UTC)  # type: ignore[arg-type]  # never asked
    liabilities = Liabilities(_Unasked(), _Unasked(), UTC)  # type: ignore[arg-type]  # never asked
    return (
        json.dumps(build_app(dashboard, liabilities, UTC).openapi(), ensure_ascii=False, indent=2)
        + "\n"
    )
