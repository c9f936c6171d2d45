"""What two machines that take turns as the hub are asked: who leads, and, by each other, the journal."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edge.domain import lan, replica
from edge.domain.lan import HubState
from edge.domain.leading import Role
from edge.ports import Registry, VaultError, VaultStore
from edge.services.leading import Leading
from edge.services.replicating import Replicating
from edge.ui.lan.gate import Gate, TurnedAway, body_of, said
from protocol.hub_command import MAX_COMMAND_BYTES


@dataclass(frozen=True, slots=True)
class Turns:
    """What is answered about the turns.

    Attributes:
        state: This device, without its role.
        peer: The other device; it alone gets journal and vault.
        replicating: Hands out the journal.
        heard: Called when somebody brought a newer command than was known.
    """

    state: HubState
    leading: Leading
    peer: str
    replicating: Replicating
    vault: VaultStore
    heard: Callable[[], None] = lambda: None


def turn_routes(gate: Gate, turns: Turns) -> list[Route]:
    """Return the routes."""

    async def who(_device: str, _request: Request) -> Response:
        return said(lan.encode(state_now(turns.state, turns.leading)))

    async def tell(_device: str, request: Request) -> Response:
        message = await body_of(request, MAX_COMMAND_BYTES)
        before = turns.leading.now.serial
        after = await asyncio.to_thread(turns.leading.take, message)
        if after.serial > before:
            turns.heard()
        return said(lan.encode(state_now(turns.state, turns.leading)))

    async def journal(device: str, request: Request) -> Response:
        _require_peer(device, turns.peer)
        ask = replica.decode_ask(await body_of(request, lan.MAX_CLAIM_BYTES))
        return said(replica.encode(await turns.replicating.page(ask)))

    async def vault(device: str, _request: Request) -> Response:
        _require_peer(device, turns.peer)
        try:
            data = await asyncio.to_thread(turns.vault.own)
        except VaultError as error:
            raise TurnedAway(503, "the vault cannot be read now") from error
        return said(data or b"")

    return [
        gate.route(lan.HUB, who, "GET"),
        gate.route(lan.HUB, tell, "POST"),
        gate.route(replica.JOURNAL, journal, "POST"),
        gate.route(replica.VAULT, vault, "GET"),
    ]


def build_standby_app(*, registry: Registry, site: str, turns: Turns) -> Starlette:
    """Return what a standby answers devices: who leads, and its own journal for the hub."""
    return Starlette(routes=turn_routes(Gate(registry, site), turns))


def state_now(state: HubState, leading: Leading) -> HubState:
    """Return what this device is now, with the command that says so."""
    lead = leading.now
    return HubState(
        device=state.device,
        site=state.site,
        epoch=state.epoch,
        serial=lead.serial,
        role=lan.IS_HUB if lead.role is Role.HUB else lan.IS_STANDBY,
        command=lead.message,
    )


def _require_peer(device: str, peer: str) -> None:
    if device != peer:
        raise TurnedAway(403, "this device does not take turns with the hub")
