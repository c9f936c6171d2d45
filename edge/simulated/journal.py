"""A journal in memory, with the same keeping of places and hashes as the one on disk."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from edge.domain.stamp import KEPT_DAYS, Moment, complete, day_of, last_day_to_drop
from edge.ports import (
    Clock,
    Counter,
    Draft,
    Entry,
    JobState,
    JournalError,
    Position,
    PrintJob,
    Roll,
    SlipKind,
)
from protocol import chain, hlc
from protocol.errors import ProtocolMisuse
from protocol.events import MAX_EVENT_BYTES, encode_event
from protocol.identity import DeviceId, Epoch


@dataclass
class _Book:
    """The entries of one epoch."""

    start: bytes
    acked: int = 0
    entries: dict[int, Entry] = field(default_factory=dict)
    prev: dict[int, bytes] = field(default_factory=dict)
    base: int = 0
    base_hash: bytes = b""
    acknowledged: dict[str, int] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return max(self.entries, default=self.base)

    @property
    def head(self) -> bytes:
        return self.entries[self.last].hash if self.entries else self.base_hash


class SimulatedJournal:
    """See the port. Survives nothing, but can be told to fail."""

    def __init__(self, *, device: DeviceId, clock: Clock) -> None:
        self._device = device
        self._clock = clock
        self._guard = threading.Lock()
        self._books: dict[Epoch, _Book] = {}
        self._hlc = hlc.ZERO
        self._counter: Counter | None = None
        self._roll = Roll()
        self._jobs: dict[str, PrintJob] = {}
        self._failure: JournalError | None = None
        self._epoch = self.begin_epoch()

    def fail_with(self, failure: JournalError | None) -> None:
        """Let every write fail so until called with None."""
        self._failure = failure

    def begin_epoch(self) -> Epoch:
        """Begin a new epoch, as after a damaged journal; the entries of the old one stay."""
        epoch = Epoch(self._clock.entropy(16).hex())
        start = chain.genesis(self._device, epoch)
        self._books[epoch] = _Book(start, base_hash=start)
        self._epoch = epoch
        return epoch

    def lose(self, seq: int, epoch: Epoch) -> None:
        """Lose one entry of an earlier epoch, as a damaged page does."""
        del self._books[epoch].entries[seq]

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        jobs: Sequence[PrintJob] = (),
        counter: Counter | None = None,
        roll: Roll | None = None,
    ) -> list[Entry]:
        with self._guard:
            self._fail_if_told()
            book = self._books[self._epoch]
            new = [self._write(book, draft) for draft in self._sized(drafts)]
            self._jobs |= {job.id: job for job in jobs}
            self._counter = counter or self._counter
            self._roll = roll or self._roll
            return new

    def _sized(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        for draft in drafts:
            data = self._encode(draft, self._books[self._epoch].last + 1, self._hlc)
            if len(data) > MAX_EVENT_BYTES:
                raise ProtocolMisuse(
                    f"an event is at most {MAX_EVENT_BYTES} bytes, not {len(data)}"
                )
        return drafts

    def _write(self, book: _Book, draft: Draft) -> Entry:
        self._hlc = hlc.tick(self._hlc, self._moment().wall_ms)
        data = self._encode(draft, book.last + 1, self._hlc)
        entry = Entry(book.last + 1, data, chain.link(book.head, data))
        book.prev[entry.seq] = book.head
        book.entries[entry.seq] = entry
        return entry

    def _encode(self, draft: Draft, seq: int, stamp: hlc.Hlc) -> bytes:
        return encode_event(
            complete(
                event_id=draft.id,
                body=draft.body,
                seq=seq,
                hlc=stamp,
                moment=self._moment(),
                visit=draft.visit,
                person=draft.person,
                sealed=draft.sealed,
            )
        )

    def _moment(self) -> Moment:
        clock = self._clock
        return Moment(clock.now(), clock.boot_id(), clock.boottime_ns(), clock.clock_ok())

    def epochs(self) -> list[Epoch]:
        with self._guard:
            return [e for e, book in self._books.items() if book.entries or e == self._epoch]

    def last(self) -> int:
        with self._guard:
            return self._books[self._epoch].last

    def position(self, epoch: Epoch | None = None) -> Position:
        with self._guard:
            of = epoch or self._epoch
            book = self._book(of)
            return Position(of, max(book.last, book.acked), book.head, book.acked)

    def hash_at(self, seq: int, epoch: Epoch | None = None) -> bytes | None:
        with self._guard:
            book = self._book(epoch or self._epoch)
            if seq in book.entries:
                return book.entries[seq].hash
            if seq + 1 in book.entries:
                return book.prev[seq + 1]
            if seq == book.base:
                return book.base_hash
            return book.start if seq == 0 else None

    def entries(
        self, after: int, *, most: int, most_bytes: int, epoch: Epoch | None = None
    ) -> list[Entry]:
        with self._guard:
            book = self._book(epoch or self._epoch)
            run: list[Entry] = []
            size = 0
            for seq in sorted(book.entries):
                if seq <= after:
                    continue
                size += len(book.entries[seq].data)
                full = len(run) == most or size > most_bytes
                if run and (full or seq != run[-1].seq + 1):
                    break
                run.append(book.entries[seq])
            return run

    def acknowledge(
        self,
        through: int,
        *,
        epoch: Epoch | None = None,
        now: str | None = None,
        days: int = KEPT_DAYS,
    ) -> None:
        with self._guard:
            self._fail_if_told()
            book = self._book(epoch or self._epoch)
            book.acked = through
            book.acknowledged = {d: min(t, through) for d, t in book.acknowledged.items()}
            day = day_of(now) if now else None
            if day is not None:
                book.acknowledged[day] = through
                self._drop_old(book, last_day_to_drop(day, days))

    def _drop_old(self, book: _Book, old: str) -> None:
        upto = max((t for d, t in book.acknowledged.items() if d <= old), default=0)
        gone = [seq for seq in book.entries if seq <= upto]
        if gone:
            book.base, book.base_hash = max(gone), book.entries[max(gone)].hash
        for seq in gone:
            del book.entries[seq]

    def counter(self) -> Counter | None:
        return self._counter

    def roll(self) -> Roll:
        return self._roll

    def move_job(self, job: str, state: JobState) -> None:
        with self._guard:
            self._fail_if_told()
            if job not in self._jobs:
                raise JournalError(f"no print job {job} in the journal")
            self._jobs[job] = replace(self._jobs[job], state=state)

    def open_jobs(self) -> list[PrintJob]:
        with self._guard:
            waiting = (JobState.QUEUED, JobState.SENT)
            return [job for job in self._jobs.values() if job.state in waiting]

    def printed(self, kind: SlipKind, ticket: str) -> bool:
        done = (JobState.SENT, JobState.PROVEN, JobState.DOUBTFUL)
        with self._guard:
            jobs = list(self._jobs.values())
        return any((j.kind, j.ticket) == (kind, ticket) and j.state in done for j in jobs)

    def close(self) -> None:
        """Nothing to release."""

    def _book(self, epoch: Epoch) -> _Book:
        if epoch not in self._books:
            raise JournalError(f"no journal of epoch {epoch} is held")
        return self._books[epoch]

    def _fail_if_told(self) -> None:
        if self._failure is not None:
            raise self._failure
