"""What devices are told of their site's doses and certificates, with their own certificate."""

import asyncio

import structlog
from fastapi import FastAPI, HTTPException, Query, Request, Response

from central.ports import StoreError
from central.services.persons_doses import NewsDesk
from central.services.roster import NotAllowed, RosterDesk
from protocol.certificates.news import (
    ASK_PATH,
    MAX_QUESTION_BYTES,
    NEWS,
    NEWS_PATH,
    PersonAsked,
    decode,
)
from protocol.errors import WireError
from protocol.identity import SiteId

_MAX_WHOLE = (1 << 53) - 1
_NO_STORE = {"cache-control": "no-store"}

log = structlog.get_logger("bulk")


def add_certificates(app: FastAPI, desk: RosterDesk, news: NewsDesk) -> None:
    """Add the routes to the application for devices."""

    async def site_of(request: Request) -> SiteId:
        try:
            device = await asyncio.to_thread(desk.device, request.state.peer_thumbprint)
        except NotAllowed as error:
            log.warning("refused", reason=str(error))
            raise HTTPException(403, str(error)) from error
        except StoreError as error:
            raise HTTPException(503, "the database does not answer") from error
        return device.site

    @app.get(NEWS_PATH)
    async def page(
        request: Request,
        since: int = Query(0, ge=0, le=_MAX_WHOLE),
        book: str = Query("", max_length=32, pattern=r"^[0-9a-f]*$"),
    ) -> Response:
        site = await site_of(request)
        message = await asyncio.to_thread(news.page, site, since, book)
        return Response(message, media_type=NEWS, headers=_NO_STORE)

    @app.post(ASK_PATH)
    async def of_person(request: Request) -> Response:
        site = await site_of(request)
        asked = await _question(request)
        try:
            answer = await asyncio.to_thread(news.of_person, site, asked)
        except StoreError as error:
            raise HTTPException(503, "the database does not answer") from error
        return Response(answer, media_type="application/json", headers=_NO_STORE)


async def _question(request: Request) -> PersonAsked:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_QUESTION_BYTES:
            raise HTTPException(413, "too long for a question")
    try:
        return decode(bytes(data), PersonAsked)
    except WireError as error:
        raise HTTPException(422, "no question of a person") from error
