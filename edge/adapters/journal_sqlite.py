"""The journal on SQLite: append in explicit SQL, one writer, durable before ``append`` returns.

Schema and opening are in ``journal_sqlite_schema``, a damaged file's salvage in
``journal_sqlite_repair``.
"""

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from edge.adapters.journal_sqlite_entries import complete_all, gap_free
from edge.adapters.journal_sqlite_lock import lock
from edge.adapters.journal_sqlite_repair import finish_repair, open_checked, repair
from edge.adapters.journal_sqlite_schema import Connect, connect_sqlite, named_errors
from edge.adapters.sqlite_transaction import transaction
from edge.domain.stamp import KEPT_DAYS, Moment, day_of, last_day_to_drop
from edge.ports import (
    Clock,
    Counter,
    Draft,
    Entry,
    JobState,
    JournalError,
    Paper,
    Position,
    PrintJob,
    Roll,
    SlipKind,
)
from protocol import chain, hlc
from protocol.events import JournalReplaced, decode_event
from protocol.identity import DeviceId, Epoch, uuid7

_OPEN = ("queued", "sent")
_MOST_DROPPED = 2_000
"""At once: SQLite overwrites what it drops by way of its log, which keeps the size that this takes."""


class SqliteJournal:
    """See the port. Makes the file, or repairs it, when it is constructed."""

    def __init__(
        self, path: Path, *, device: DeviceId, clock: Clock, connect: Connect = connect_sqlite
    ) -> None:
        """Open the journal at ``path``.

        Raises:
            DiskFull: No room even to open it.
            JournalError: Another process has it, it is another device's, or it cannot be opened.
        """
        self._device = device
        self._clock = clock
        self._guard = threading.Lock()
        self._lock_file = lock(path)
        try:
            with named_errors():
                self._connection = self._open(path, connect)
            try:
                with named_errors():
                    self._load()
                self._tell_of_replacement()
            except BaseException:
                self._connection.close()
                raise
        except BaseException:
            self._lock_file.close()
            raise

    def _open(self, path: Path, connect: Connect) -> sqlite3.Connection:
        finish_repair(path)
        connection = open_checked(path, self._device, connect)
        if connection is None:
            repair(path, self._device, self._new_epoch(), connect)
            connection = open_checked(path, self._device, connect)
        if connection is None:
            raise JournalError("the repaired journal cannot be read either; change the card")
        return connection

    def _load(self) -> None:
        row = self._one("SELECT epoch, base, base_hash FROM journals ORDER BY number DESC LIMIT 1")
        if row is None:
            row = self._begin()
        self._epoch, self._head = Epoch(row[0]), row[2]
        self._last: int = row[1]
        newest = self._one(
            "SELECT seq, hash FROM entries WHERE epoch = ? ORDER BY seq DESC LIMIT 1", self._epoch
        )
        if newest is not None:
            self._last, self._head = newest
        stamped = self._one("SELECT data FROM entries ORDER BY place DESC LIMIT 1")
        self._hlc = hlc.parse(decode_event(stamped[0]).hlc) if stamped else hlc.ZERO

    def _new_epoch(self) -> Epoch:
        return Epoch(self._clock.entropy(16).hex())

    def _begin(self) -> tuple[Epoch, int, bytes]:
        epoch = self._new_epoch()
        start = chain.genesis(self._device, epoch)
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO journals (epoch, device, base, base_hash, acked) VALUES (?, ?, 0, ?, 0)",
                (epoch, self._device, start),
            )
        return epoch, 0, start

    def _tell_of_replacement(self) -> None:
        """Journal that this epoch follows a damaged one, unless that was journalled before."""
        old = self._one(
            "SELECT epoch, acked, (SELECT count(*) FROM entries e WHERE e.epoch = j.epoch"
            " AND e.seq > acked), (SELECT max(seq) FROM entries e WHERE e.epoch = j.epoch)"
            " FROM journals j WHERE epoch != ? ORDER BY number DESC LIMIT 1",
            self._epoch,
        )
        if old is None or self._last > 0:
            return
        epoch, acked, salvaged, newest = old
        unreadable = max(0, (newest or acked) - acked - salvaged)
        wall_ms = max(0, int(self._clock.now().timestamp() * 1000))
        self.append(
            [
                Draft(
                    id=uuid7(wall_ms, self._clock.entropy(10)),
                    body=JournalReplaced(old_epoch=epoch, salvaged=salvaged, unreadable=unreadable),
                )
            ]
        )

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        jobs: Sequence[PrintJob] = (),
        counter: Counter | None = None,
        roll: Roll | None = None,
    ) -> list[Entry]:
        with self._guard, named_errors():
            rows, stamp = self._complete(drafts)
            with transaction(self._connection):
                self._connection.executemany(
                    "INSERT INTO entries (epoch, seq, prev, hash, data) VALUES (?, ?, ?, ?, ?)",
                    [(self._epoch, e.seq, prev, e.hash, e.data) for prev, e in rows],
                )
                self._write_jobs(jobs)
                if counter is not None:
                    self._connection.execute(
                        "INSERT OR REPLACE INTO counters (name, day, value) VALUES ('ticket', ?, ?)",
                        (counter.day, counter.value),
                    )
                if roll is not None:
                    self._connection.execute(
                        "INSERT OR REPLACE INTO roll (number, paper, used_mm, since)"
                        " VALUES (1, ?, ?, ?)",
                        (roll.paper.value, roll.used_mm, roll.since),
                    )
            # Only now: a failed transaction leaves the place free for the next event.
            if rows:
                self._last, self._head, self._hlc = rows[-1][1].seq, rows[-1][1].hash, stamp
            return [entry for _, entry in rows]

    def _complete(self, drafts: Sequence[Draft]) -> tuple[list[tuple[bytes, Entry]], hlc.Hlc]:
        clock = self._clock
        moment = Moment(clock.now(), clock.boot_id(), clock.boottime_ns(), clock.clock_ok())
        return complete_all(drafts, (self._last, self._head, self._hlc), moment)

    def _write_jobs(self, jobs: Sequence[PrintJob]) -> None:
        self._connection.executemany(
            "INSERT INTO jobs (id, visit, ticket, queued_at, state, reprint, kind, staff)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
            [
                (j.id, j.visit, j.ticket, j.queued_at, j.state.value, j.reprint, j.kind, j.staff)
                for j in jobs
            ],
        )

    def epochs(self) -> list[Epoch]:
        with self._guard, named_errors():
            rows = self._connection.execute(
                "SELECT epoch FROM journals j WHERE epoch = ?"
                " OR EXISTS (SELECT 1 FROM entries e WHERE e.epoch = j.epoch) ORDER BY number",
                (self._epoch,),
            ).fetchall()
        return [Epoch(row[0]) for row in rows]

    def last(self) -> int:
        return self._last

    def position(self, epoch: Epoch | None = None) -> Position:
        with self._guard, named_errors():
            of = epoch or self._epoch
            base, base_hash, acked = self._journal_row(of)
            newest = self._one(
                "SELECT seq, hash FROM entries WHERE epoch = ? ORDER BY seq DESC LIMIT 1", of
            )
        last, head = newest or (base, base_hash)
        return Position(of, max(last, acked), head, acked)

    def hash_at(self, seq: int, epoch: Epoch | None = None) -> bytes | None:
        with self._guard, named_errors():
            of = epoch or self._epoch
            row = self._one("SELECT hash FROM entries WHERE epoch = ? AND seq = ?", of, seq)
            if row is None:
                row = self._one("SELECT prev FROM entries WHERE epoch = ? AND seq = ?", of, seq + 1)
            if row is None:
                base, base_hash, _ = self._journal_row(of)
                row = (base_hash,) if seq == base else None
        if row is None:
            return chain.genesis(self._device, of) if seq == 0 else None
        return row[0]  # type: ignore[no-any-return]  # a BLOB column of a STRICT table

    def entries(
        self, after: int, *, most: int, most_bytes: int, epoch: Epoch | None = None
    ) -> list[Entry]:
        with self._guard, named_errors():
            rows = self._connection.execute(
                "SELECT seq, data, hash FROM entries WHERE epoch = ? AND seq > ? ORDER BY seq LIMIT ?",
                (epoch or self._epoch, after, most),
            ).fetchall()
        return gap_free([Entry(*row) for row in rows], most_bytes)

    def acknowledge(
        self,
        through: int,
        *,
        epoch: Epoch | None = None,
        now: str | None = None,
        days: int = KEPT_DAYS,
    ) -> None:
        day = day_of(now) if now else None
        with self._guard, named_errors(), transaction(self._connection):
            of = epoch or self._epoch
            self._connection.execute("UPDATE journals SET acked = ? WHERE epoch = ?", (through, of))
            # A rewind: what the centre lost again must not be dropped as covered.
            self._connection.execute(
                "UPDATE acknowledged SET through = min(through, ?) WHERE epoch = ?", (through, of)
            )
            if day is not None:
                self._connection.execute(
                    "INSERT OR REPLACE INTO acknowledged (epoch, day, through) VALUES (?, ?, ?)",
                    (of, day, through),
                )
                self._drop_old(of, day, days)

    def _drop_old(self, epoch: Epoch, day: str, days: int) -> None:
        old = last_day_to_drop(day, days)
        row = self._one(
            "SELECT e.seq, e.hash FROM entries e WHERE e.epoch = ?1 AND e.seq <= "
            "(SELECT max(through) FROM acknowledged WHERE epoch = ?1 AND day <= ?2)"
            " AND e.seq < ?3 + (SELECT min(seq) FROM entries WHERE epoch = ?1)"
            " ORDER BY e.seq DESC LIMIT 1",
            epoch,
            old,
            _MOST_DROPPED,
        )
        if row is None:
            return
        run = self._connection.execute
        run("UPDATE journals SET base = ?, base_hash = ? WHERE epoch = ?", (*row, epoch))
        run("DELETE FROM entries WHERE epoch = ? AND seq <= ?", (epoch, row[0]))
        # Those that reach further are there for the next time.
        run(
            "DELETE FROM acknowledged WHERE epoch = ? AND day <= ? AND through <= ?",
            (epoch, old, row[0]),
        )
        # Which papers were printed is never given up for room: a copy would lack its mark.
        run(
            "DELETE FROM jobs WHERE state NOT IN (?, ?) AND queued_at < ?",
            (*_OPEN, last_day_to_drop(day)),
        )

    def counter(self) -> Counter | None:
        with self._guard, named_errors():
            row = self._one("SELECT day, value FROM counters WHERE name = 'ticket'")
        return Counter(row[0], row[1]) if row else None

    def roll(self) -> Roll:
        with self._guard, named_errors():
            row = self._one("SELECT paper, used_mm, since FROM roll")
        return Roll(Paper(row[0]), row[1], row[2]) if row else Roll()

    def move_job(self, job: str, state: JobState) -> None:
        with self._guard, named_errors(), transaction(self._connection):
            done = self._connection.execute(
                "UPDATE jobs SET state = ? WHERE id = ?", (state.value, job)
            )
            if done.rowcount == 0:
                raise JournalError(f"no print job {job} in the journal")

    def open_jobs(self) -> list[PrintJob]:
        with self._guard, named_errors():
            rows = self._connection.execute(
                "SELECT id, visit, ticket, queued_at, state, reprint, kind, staff FROM jobs"
                " WHERE state IN ('queued', 'sent') ORDER BY number"
            ).fetchall()
        return [
            PrintJob(job, visit, ticket, queued_at, JobState(state), bool(reprint), kind, staff)
            for job, visit, ticket, queued_at, state, reprint, kind, staff in rows
        ]

    def printed(self, kind: SlipKind, ticket: str) -> bool:
        with self._guard, named_errors():
            row = self._one(
                "SELECT 1 FROM jobs WHERE kind = ? AND ticket = ?"
                " AND state IN ('sent', 'proven', 'doubtful')",
                kind,
                ticket,
            )
        return row is not None

    def close(self) -> None:
        # An error here loses nothing: every append is on the disk already.
        with self._guard, closing(self._lock_file), suppress(sqlite3.Error):
            self._connection.close()

    def _journal_row(self, epoch: Epoch) -> tuple[int, bytes, int]:
        row = self._one("SELECT base, base_hash, acked FROM journals WHERE epoch = ?", epoch)
        if row is None:
            raise JournalError(f"no journal of epoch {epoch} is held")
        return row[0], row[1], row[2]

    def _one(self, sql: str, *values: object) -> tuple | None:  # type: ignore[type-arg]  # any row
        return self._connection.execute(sql, values).fetchone()  # type: ignore[no-any-return]
