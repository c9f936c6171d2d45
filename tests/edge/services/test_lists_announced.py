"""A new list that the centre announces is fetched at once; nothing else that comes that way does anything."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from factories.certificates import NOW, ec_key, signer_certificate
from factories.waiting import until
from fakes.running import running

from edge.adapters.lists_file import FileShelf
from edge.ports import ListName
from edge.services.judging import CertificateJudge
from edge.services.lists_announced import ListsAnnounced
from edge.services.trust import TrustKeeper
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys
from protocol.certificates.lists import (
    TRUST_LIST,
    Still,
    TrustList,
    encode_still,
    encode_trust_list,
)
from protocol.certificates.notice import ListsNotice, encode_lists_notice
from protocol.identity import DeviceId

KEYS = SimulatedKeys(DeviceId("kiosk-0001"))


class Centre:
    """The port ``ListSource``: signers in issue ``serial``, nobody revoked."""

    def __init__(self) -> None:
        self.serial = 7
        self.asked: list[tuple[str, int]] = []

    def fetch(self, name: ListName, serial: int) -> bytes | None:
        self.asked.append((name, serial))
        if name == "revocations":
            return None
        if serial == self.serial:
            return encode_still(Still(TRUST_LIST, serial, NOW), KEYS.centre)
        signed = TrustList(self.serial, NOW, (signer_certificate(ec_key()),))
        return encode_trust_list(signed, KEYS.centre)

    def close(self) -> None:
        return

    @property
    def looks(self) -> int:
        return len([name for name, _ in self.asked if name == "trust"])


@pytest.fixture
def centre() -> Centre:
    return Centre()


@pytest.fixture
def keeper(tmp_path, centre):
    return TrustKeeper(
        build=CertificateJudge,
        source=centre,
        shelf=FileShelf(tmp_path / "lists"),
        keys=KEYS,
        clock=SimulatedClock(NOW),
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        spread_seconds=0,
    )


def notice(trust: int = 0, revocations: int = 0, keys: SimulatedKeys = KEYS) -> bytes:
    return encode_lists_notice(ListsNotice(trust, revocations), keys.centre)


async def test_a_new_list_is_fetched_when_it_is_announced_not_within_the_hour(keeper, centre):
    async with running(keeper.run()):
        await until(lambda: len(centre.asked) == 2)
        centre.serial = 8
        keeper.announced(notice(trust=8))
        await until(lambda: keeper.hand_on("trust", 7))
        await until(lambda: len(centre.asked) == 4)

    assert centre.asked[2:] == [("trust", 7), ("revocations", 0)]


async def test_a_first_list_of_revoked_certificates_is_asked_for_when_it_is_announced(
    keeper, centre
):
    async with running(keeper.run()):
        await until(lambda: centre.looks == 1)
        keeper.announced(notice(trust=7, revocations=1))
        await until(lambda: centre.looks == 2)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff" * 100,
        notice(trust=9, keys=SimulatedKeys(DeviceId("kiosk-0002"))),
        notice(trust=9)[:-1] + b"\x00",
        encode_still(Still(TRUST_LIST, 9, NOW), KEYS.centre),
        notice(trust=7),
        notice(trust=3),
        notice(),
    ],
    ids=["empty", "noise", "another key", "damaged", "another kind", "held", "older", "nothing"],
)
async def test_what_is_forged_or_damaged_or_not_new_asks_nobody(message):
    announced = ListsAnnounced(KEYS, SimulatedClock(NOW), lambda _: 7, spread_seconds=0)
    announced.hear(message)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await announced.wait(60)

    announced.hear(notice(trust=8))
    async with asyncio.timeout(10):
        await announced.wait(60)


async def test_an_announcement_said_again_and_again_costs_one_look_in_each_span():
    span = 0.05
    announced = ListsAnnounced(KEYS, SimulatedClock(NOW), lambda _: 7, spread_seconds=span)
    loop, looks = asyncio.get_running_loop(), 4
    began = loop.time()
    for _ in range(looks):
        announced.hear(notice(trust=9))
        announced.hear(notice(trust=9))
        await announced.wait(60)

    # A clock may be a tick early.
    assert loop.time() - began > (looks - 1) * span * 0.95


async def test_the_usual_look_comes_in_time_whatever_was_announced():
    spread = timedelta(hours=1).total_seconds()
    announced = ListsAnnounced(KEYS, SimulatedClock(NOW), lambda _: 7, spread_seconds=spread)
    announced.hear(notice(trust=9))
    async with asyncio.timeout(5):
        await announced.wait(0.01)
