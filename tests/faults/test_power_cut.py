"""The journal loses nothing that it returned, wherever the power goes away."""

import random
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from factories.journals import DEVICE, check_in, job
from faults.power_cut import PowerCutDisk, PowerLostError

from edge.adapters.journal_sqlite import SqliteJournal
from edge.ports import Counter, Entry, JobState, JournalError
from edge.simulated.clock import SimulatedClock
from protocol import chain

APPENDS = 12


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory where there is one: the next boot's synchronising is not the subject."""
    place = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=place if place.is_dir() else None) as name:
        yield Path(name)


class Kiosk:
    """Uses a journal as a kiosk does and remembers what the journal promised."""

    def __init__(self) -> None:
        self.promised: list[Entry] = []
        self.counter = 0
        self.acked = 0
        self.done: list[str] = []

    def work(self, journal: SqliteJournal) -> None:
        for number in range(1, APPENDS + 1):
            entries = journal.append(
                [check_in(number, weight=number * 300)],
                jobs=[job(number)],
                counter=Counter("2021-12-01", number),
            )
            self.promised += entries
            self.counter = number
            if number % 3 == 0:
                journal.move_job(job(number).id, JobState.PROVEN)
                self.done.append(job(number).id)
            if number % 4 == 0:
                journal.acknowledge(number - 1, now=f"2021-12-{number:02d}T01:00:00Z")
                self.acked = number - 1


def work_until_the_cut(path: Path, disk: PowerCutDisk, *, tear: bool = False) -> Kiosk:
    """Work on a disk that loses its power, and leave the files as they stand then."""
    kiosk = Kiosk()
    journal = None
    with suppress(PowerLostError, JournalError):
        journal = SqliteJournal(
            path,
            device=DEVICE,
            clock=SimulatedClock(),
            connect=disk.connect,  # type: ignore[arg-type]  # dressed as sqlite3's
        )
        kiosk.work(journal)
    disk.lose_power(random.Random(disk.operations), tear=tear)
    if journal is not None:
        journal.close()
    return kiosk


def must_have_kept(path: Path, kiosk: Kiosk) -> None:
    """Open the file as the next boot does and compare it with what was promised."""
    journal = SqliteJournal(path, device=DEVICE, clock=SimulatedClock(boot="boot-2"))
    position = journal.position()
    held = {e.seq: e for e in journal.entries(0, most=1000, most_bytes=10_000_000)}
    promised = {e.seq: e for e in kiosk.promised}

    assert not list(path.parent.glob("*.damaged-*")), "a power cut is no damage"
    first = min(held, default=1)
    assert first in (1, 4), "only what was acknowledged eight days ago may be dropped"
    assert {seq: held.get(seq) for seq in promised if seq >= first} == {
        seq: entry for seq, entry in promised.items() if seq >= first
    }
    assert position.last - len(promised) in (0, 1), "at most the append under way came through"
    assert position.acked >= kiosk.acked
    counter = journal.counter()
    assert (counter.value if counter else 0) == position.last, "event and counter are one"
    expected = {job(n).id for n in range(1, position.last + 1)} - set(kiosk.done)
    assert len(expected - {j.id for j in journal.open_jobs()}) <= 1, "jobs are kept"
    following = journal.append([check_in(99)])[0]
    assert following.hash == chain.link(position.head, following.data)
    journal.close()


def operations_of_the_whole_work(path: Path) -> int:
    disk = PowerCutDisk()
    kiosk = work_until_the_cut(path, disk)
    assert len(kiosk.promised) == APPENDS
    must_have_kept(path, kiosk)
    return disk.operations


@pytest.mark.parametrize("tear", [False, True], ids=["dropped", "torn"])
def test_nothing_that_was_returned_is_lost_wherever_the_power_goes(
    memory: Path, tear: bool
) -> None:
    total = operations_of_the_whole_work(memory / "whole" / "journal.db")

    for cut_at in range(1, total + 1):
        path = memory / str(cut_at) / "journal.db"
        must_have_kept(path, work_until_the_cut(path, PowerCutDisk(cut_at), tear=tear))


def test_this_disk_shows_a_journal_that_does_not_synchronise(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    disk = PowerCutDisk()
    connection = disk.connect(str(path))
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE entries (seq INTEGER)")
    connection.execute("INSERT INTO entries VALUES (1)")

    disk.lose_power(random.Random(1), tear=False)

    connection.close()
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        sqlite3.connect(path).execute("SELECT * FROM entries")
