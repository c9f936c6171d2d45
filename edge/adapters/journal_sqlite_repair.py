"""What happens to a damaged journal: set aside whole, what can be read carried into a new file.

A power cut at any point is safe: the new file is built beside the old one, gets the name
``.repaired`` only when it is complete, and from then on every step may be done again.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from edge.adapters.journal_sqlite_schema import (
    DAMAGE,
    Connect,
    named_errors,
    open_file,
    primary_code,
)
from edge.ports import JournalError
from protocol import chain
from protocol.identity import DeviceId, Epoch

_MISSES = 10_000  # places tried after the last readable row before the rest counts as gone
_COLUMNS = "SELECT place, epoch, seq, prev, hash, data FROM entries"
_AFTER = f"{_COLUMNS} WHERE place > ? ORDER BY place LIMIT 1"
_AT = f"{_COLUMNS} WHERE place = ?"


class _DamagedError(Exception):
    """The file is not the journal that was written."""


@dataclass(frozen=True, slots=True)
class _Row:
    epoch: str
    seq: int
    prev: bytes
    hash: bytes
    data: bytes

    @property
    def whole(self) -> bool:
        return hashlib.sha256(self.prev + self.data).digest() == self.hash


def open_checked(path: Path, device: DeviceId, connect: Connect) -> sqlite3.Connection | None:
    """Return the connection to a sound journal (or a new, empty one), None for a damaged one.

    Raises:
        JournalError: Not damaged, but not to be used either: another device's, locked, disk full.
    """
    with named_errors():
        try:
            connection = open_file(path, connect)
        except sqlite3.Error as error:
            if primary_code(error) in DAMAGE:
                return None
            raise
    try:
        _check(connection, device)
    except (sqlite3.DatabaseError, _DamagedError):
        connection.close()
        return None
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, device: DeviceId) -> None:
    if connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
        raise _DamagedError
    journals = connection.execute(
        "SELECT epoch, device, base, base_hash, acked FROM journals ORDER BY number"
    ).fetchall()
    for number, (epoch, owner, base, base_hash, acked) in enumerate(journals, 1):
        if owner != device:
            raise JournalError(f"this journal belongs to {owner}, not to {device}")
        newest = _check_chain(connection, epoch, (base, base_hash), holes=number < len(journals))
        if number == len(journals) and acked > newest:
            raise _DamagedError


def _check_chain(
    connection: sqlite3.Connection, epoch: str, start: tuple[int, bytes], *, holes: bool
) -> int:
    """Return the newest place of a journal whose every link holds."""
    seq, digest = start
    for row in connection.execute(
        "SELECT epoch, seq, prev, hash, data FROM entries WHERE epoch = ? ORDER BY seq", (epoch,)
    ):
        entry = _Row(*row)
        follows = entry.seq == seq + 1
        if not entry.whole or (follows and entry.prev != digest) or not (follows or holes):
            raise _DamagedError
        seq, digest = entry.seq, entry.hash
    return seq


def finish_repair(path: Path) -> None:
    """Put a repaired file in place of the damaged one, if one stands ready."""
    repaired = _beside(path, ".repaired")
    if not repaired.exists():
        return
    aside = _free_name(path)
    # The log first: left beside the new file it would be replayed into it.
    for ending in ("-wal", "-journal", "-shm", ""):
        part = _beside(path, ending)
        if part.exists():
            part.replace(_beside(aside, ending))
    repaired.replace(path)
    _sync_folder(path)


def repair(path: Path, device: DeviceId, new_epoch: Epoch, connect: Connect) -> None:
    """Set the damaged journal at ``path`` aside and put what could be read in its place.

    The file that results holds the salvaged journals and the still empty one of ``new_epoch``.
    """
    building = _beside(path, ".repairing")
    for ending in ("-wal", "-journal", ""):
        _beside(building, ending).unlink(missing_ok=True)
    with closing(open_file(building, connect)) as new:
        new.execute("BEGIN IMMEDIATE")
        with closing(connect(str(path))) as old:
            _salvage(old, new, device)
        _insert_journal(new, new_epoch, device)
        new.execute("COMMIT")
        # One file, so that one rename is the whole change.
        new.execute("PRAGMA journal_mode = DELETE")
    building.replace(_beside(path, ".repaired"))
    _sync_folder(path)
    finish_repair(path)


def _salvage(old: sqlite3.Connection, new: sqlite3.Connection, device: DeviceId) -> None:
    for epoch, base, base_hash, acked in _readable(
        old, "SELECT epoch, base, base_hash, acked FROM journals ORDER BY number"
    ):
        new.execute(
            "INSERT OR IGNORE INTO journals (epoch, device, base, base_hash, acked)"
            " VALUES (?, ?, ?, ?, ?)",
            (epoch, device, base, base_hash, acked),
        )
    for row in _rows(old):
        if row.whole:
            _insert_journal(new, Epoch(row.epoch), device)
            new.execute(
                "INSERT OR IGNORE INTO entries (epoch, seq, prev, hash, data) VALUES (?, ?, ?, ?, ?)",
                (row.epoch, row.seq, row.prev, row.hash, row.data),
            )
    if new.execute("SELECT count(*) FROM journals").fetchone()[0] == 0:
        _insert_journal(new, Epoch(""), device)  # says: there was one, and nothing is known of it
    _copy(old, new, "acknowledged", "epoch, day, through")
    _copy(old, new, "counters", "name, day, value")
    _copy(old, new, "jobs", "id, visit, ticket, queued_at, state, reprint, kind, staff")
    # A file that was damaged before it got its later columns: what is there already is left alone.
    _copy(old, new, "jobs", "id, visit, ticket, queued_at, state, reprint, kind")
    _copy(old, new, "jobs", "id, visit, ticket, queued_at, state, reprint")
    _copy(old, new, "roll", "number, paper, used_mm, since")


def _insert_journal(new: sqlite3.Connection, epoch: Epoch, device: DeviceId) -> None:
    new.execute(
        "INSERT OR IGNORE INTO journals (epoch, device, base, base_hash, acked)"
        " VALUES (?, ?, 0, ?, 0)",
        (epoch, device, chain.genesis(device, epoch)),
    )


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str, columns: str) -> None:
    marks = ", ".join("?" * len(columns.split(",")))
    for row in _readable(old, f"SELECT {columns} FROM {table} ORDER BY rowid"):  # noqa: S608 - our own names
        new.execute(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", row)  # noqa: S608


def _readable(old: sqlite3.Connection, sql: str) -> Iterator[tuple]:  # type: ignore[type-arg]  # any row
    """Yield rows until the damage."""
    try:
        yield from old.execute(sql)
    except sqlite3.DatabaseError:
        return


def _rows(old: sqlite3.Connection) -> Iterator[_Row]:
    """Yield every entry that can be read, stepping over damaged pages place by place."""
    place = misses = 0
    while misses < _MISSES:
        try:
            found = old.execute(_AT if misses else _AFTER, (place,)).fetchone()
        except sqlite3.DatabaseError:
            misses, place = misses + 1, place + 1
            continue
        if found is not None:
            misses, place = 0, found[0]
            yield _Row(*found[1:])
        elif misses == 0:
            return
        else:
            misses, place = misses + 1, place + 1


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _free_name(path: Path) -> Path:
    number = 1
    while _beside(path, f".damaged-{number}").exists():
        number += 1
    return _beside(path, f".damaged-{number}")


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
