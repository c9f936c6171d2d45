"""What kiosks ask of what the hub keeps: the roster, a person's doses, copies, lists for certificates."""

import asyncio
import re
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edge.domain import shelf
from edge.domain.shelf import CopyAsked, CopySaid
from edge.ports import ListName
from edge.services.hub_shelf import HubShelf
from edge.ui.lan.gate import Gate, TurnedAway, body_of, said
from protocol.certificates.news import PersonAsked

_MAX_WHOLE = (1 << 53) - 1
_HEAD = re.compile(r"[0-9a-f]{0,32}")
_LISTS: Final[dict[str, ListName]] = {"trust": "trust", "revocations": "revocations"}


def shelf_routes(gate: Gate, kept: HubShelf) -> list[Route]:
    """Return the routes."""

    async def roster(_device: str, request: Request) -> Response:
        since, head = _whole(request, "since"), request.query_params.get("head", "")
        if not _HEAD.fullmatch(head):
            raise TurnedAway(400, "no id of an import")
        page = await asyncio.to_thread(kept.roster, since, head)
        return said(msgspec.json.encode(page))

    async def doses(_device: str, request: Request) -> Response:
        body = await body_of(request, shelf.MAX_ASKED_BYTES)
        asked = shelf.decode(PersonAsked, body)
        return said(msgspec.json.encode(await asyncio.to_thread(kept.doses, asked.number)))

    async def copies(device: str, request: Request) -> Response:
        asked = shelf.decode(CopyAsked, await body_of(request, shelf.MAX_ASKED_BYTES))
        printed = await asyncio.to_thread(kept.copy, device, asked.dose)
        return said(msgspec.json.encode(CopySaid(printed=printed)))

    async def lists(_device: str, request: Request) -> Response:
        name = _LISTS.get(request.path_params["name"])
        if name is None:
            raise TurnedAway(404, "no such list")
        message = await asyncio.to_thread(kept.list_of, name, _whole(request, "serial"))
        return said(message or b"")

    return [
        gate.route(shelf.ROSTER, roster, "GET"),
        gate.route(shelf.CERTIFICATES, doses, "POST"),
        gate.route(shelf.COPIES, copies, "POST"),
        gate.route(f"{shelf.LISTS}/{{name}}", lists, "GET"),
    ]


def _whole(request: Request, name: str) -> int:
    text = request.query_params.get(name, "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= _MAX_WHOLE):
        raise TurnedAway(400, f"{name} must be a whole number")
    return int(text)
