"""What only the journal on disk can show: a second writer, a full disk, a damaged file."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from factories.journals import DEVICE, check_in, job
from sqlite_utils import Database, Migrations

from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.journal_sqlite_schema import connect_sqlite, first_tables
from edge.ports import Counter, DiskFull, Draft, JournalError, Roll
from edge.simulated.clock import SimulatedClock
from protocol import chain
from protocol.events import JournalReplaced, decode_body, decode_event
from protocol.identity import DeviceId

BOOTS = count(1)
ALL = {"most": 10_000, "most_bytes": 100_000_000}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def opened(path: Path) -> SqliteJournal:
    """Open the journal as the next boot does: with randomness of its own."""
    return SqliteJournal(path, device=DEVICE, clock=SimulatedClock(boot=f"boot-{next(BOOTS)}"))


def filled(path: Path, many: int, *, acked: int = 0) -> list[bytes]:
    """Make a journal of ``count`` entries in one file and return their hashes."""
    journal = opened(path)
    drafts = [check_in(n) for n in range(1, many + 1)]
    entries = journal.append(drafts, jobs=[job(1)], counter=Counter("2021-12-01", many))
    journal.acknowledge(acked)
    journal.close()
    return [entry.hash for entry in entries]


def overwrite(path: Path, needle: bytes, replacement: bytes) -> None:
    data = path.read_bytes()
    assert needle in data
    path.write_bytes(data.replace(needle, replacement))


def replaced_event(journal: SqliteJournal) -> JournalReplaced:
    body = decode_body(decode_event(journal.entries(0, **ALL)[0].data))
    assert isinstance(body, JournalReplaced)
    return body


def test_a_reopened_journal_goes_on_where_it_was(path: Path) -> None:
    hashes = filled(path, 3, acked=2)

    journal = opened(path)
    entry = journal.append([check_in(4)])[0]

    assert entry.seq == 4
    assert entry.hash == chain.link(hashes[2], entry.data)
    assert journal.position().acked == 2
    assert journal.counter() == Counter("2021-12-01", 3)
    assert journal.open_jobs() == [job(1)]
    journal.close()


def test_the_file_is_written_ahead_and_synchronised_in_full(path: Path) -> None:
    seen: list[sqlite3.Connection] = []

    def remembering(name: str) -> sqlite3.Connection:
        seen.append(connect_sqlite(name))
        return seen[-1]

    journal = SqliteJournal(path, device=DEVICE, clock=SimulatedClock(), connect=remembering)

    assert seen[-1].execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert seen[-1].execute("PRAGMA synchronous").fetchone() == (2,)
    journal.close()


def test_a_second_process_is_told_to_stay_away(path: Path) -> None:
    journal = opened(path)
    journal.append([check_in(1)])
    program = (
        "import sys; from pathlib import Path\n"
        "from edge.adapters.journal_sqlite import SqliteJournal\n"
        "from edge.adapters.clock import SystemClock\n"
        "from edge.ports import JournalError\n"
        "try: SqliteJournal(Path(sys.argv[1]), device='kiosk-0001', clock=SystemClock())\n"
        "except JournalError as error: print(error)"
    )

    second = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )

    assert second.stdout == "another process holds the journal; stop it first\n"
    assert journal.append([check_in(2)])[0].seq == 2
    journal.close()


def test_the_journal_of_another_device_is_refused_and_left_alone(path: Path) -> None:
    filled(path, 2)
    before = path.read_bytes()

    with pytest.raises(JournalError, match="belongs to kiosk-0001, not to kiosk-0002"):
        SqliteJournal(path, device=DeviceId("kiosk-0002"), clock=SimulatedClock())

    assert path.read_bytes() == before


def limited(pages: int) -> Callable[[str], sqlite3.Connection]:
    def connect(name: str) -> sqlite3.Connection:
        connection = connect_sqlite(name)
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    return connect


def fill_up(journal: SqliteJournal) -> int:
    """Append until the disk is full; return how many appends were granted."""
    for number in count(1):
        try:
            journal.append(
                [check_in(number)], jobs=[job(number)], counter=Counter("2021-12-01", number)
            )
        except DiskFull:
            return number - 1
    raise AssertionError("unreachable")


def test_on_a_full_disk_nothing_is_written_and_nothing_lost(path: Path) -> None:
    clock = SimulatedClock()
    journal = SqliteJournal(path, device=DEVICE, clock=clock, connect=limited(60))
    granted = fill_up(journal)

    assert journal.position().last == granted
    assert journal.counter() == Counter("2021-12-01", granted)
    assert len(journal.open_jobs()) == granted
    journal.close()
    again = opened(path)
    assert [e.seq for e in again.entries(0, **ALL)] == list(range(1, granted + 1))
    assert again.append([check_in(granted + 1)])[0].seq == granted + 1
    again.close()


def test_no_name_and_no_number_is_in_the_file(path: Path) -> None:
    filled(path, 5)

    data = path.read_bytes()

    assert b"sealed" in data
    assert "Nguyễn".encode() not in data
    assert b"058185000123" not in data


def test_a_changed_entry_is_noticed_and_the_rest_is_saved(path: Path) -> None:
    hashes = filled(path, 40, acked=10)
    old = opened(path)
    epoch = old.position().epoch
    old.close()
    overwrite(path, b'"ticket":"A020"', b'"ticket":"A920"')

    journal = opened(path)

    assert replaced_event(journal) == JournalReplaced(old_epoch=epoch, salvaged=29, unreadable=1)
    assert journal.epochs() == [epoch, journal.position().epoch]
    assert journal.position(epoch).acked == 10
    assert [e.seq for e in journal.entries(10, epoch=epoch, **ALL)] == list(range(11, 20))
    above = journal.entries(19, epoch=epoch, **ALL)
    assert [e.seq for e in above] == list(range(21, 41))
    assert journal.hash_at(20, epoch) == hashes[19]
    assert chain.link(hashes[19], above[0].data) == above[0].hash
    assert journal.counter() == Counter("2021-12-01", 40)
    assert journal.open_jobs() == [job(1)]
    assert len(list(path.parent.glob("journal.db.damaged-1"))) == 1
    journal.close()


def test_a_damaged_page_costs_only_its_own_entries(path: Path) -> None:
    filled(path, 200)
    data = bytearray(path.read_bytes())
    at = data.index(b'"ticket":"A100"') // 4096 * 4096
    data[at : at + 4096] = bytes(4096)
    path.write_bytes(bytes(data))

    journal = opened(path)

    body = replaced_event(journal)
    assert body.salvaged + body.unreadable == 200
    assert 1 <= body.unreadable <= 12
    journal.close()


def test_a_file_that_is_no_journal_at_all_is_set_aside(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 1000)

    journal = opened(path)

    assert replaced_event(journal) == JournalReplaced(old_epoch="", salvaged=0, unreadable=0)
    assert journal.append([check_in(1)])[0].seq == 2
    assert (path.parent / "journal.db.damaged-1").read_bytes() == b"not a database at all" * 1000
    journal.close()


def test_the_replacement_is_told_once(path: Path) -> None:
    filled(path, 3)
    overwrite(path, b'"ticket":"A002"', b'"ticket":"A902"')
    opened(path).close()

    journal = opened(path)

    assert journal.position().last == 1
    journal.close()


def test_a_journal_damaged_twice_keeps_all_three_epochs(path: Path) -> None:
    filled(path, 3)
    overwrite(path, b'"ticket":"A002"', b'"ticket":"A902"')
    second = opened(path)
    second.append([check_in(50), check_in(51), check_in(52)])
    second.close()
    overwrite(path, b'"ticket":"A051"', b'"ticket":"A951"')

    journal = opened(path)

    first_epoch, second_epoch, _ = journal.epochs()
    assert [e.seq for e in journal.entries(0, epoch=first_epoch, **ALL)] == [1]
    assert [e.seq for e in journal.entries(1, epoch=first_epoch, **ALL)] == [3]
    assert [e.seq for e in journal.entries(0, epoch=second_epoch, **ALL)] == [1, 2]
    assert [e.seq for e in journal.entries(2, epoch=second_epoch, **ALL)] == [4]
    assert len(list(path.parent.glob("journal.db.damaged-?"))) == 2
    journal.close()


def test_a_repair_cut_between_its_renames_is_finished_at_the_next_start(path: Path) -> None:
    filled(path, 3)
    overwrite(path, b'"ticket":"A002"', b'"ticket":"A902"')
    damaged = path.read_bytes()
    opened(path).close()
    # As after a cut: the new file is complete, the old one still in its place.
    shutil.copy(path, path.with_name("journal.db.repaired"))
    path.write_bytes(damaged)
    path.with_name("journal.db-wal").write_bytes(b"what the damaged journal had in its log")
    path.with_name("journal.db.damaged-1").unlink()

    journal = opened(path)

    assert replaced_event(journal).salvaged == 2
    assert path.with_name("journal.db.damaged-1").read_bytes() == damaged
    assert path.with_name("journal.db.damaged-1-wal").exists()
    journal.close()


def test_a_half_built_repair_is_built_again(path: Path) -> None:
    filled(path, 3)
    overwrite(path, b'"ticket":"A002"', b'"ticket":"A902"')
    path.with_name("journal.db.repairing").write_bytes(b"half a file")

    journal = opened(path)

    assert replaced_event(journal).salvaged == 2
    journal.close()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")

    with pytest.raises(JournalError, match="folder cannot be used"):
        opened(tmp_path / "data" / "journal.db")


def test_a_failed_append_leaves_no_transaction_open(path: Path) -> None:
    journal = opened(path)
    with pytest.raises(JournalError):
        journal.append([Draft("event", check_in(1).body)], jobs=[job(1)], counter=BAD)

    assert journal.append([check_in(1)])[0].seq == 1
    assert journal.open_jobs() == []
    journal.close()


BAD = Counter(None, 1)  # type: ignore[arg-type]  # breaks the table's NOT NULL inside the transaction


def test_a_journal_of_the_first_form_gets_its_later_columns(path: Path) -> None:
    connection = connect_sqlite(str(path))
    first_form = Migrations("journal")
    first_form()(first_tables)
    first_form.apply(Database(connection))
    connection.execute(
        "INSERT INTO jobs (id, visit, ticket, queued_at, state, reprint)"
        " VALUES ('job-000001', 'visit', 'A001', '', 'sent', 0)"
    )
    connection.close()

    journal = opened(path)

    assert [(j.id, j.kind, j.staff) for j in journal.open_jobs()] == [("job-000001", "queue", "")]
    assert journal.roll() == Roll()
    journal.close()


def test_what_the_centre_has_is_dropped_in_parts_so_that_dropping_takes_little_room(
    path: Path,
) -> None:
    filled(path, 2_500)
    journal = opened(path)
    journal.acknowledge(2_400, now="2021-12-01T01:00:00Z")
    journal.acknowledge(2_500, now="2021-12-02T01:00:00Z")
    left = []
    for _ in range(3):
        journal.acknowledge(2_500, now="2021-12-09T01:00:00Z")
        left.append([entry.seq for entry in journal.entries(0, **ALL)][:1])

    assert left == [[2_001], [2_401], [2_401]]
    journal.acknowledge(2_500, now="2021-12-10T01:00:00Z")
    assert journal.entries(0, **ALL) == []
    assert journal.position().last == 2_500
    journal.close()
