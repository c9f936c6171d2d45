"""The rehearsal: back to a backup while devices work on; they send again, and the books are equal."""

import asyncio
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from factories.devices import AT
from factories.platforms import sandbox
from factories.scaled import QUICK, Device, ScaledCentre, killed_at_the_end
from factories.waiting import until

from central import config
from central.__main__ import _command as run_command
from central.__main__ import _parser as parser
from central.adapters import database
from central.adapters.backup_directory import newest
from central.adapters.seal_key import load_seal_key
from central.adapters.standing_sql import SqlStanding
from edge.ports import Draft
from protocol import sealing
from protocol.events import CheckedIn, Identity, encode_identity
from protocol.identity import uuid7

pytestmark = pytest.mark.system

NAMES = ("kiosk-0001", "kiosk-0002", "kiosk-0003")
ALL = "ingest,project,reconcile,api"
PEOPLE = 8
"""Checked in by each device in each of the three parts of the day."""
PASSWORD = "mot-hai-ba-bon"


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request, tmp_path):
    """Two places for a database: where it is, and where it will be."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        return [server.new_database(), server.new_database()]
    return [f"sqlite:///{tmp_path}/central.db"] * 2


class Centre(ScaledCentre):
    """One broker, one process, a Platform; and what an operator types."""

    def __init__(self, directory: Path, url: str, platform: str) -> None:
        super().__init__(directory, url, *NAMES, brokers=1)
        self.settings = self.provisioned / "centre" / "central.toml"
        self.write("http://127.0.0.1:8090/fhir", platform)
        self.password = directory / "password"
        self.password.write_text(f"{PASSWORD}\n")

    def write(self, before: str, after: str) -> None:
        text = self.settings.read_text(encoding="utf-8")
        assert before in text
        self.settings.write_text(text.replace(before, after), encoding="utf-8")

    def says(self, *command: str) -> str:
        """Return what a command line answers; in this process, for a start costs seconds."""
        options = parser().parse_args([*command, "--config", str(self.settings)])
        with redirect_stdout(StringIO()) as answer:
            assert run_command(options, config.load(self.settings)) == 0
        return answer.getvalue()

    def is_lost(self, next_place: str) -> None:
        """Lose the machine with its disk; the next one has an empty place."""
        for path in self.directory.glob("central.db*"):
            path.unlink()
        self.write(self.url, next_place)
        self.url = next_place

    def reconciled(self) -> float:
        """Return how many check-ins the Platform holds as they were told."""
        engine = database.connect(self.url)
        try:
            return SqlStanding(engine).read(AT).records["visit", "reconciled"]
        except database.StoreError:
            return -1  # no tables yet
        finally:
            engine.dispose()


def check_in(device: Device, centre: Centre, number: int) -> Draft:
    """Return the draft of an invented person's check-in, sealed to the centre."""
    place = 1000 * (NAMES.index(device.name) + 1) + number
    event = uuid7(1_795_000_000_000 + place, place.to_bytes(10, "big"))
    identity = Identity(
        document="cccd_2021",
        number=f"058185{place:06d}",
        name="Nguyễn Thị Mẫu",
        birth="1985-08-17",
        sex="female",
        nationality="VNM",
    )
    key = load_seal_key(centre.provisioned / "centre" / "seal.key").public_key()
    sealed = sealing.seal(encode_identity(identity), event, [key])
    body = CheckedIn(ticket=f"A{number:03d}", document="cccd_2021")
    return Draft(id=event, body=body, visit=visit_of(place), person="5a" * 32, sealed=sealed)


def visit_of(place: int) -> str:
    return f"019aa000-0000-7000-8000-{place:012x}"


def work(devices, centre, first, last):
    for device in devices:
        drafts = [check_in(device, centre, n) for n in range(first, last + 1)]
        device.journal.append(drafts)
        device.uplink.notify()


def all_sent(devices):
    return all(d.journal.position().acked == d.journal.position().last for d in devices)


async def rehearse(centre, devices, programs, next_place):
    """Back up, work on, lose the machine, restore, work on; return the books at the end."""
    first, second = programs
    shelf = centre.directory / "backups"
    people = PEOPLE * len(devices)
    work(devices, centre, 1, PEOPLE)
    await until(lambda: all_sent(devices) and centre.reconciled() == people, seconds=150)
    sealed = ("--password-file", str(centre.password))
    await asyncio.to_thread(centre.says, "backup", str(shelf), *sealed)

    work(devices, centre, PEOPLE + 1, 2 * PEOPLE)
    await until(lambda: all_sent(devices) and centre.reconciled() == 2 * people, seconds=150)
    await asyncio.to_thread(first.kill)
    centre.is_lost(next_place)
    # One device goes on taking people in; the others have nothing new to say.
    work(devices[:1], centre, 2 * PEOPLE + 1, 3 * PEOPLE)
    (backup,) = shelf.iterdir()
    said = await asyncio.to_thread(centre.says, "restore", str(backup), *sealed)
    assert f"{people} events of {len(devices)} journals" in said
    assert sum(centre.books().values()) == people == newest(shelf).books.events

    second.start()
    await until(lambda: sum(centre.books().values()) == 2 * people + PEOPLE, seconds=150)
    work(devices[1:], centre, 2 * PEOPLE + 1, 3 * PEOPLE)
    await until(lambda: all_sent(devices) and centre.reconciled() == 3 * people, seconds=150)
    return centre.books()


async def test_after_a_restore_devices_send_again_what_was_lost_and_the_books_are_equal(
    places, tmp_path
):
    with sandbox(tmp_path / "platform") as platform:
        centre = Centre(tmp_path, places[0], platform.url)
        first, second = centre.worker("first", roles=ALL), centre.worker("second", roles=ALL)
        with killed_at_the_end(first, second, *centre.brokers):
            for process in (*centre.brokers, first):
                process.start()
            await asyncio.to_thread(centre.wait_for_brokers)
            devices = [Device(centre, name, 0) for name in NAMES]
            for device in devices:
                device.uplink._timing = replace(QUICK, greet_again_seconds=0.5)
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(device.uplink.run()) for device in devices]
                held = await rehearse(centre, devices, (first, second), places[1])
                for task in running:
                    task.cancel()
        journals = sum((device.books() for device in devices), start=type(held)())
        for device in devices:
            device.journal.close()
        people = 3 * PEOPLE * len(NAMES)
        visits = platform.store.search("Encounter", [], 10 * people)

    assert len(journals) == people
    assert held == journals
    assert max(held.values()) == 1
    # What the Platform was told before the loss it was asked about again, and holds once.
    assert len(visits) == people
