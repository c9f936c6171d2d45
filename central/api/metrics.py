"""``/metrics`` for a Prometheus of this machine; numbers alone, so without a log-in."""

import asyncio

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from central.api.entry import from_this_machine
from central.ports.standing import Metrics


def metrics_routes(metrics: Metrics, *, anybody: bool = False) -> APIRouter:
    """Return the one route.

    Args:
        anybody: Whoever reaches the address may ask: it is one of its own, and somebody chose it.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    async def measured(request: Request) -> Response:
        if not (anybody or from_this_machine(request)):
            return Response(status_code=404)
        text = await asyncio.to_thread(metrics.text)
        return Response(text, media_type=metrics.media_type)

    return router


def build_metrics_app(metrics: Metrics) -> FastAPI:
    """Return what answers at an address of its own, for processes that serve no pages."""
    app = FastAPI(title="Trạm – metrics", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(metrics_routes(metrics, anybody=True))

    @app.get("/health")
    async def health() -> Response:
        return JSONResponse({"status": "serving"})

    return app
