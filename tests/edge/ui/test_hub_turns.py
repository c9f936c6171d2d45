"""What devices are told of who leads, and that journal and vault go to the other hub alone."""

import hashlib

import httpx
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from edge.adapters.clock import SystemClock
from edge.domain import lan, replica
from edge.domain.lan import HubState
from edge.domain.replica import Ask
from edge.ports import KnownDevice
from edge.services.leading import Leading
from edge.services.replicating import Replicating
from edge.simulated.journal import SimulatedJournal
from edge.ui.lan.turns import Turns, build_standby_app
from protocol.errors import WireError
from protocol.hub_command import HubCommand
from protocol.identity import DeviceId, SiteId

FIRST, SECOND, KIOSK = "hub-0001", "hub-0002", "kiosk-0001"


class Known:
    """A registry in which a device's thumbprint is the hash of its name."""

    def find(self, thumbprint: bytes) -> KnownDevice | None:
        for device in (FIRST, SECOND, KIOSK):
            if thumbprint == hashlib.sha256(device.encode()).digest():
                return KnownDevice(device, "phuoc-dinh", active=True)
        return None

    def signer(self, kid: bytes) -> KnownDevice | None:
        return self.find(kid)


class NoFile:
    def read(self) -> bytes | None:
        return None

    def write(self, message: bytes) -> None:
        assert message


class Vault:
    def own(self) -> bytes | None:
        return b"vault"

    def provisioned(self) -> bytes | None:
        return None

    def write(self, data: bytes) -> None:
        raise AssertionError(data)


def read(message: bytes) -> HubCommand:
    if not message.isdigit():
        raise WireError("bad_hub_command", "nobody signed this")
    return HubCommand(SiteId("phuoc-dinh"), DeviceId(SECOND), int(message), "")


def as_device(app: Starlette, device: str) -> httpx.AsyncClient:
    """A client that comes by the certificate of ``device``."""

    async def with_thumbprint(scope: Scope, receive: Receive, send: Send) -> None:
        thumbprint = hashlib.sha256(device.encode()).digest()
        await app({**scope, "state": {"peer_thumbprint": thumbprint}}, receive, send)

    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=with_thumbprint), base_url="http://hub"
    )


async def test_who_leads_is_told_to_all_and_the_journal_to_the_other_hub_alone() -> None:
    clock, heard = SystemClock(), []
    journal = SimulatedJournal(device=DeviceId(FIRST), clock=clock)
    leading = Leading(NoFile(), read, device=FIRST, may_lead=True)
    turns = Turns(
        HubState(device=FIRST, site="phuoc-dinh"),
        leading,
        SECOND,
        Replicating(journal=journal, device=FIRST, clock=clock),
        Vault(),
        lambda: heard.append(leading.now.serial),
    )
    app = build_standby_app(registry=Known(), site="phuoc-dinh", turns=turns)
    ask = replica.encode(Ask())

    async with as_device(app, KIOSK) as http:
        before = lan.decode(HubState, (await http.get(lan.HUB)).content)
        refused = [
            (await http.post(replica.JOURNAL, content=ask)).status_code,
            (await http.get(replica.VAULT)).status_code,
            (await http.post(lan.HUB, content=b"nonsense")).status_code,
            (await http.post(lan.HUB, content=b"1" * 4_000)).status_code,
        ]
        after = lan.decode(HubState, (await http.post(lan.HUB, content=b"3")).content)
        await http.post(lan.HUB, content=b"2")
    async with as_device(app, SECOND) as http:
        page = replica.decode_page((await http.post(replica.JOURNAL, content=ask)).content)
        vault = (await http.get(replica.VAULT)).content
    async with as_device(app, "stranger") as http:
        strange = (await http.get(lan.HUB)).status_code

    assert (before.role, before.serial) == (lan.IS_HUB, 0)
    assert (after.role, after.serial, after.command) == (lan.IS_STANDBY, 3, b"3")
    assert refused == [403, 403, 400, 413]
    assert heard == [3]
    assert page.device == FIRST
    assert vault == b"vault"
    assert strange == 403
