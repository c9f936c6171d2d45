"""Journal, keys, link and uplink as they are on a Pi, over a real broker that dies under them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from factories.broker import DEVICE, MosquittoFarSide, mosquitto_far_side
from factories.journals import check_in
from factories.waiting import until
from fakes.centre import RecordingCentre
from fakes.running import running

from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.keys_file import FileKeys
from edge.services.uplink import Connection, Timing, Uplink
from protocol import cose
from protocol.messages import Signer

pytestmark = pytest.mark.system
QUICK = Timing(ack_seconds=1.0, least_seconds=0.05, most_seconds=0.2)


class AnsweringCentre:
    """The recording centre behind the real broker."""

    def __init__(self, far_side: MosquittoFarSide, directory: Path) -> None:
        device = cose.load_certificate((directory / f"devices/{DEVICE}/device.crt").read_bytes())
        ack = cose.load_certificate((directory / "centre/ack.crt").read_bytes())
        key = cose.load_signing_key((directory / "centre/ack.key").read_bytes())
        self.centre = RecordingCentre(
            DEVICE,
            device.public_key(),  # type: ignore[arg-type]  # P-256 by provisioning
            Signer(key, cose.thumbprint(ack)),
        )
        self._far_side = far_side
        far_side.listener = self.take

    def take(self, kind: str, payload: bytes) -> None:
        if payload and kind != "state":
            for word in self.centre.answer(kind, payload):
                self._far_side.say(word)


@pytest.fixture
def far_side(tmp_path: Path) -> Iterator[MosquittoFarSide]:
    with mosquitto_far_side(tmp_path / "provisioned") as real:
        yield real


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    made = SqliteJournal(tmp_path / "journal.db", device=DEVICE, clock=SystemClock())
    yield made
    made.close()


async def test_everything_arrives_once_though_the_broker_is_killed_three_times(
    far_side: MosquittoFarSide, journal: SqliteJournal, tmp_path: Path
) -> None:
    answering = AnsweringCentre(far_side, tmp_path / "provisioned")
    uplink = Uplink(
        journal=journal,
        keys=FileKeys(far_side.keys_directory, day_key=b"day", software="test"),
        clock=SystemClock(),
        new_link=far_side.new_link,
        timing=QUICK,
    )
    written = 0
    async with running(uplink.run()):
        for _ in range(3):
            await until(lambda: uplink.status().connection is Connection.ONLINE)
            journal.append([check_in(n) for n in range(written + 1, written + 251)])
            written += 250
            uplink.notify()
            far_side.go_away()
            far_side.come_back()
        await until(lambda: journal.position().acked == 750, seconds=30)
        await until(lambda: uplink.status().unsent == 0)

    held = journal.entries(0, most=1000, most_bytes=10_000_000)
    assert [data for _, data in sorted(answering.centre.stored.items())] == [e.data for e in held]
    assert len(held) == 750
