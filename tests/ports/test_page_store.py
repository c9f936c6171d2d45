"""The port ``PageStore``: what counts stays until what replaces it is complete."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from edge.adapters.pages_sqlite import SqlitePages
from edge.domain.kept import Kept, Place, SealedPage
from edge.ports import DiskFull, JournalError
from edge.simulated.pages import SimulatedPages

AT = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 1, 35, tzinfo=UTC)
FIRST = SealedPage(Place(0, 3, 5, "aa"), {"key": "first"})
SECOND = SealedPage(Place(3, 5, 5, "ab"), {"key": "second"})
ANEW = SealedPage(Place(0, 6, 6, "ac"), {"key": "anew"})


@pytest.fixture(params=["simulated", "sqlite"])
def store(request, tmp_path):
    made = SimulatedPages() if request.param == "simulated" else SqlitePages(tmp_path / "kept.db")
    yield made
    made.close()


def test_at_first_there_is_nothing(store):
    store.complete("roster", AT)

    assert store.kept("roster") == Kept()
    assert pages(store) == []


def test_what_is_not_complete_leads_on_and_does_not_count(store):
    store.add("roster", FIRST, "2026-11-22")

    assert store.kept("roster") == Kept(FIRST.place, "2026-11-22")
    assert pages(store) == []


def test_once_complete_its_pages_count_in_their_order(store):
    store.add("roster", FIRST, "2026-11-22")
    store.add("roster", SECOND, "2026-11-23")
    store.complete("roster", AT)

    assert store.kept("roster") == Kept(SECOND.place, "2026-11-22", AT)
    assert pages(store) == [FIRST, SECOND]


def test_what_counted_stays_until_a_new_beginning_is_complete(store):
    store.add("roster", FIRST, "2026-11-22")
    store.complete("roster", AT)
    store.add("roster", ANEW, "2026-11-23")
    before = store.kept("roster"), pages(store)

    store.complete("roster", LATER)

    assert before == (Kept(ANEW.place, "2026-11-23", AT), [FIRST])
    assert store.page("roster", FIRST.place) is None
    assert store.kept("roster") == Kept(ANEW.place, "2026-11-23", LATER)
    assert pages(store) == [ANEW]


def test_one_kind_does_not_touch_the_other(store):
    store.add("roster", FIRST, "")
    store.complete("roster", AT)
    store.add("news", ANEW, "")
    store.complete("news", LATER)

    store.drop("roster")

    assert store.kept("roster") == Kept()
    assert pages(store, "news") == [ANEW]


def test_it_is_there_after_a_stop_and_a_file_that_is_none_is_begun_anew(tmp_path):
    path = tmp_path / "kept.db"
    first = SqlitePages(path)
    first.add("roster", FIRST, "2026-11-22")
    first.complete("roster", AT)
    first.close()
    first.close()
    again = SqlitePages(path)
    found = again.kept("roster"), pages(again)
    again.close()

    path.write_bytes(b"no database" * 500)
    damaged = SqlitePages(path)

    assert found == (Kept(FIRST.place, "2026-11-22", AT), [FIRST])
    assert damaged.kept("roster") == Kept()
    damaged.close()


def test_a_page_that_is_damaged_is_sealed_to_nobody(tmp_path):
    store = SqlitePages(tmp_path / "kept.db")
    store.add("roster", FIRST, "")
    store.complete("roster", AT)
    store._connection.execute("UPDATE pages SET sealed = x'ff'")

    assert store.page("roster", FIRST.place) == SealedPage(FIRST.place, {})
    store.close()


def pages(store, kind="roster"):
    """Return the pages that count."""
    return [store.page(kind, place) for place in store.places(kind)]


def test_a_folder_that_cannot_be_is_told_in_words(tmp_path):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(JournalError, match=r"kept\.db"):
        SqlitePages(tmp_path / "file" / "kept.db")


def test_once_all_is_removed_the_disk_has_its_room_back(tmp_path):
    path = tmp_path / "kept.db"
    store = SqlitePages(path)
    store.add("roster", SealedPage(FIRST.place, {"key": "x" * 500_000}), "")
    store.complete("roster", AT)

    store.drop("roster")

    taken = sum(file.stat().st_size for file in tmp_path.iterdir())
    store.close()
    assert taken < 100_000


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond ``size`` bytes, as one on a full disk does not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_to_give_room_back_it_does_not_first_take_as_much_again(tmp_path):
    path = tmp_path / "kept.db"
    store = SqlitePages(path)
    for number in range(8):
        place = Place(number, number + 1, 8, f"a{number}")
        store.add("roster", SealedPage(place, {"key": "x" * 200_000}), "")
    store.complete("roster", AT)
    store.close()
    store = SqlitePages(path)

    with no_file_larger_than(path.stat().st_size):
        store.drop("roster")

    assert store.kept("roster") == Kept()
    store.close()


def test_after_a_commit_that_failed_the_next_page_is_stored(tmp_path):
    path = tmp_path / "kept.db"
    store = SqlitePages(path)
    # A debt to no row, which SQLite finds only when everything is to be committed.
    for statement in (
        "CREATE TABLE debts (row INTEGER REFERENCES rows DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TEMP TRIGGER owe AFTER INSERT ON pages BEGIN INSERT INTO debts VALUES (-1); END",
    ):
        store._connection.execute(statement)

    with pytest.raises(JournalError, match="FOREIGN KEY"):
        store.add("roster", FIRST, "")
    store._connection.execute("DROP TRIGGER owe")
    store.add("roster", ANEW, "")
    store.complete("roster", AT)
    store.close()
    again = SqlitePages(path)

    assert pages(again) == [ANEW]
    again.close()


def test_a_full_disk_is_told_as_one_and_once_there_is_room_the_page_is_stored(tmp_path):
    store = SqlitePages(tmp_path / "kept.db")
    taken = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {taken}")
    large = SealedPage(FIRST.place, {"key": "x" * 100_000})

    with pytest.raises(DiskFull):
        store.add("roster", large, "")
    store._connection.execute("PRAGMA max_page_count = 100000")
    store.add("roster", large, "")
    store.complete("roster", AT)

    assert pages(store) == [large]
    store.close()
