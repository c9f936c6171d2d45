"""What the centre asks of the world, and how each part of it may fail.

PortError
├── StoreError ── StoreUnavailable (temporary)
├── PlatformError ── PlatformUnavailable (temporary), PlatformRefused
└── BrokerError ── BrokerUnavailable (temporary)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography import x509

from central.domain.records import PlatformReceipt, VisitRecord
from protocol.identity import DeviceId, Epoch, SiteId


class PortError(Exception):
    """Something outside the program failed."""


class StoreError(PortError):
    """The database refused."""


class StoreUnavailable(StoreError):  # noqa: N818 - "Unavailable" says "try again"
    """The database does not answer now."""


class PlatformError(PortError):
    """The national Platform failed us."""


class PlatformUnavailable(PlatformError):  # noqa: N818
    """No answer, a 5xx, or "too many requests": nothing is known of the record; ask again.

    Attributes:
        retry_after_seconds: The pause that the Platform asked for, or 0.
    """

    def __init__(self, reason: str, retry_after_seconds: float = 0) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class PlatformRefused(PlatformError):  # noqa: N818
    """The Platform read the record and refused it; asking again unchanged is of no use.

    Attributes:
        reason: The Platform's own words, cut to 500 characters.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason[:500]


class BrokerError(PortError):
    """The broker failed us."""


class BrokerUnavailable(BrokerError):  # noqa: N818
    """No broker answers now, or the connection ended."""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device of the signed registry."""

    device: DeviceId
    site: SiteId
    certificate: x509.Certificate


class Registry(Protocol):
    """Which devices exist, by certificate thumbprint."""

    def find(self, kid: bytes) -> KnownDevice | None:
        """Return the device whose certificate has this SHA-256 thumbprint."""
        ...


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One event exactly as it was signed.

    Attributes:
        problem: Why the event itself cannot be read; it is stored and acknowledged all the same.
    """

    seq: int
    hash: bytes
    data: bytes
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a journal is committed here without a gap."""

    through: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """One verified batch, ready to store."""

    device: DeviceId
    site: SiteId
    epoch: Epoch
    first: int
    prev: bytes
    events: tuple[RawEvent, ...]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A message that could not be taken, kept whole."""

    topic: str
    reason: str
    data: bytes


class EventStore(Protocol):
    """Raw events and watermarks. ``commit`` is the moment at which a fact is the centre's."""

    def commit(
        self,
        deliveries: Sequence[Delivery],
        quarantined: Sequence[Quarantined],
        received_at: datetime,
    ) -> dict[tuple[DeviceId, Epoch], Watermark]:
        """Store everything in one transaction and return the watermark of each journal named.

        Idempotent: an event already held under the same key and hash changes nothing; the same key
        with another hash is kept beside it and raises an alarm. A batch that starts above the
        watermark's next is not stored; the returned watermark makes the device send again.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def watermark(self, device: DeviceId, epoch: Epoch) -> Watermark | None:
        """Return how far a journal is committed, or None when none of it is here."""
        ...


class Platform(Protocol):
    """The national Platform. Blocking."""

    def submit(self, record: VisitRecord) -> PlatformReceipt:
        """Create patient and encounter unless the Platform holds them; safe to repeat.

        Raises:
            PlatformUnavailable: Unknown whether it was stored; repeat later.
            PlatformRefused: It will not be stored as it is.
        """
        ...

    def read_back(self, visit: str) -> list[VisitRecord]:
        """Return every record that the Platform holds of a visit: none, one, or a duplicate.

        Raises:
            PlatformUnavailable: No answer now.
        """
        ...


class Broker(Protocol):
    """The centre's connection to one broker."""

    def connect(
        self, on_message: Callable[[str, bytes], None], on_closed: Callable[[str], None]
    ) -> None:
        """Connect, subscribe to everything devices say, return when granted.

        Args:
            on_message: Gets topic and payload; any thread; must only enqueue.
            on_closed: Gets the reason, once, when the connection ends; any thread.

        Raises:
            BrokerUnavailable: No broker in time, or it refused.
        """
        ...

    def publish(self, topic: str, payload: bytes) -> None:
        """Hand a message to the broker; no promise.

        Raises:
            BrokerUnavailable: The connection has ended.
        """
        ...

    def close(self) -> None:
        """End the connection. Safe to call twice."""
        ...


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the wall clock, aware, UTC."""
        ...
