"""The suite of the port ``SessionStore``, on every implementation."""

from pathlib import Path

import pytest
from fakes.staff import MemorySessions

from edge.adapters.sessions_sqlite import SqliteSessions
from edge.domain.sessions import Instant, Session
from edge.domain.staff import Role
from edge.ports import SessionsError

SEEN = Instant("boot-1", 12.5, 1_763_800_000.25, clock_ok=True)
NURSE = Session("hash-1", "tiem-1", Role.INJECTION, "", 60.0, SEEN)
BOARD = Session("hash-2", "", None, "Sảnh chờ", 0.0, Instant("boot-2", 0.0, 0.0, clock_ok=False))


@pytest.fixture(params=["memory", "sqlite", "sqlite in memory"])
def store(request, tmp_path):
    if request.param == "memory":
        yield MemorySessions()
        return
    made = SqliteSessions(tmp_path / "sessions.db" if request.param == "sqlite" else None)
    yield made
    made.close()


def by_key(store) -> dict[str, Session]:
    return {each.key: each for each in store.sessions()}


def test_what_was_put_comes_back_whole(store):
    store.put(NURSE)
    store.put(BOARD)

    assert by_key(store) == {"hash-1": NURSE, "hash-2": BOARD}


def test_the_newer_takes_the_place_of_the_older(store):
    older = Session("hash-1", "tiem-1", Role.INJECTION, "", 1.0, SEEN)
    store.put(older)
    store.put(NURSE)

    assert store.sessions() == [NURSE]


def test_what_was_removed_is_gone_and_removing_nothing_does_no_harm(store):
    store.put(NURSE)
    store.put(BOARD)

    store.remove(["hash-1", "no such key"])
    store.remove([])

    assert store.sessions() == [BOARD]


def test_the_first_secret_is_kept(store):
    assert store.secret(b"first") == b"first"
    assert store.secret(b"second") == b"first"


def test_the_secret_outlives_the_program(tmp_path: Path):
    first = SqliteSessions(tmp_path / "sessions.db")
    first.secret(b"first")
    first.close()

    again = SqliteSessions(tmp_path / "sessions.db")
    assert again.secret(b"second") == b"first"
    again.close()


def test_sessions_outlive_the_program(tmp_path: Path):
    first = SqliteSessions(tmp_path / "sessions.db")
    first.put(NURSE)
    first.close()
    first.close()

    again = SqliteSessions(tmp_path / "sessions.db")

    assert again.sessions() == [NURSE]
    again.close()


def test_a_damaged_file_is_set_aside_and_all_log_in_again(tmp_path: Path):
    (tmp_path / "sessions.db").write_bytes(b"not a database" * 100)

    store = SqliteSessions(tmp_path / "sessions.db")

    assert store.sessions() == []
    assert (tmp_path / "sessions.damaged").exists()
    store.close()


def test_what_cannot_be_opened_or_stored_is_told_in_words(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(SessionsError):
        SqliteSessions(tmp_path / "file" / "sessions.db")
    with pytest.raises(SessionsError):
        SqliteSessions(tmp_path / "folder")
    closed = SqliteSessions(tmp_path / "sessions.db")
    closed.close()

    with pytest.raises(SessionsError):
        closed.put(NURSE)


def test_a_removed_hash_is_not_left_in_the_file(tmp_path: Path):
    store = SqliteSessions(tmp_path / "sessions.db")
    store.put(NURSE)
    store.remove(["hash-1"])
    store.close()

    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert b"hash-1" not in left
