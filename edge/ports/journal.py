"""The append-only local record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from edge.domain.stamp import KEPT_DAYS
from edge.ports.printer import JobState, PrintJob, Roll
from edge.ports.slip import SlipKind
from protocol.events import Body
from protocol.identity import Epoch


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before the journal gave it its place.

    Attributes:
        id: UUID version 7.
        sealed: Identity sealed to its recipients, bound to ``id``.
    """

    id: str
    body: Body
    visit: str | None = None
    person: str | None = None
    sealed: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A journalled event: its place, its exact bytes and its hash in the chain."""

    seq: int
    data: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Position:
    """How far a journal is written and acknowledged.

    Attributes:
        last: Sequence number of the newest entry; 0 when empty.
        head: Hash of that entry, or the genesis.
        acked: Highest sequence number that the centre's signed acknowledgement covers.
    """

    epoch: Epoch
    last: int
    head: bytes
    acked: int


@dataclass(frozen=True, slots=True)
class Counter:
    """The ticket counter of a site day.

    Attributes:
        day: ISO date at the site, or empty when the clock could not be trusted at the last ticket.
        value: Tickets given since the counter began.
    """

    day: str
    value: int


class JournalReader(Protocol):
    """Journals that can be read, by their epochs. Safe from any thread."""

    def last(self) -> int:
        """Return the place of the newest entry of the current epoch; from memory, without waiting."""
        ...

    def epochs(self) -> list[Epoch]:
        """Return the epochs that hold entries, oldest first."""
        ...

    def entries(
        self, after: int, *, most: int, most_bytes: int, epoch: Epoch | None = None
    ) -> list[Entry]:
        """Return a gap-free run of the entries that follow ``after``, at least one if there is any."""
        ...


class Journal(JournalReader, Protocol):
    """The append-only local record; one writer. What ``append`` returned survives a power cut.

    Holds the current epoch and, after a damaged journal was set aside, the salvaged entries of
    earlier ones under their old keys. ``epoch=None`` means the current one. Safe from any thread.
    """

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        jobs: Sequence[PrintJob] = (),
        counter: Counter | None = None,
        roll: Roll | None = None,
    ) -> list[Entry]:
        """Write events, print jobs, ticket counter and paper roll in one durable transaction.

        Args:
            jobs: New jobs; a job whose id is there already gets its new state, so that a slip's
                event and the end of its job are one transaction.

        Raises:
            DiskFull: Nothing was written.
            JournalError: Nothing was written.
        """
        ...

    def epochs(self) -> list[Epoch]:
        """Return the epochs that still hold entries, oldest first; the current one is last."""
        ...

    def position(self, epoch: Epoch | None = None) -> Position:
        """Return how far a journal is written and acknowledged."""
        ...

    def hash_at(self, seq: int, epoch: Epoch | None = None) -> bytes | None:
        """Return the hash of entry ``seq`` (of the genesis for 0), or None when it is not held."""
        ...

    def entries(
        self, after: int, *, most: int, most_bytes: int, epoch: Epoch | None = None
    ) -> list[Entry]:
        """Return a gap-free run of the entries that follow ``after``, at least one if there is any.

        In an earlier epoch the run may begin later than ``after + 1``: what lay between is lost.
        """
        ...

    def acknowledge(
        self,
        through: int,
        *,
        epoch: Epoch | None = None,
        now: str | None = None,
        days: int = KEPT_DAYS,
    ) -> None:
        """Mark entries up to ``through`` as committed by the centre; lower than now is a rewind.

        Args:
            now: The centre's clock in the acknowledgement; entries that were covered more than
                ``days`` of its days ago are dropped. Without it nothing is dropped.
        """
        ...

    def counter(self) -> Counter | None:
        """Return the ticket counter, or None before the first ticket."""
        ...

    def roll(self) -> Roll:
        """Return the paper roll as last written, or one of which nothing is known."""
        ...

    def move_job(self, job: str, state: JobState) -> None:
        """Store a print job's new state. Durable on return."""
        ...

    def open_jobs(self) -> list[PrintJob]:
        """Return jobs that are ``queued`` or ``sent``, oldest first."""
        ...

    def printed(self, kind: SlipKind, ticket: str) -> bool:
        """Return whether a slip of this kind may have left the printer for ``ticket`` before."""
        ...

    def close(self) -> None:
        """Release the journal. Safe to call twice."""
        ...
