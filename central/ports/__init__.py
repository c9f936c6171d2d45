"""What the centre asks of the world, and how each part of it may fail.

People and what is written about them have modules of their own beside this one.

PortError
├── StoreError ── StoreUnavailable (temporary)
├── PlatformError ── PlatformUnavailable (temporary), PlatformRefused
├── BrokerError ── BrokerUnavailable (temporary)
├── KeysError
├── ProviderError ── ProviderUnavailable (temporary), ProviderRefused
├── ListUnreadable
├── ListUnavailable (temporary)
└── RegistryUnavailable
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from cryptography import x509

from central.domain.accounts import Sites
from central.domain.certificate_lists import ListKind
from central.domain.comparison import Difference
from central.domain.deliveries import Delivery, DeviceState, Greeting, Quarantined, Watermark
from central.domain.doses import DoseAnswer, DosePage, HeldDose, ToldDose
from central.domain.figures import Day, OpenDose, Overview, VisitRow
from central.domain.findings import Compared
from central.domain.projection import Fact
from central.domain.records import PlatformReceipt, Record, VisitRecord
from central.domain.roster import RosterChange, RosterPerson
from central.domain.told import StoredEvent
from central.ports.errors import (
    BrokerError as BrokerError,
)
from central.ports.errors import (
    BrokerUnavailable as BrokerUnavailable,
)
from central.ports.errors import (
    KeysError as KeysError,
)
from central.ports.errors import (
    ListUnavailable as ListUnavailable,
)
from central.ports.errors import (
    ListUnreadable as ListUnreadable,
)
from central.ports.errors import (
    PlatformError as PlatformError,
)
from central.ports.errors import (
    PlatformRefused as PlatformRefused,
)
from central.ports.errors import (
    PlatformUnavailable as PlatformUnavailable,
)
from central.ports.errors import (
    PortError as PortError,
)
from central.ports.errors import (
    ProviderRefused as ProviderRefused,
)
from central.ports.errors import (
    ProviderUnavailable as ProviderUnavailable,
)
from central.ports.errors import (
    RegistryUnavailable as RegistryUnavailable,
)
from central.ports.errors import (
    StoreError as StoreError,
)
from central.ports.errors import (
    StoreUnavailable as StoreUnavailable,
)
from protocol.certificates.lists import Still, TrustList
from protocol.certificates.revocations import Revocations
from protocol.identity import DeviceId, Epoch, SiteId
from protocol.messages import Ack
from protocol.roster import RosterPage


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device of the signed registry."""

    device: DeviceId
    site: SiteId
    certificate: x509.Certificate
    revoked: bool = False


class Registry(Protocol):
    """Which devices exist, by certificate thumbprint."""

    def find(self, kid: bytes) -> KnownDevice | None:
        """Return the device whose certificate has this SHA-256 thumbprint."""
        ...


class EventStore(Protocol):
    """Raw events and watermarks. ``commit`` is the moment at which a fact is the centre's. Blocking.

    A cloned or restored card writes a second *line* of a journal: same keys, other hashes. Every
    line is stored, gap-free from where it leaves the first; the journal is then quarantined, which
    says that its device must be looked at and rejects nothing. In a quarantined journal a watermark
    is the place of the very batch that was delivered: a device never gets the place of its double,
    and each of the two is told of its own facts that they are safe.
    """

    def commit(
        self,
        deliveries: Sequence[Delivery],
        quarantined: Sequence[Quarantined],
        received_at: datetime,
        states: Sequence[DeviceState] = (),
    ) -> list[Watermark]:
        """Store everything in one transaction; return what to acknowledge for each delivery.

        Idempotent: an event already held under the same key and hash changes nothing; the same key
        with another hash is kept beside it and raises the alarm ``fork``. A batch above a gap is
        not stored, and the answer, lower than the batch, makes the device send again; unless the
        device declares the gap a loss: then it is stored and raises the alarm ``loss``.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def greet(self, greetings: Sequence[Greeting], received_at: datetime) -> list[Watermark]:
        """Return for each greeting from where its device goes on: a place that both hold.

        That is the place that the device knows to be acknowledged, and never higher: what lies
        above could be its double's. Where the centre holds less (it was restored from an older
        backup) it is the watermark, and the device sends again.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        ...

    def watermark(self, device: DeviceId, epoch: Epoch) -> Watermark | None:
        """Return how far a journal is committed, or None when none of it is here.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        ...


class AckSigner(Protocol):
    """The centre's signature under acknowledgements."""

    def sign_ack(self, ack: Ack) -> bytes:
        """Return the signed acknowledgement."""
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


class DosePlatform(Protocol):
    """The national Platform, of doses. Blocking."""

    def doses_of(self, told: ToldDose) -> DoseAnswer:
        """Return every valid dose that the Platform holds of a dose's person, and of the dose.

        Raises:
            PlatformUnavailable: No answer now.
        """
        ...

    def submit_dose(self, told: ToldDose) -> PlatformReceipt:
        """Create patient and dose unless the Platform holds them; safe to repeat.

        Raises:
            PlatformUnavailable: Unknown whether it was stored; repeat later.
            PlatformRefused: It will not be stored as it is.
        """
        ...

    def withdraw_dose(self, dose: str) -> None:
        """Mark every entry of a dose that we told as entered in error; safe to repeat.

        Raises:
            PlatformUnavailable: Some may still be valid; repeat later.
            PlatformRefused: They will not be marked.
        """
        ...

    def changed_doses(self, since: str) -> Iterator[DosePage]:
        """Yield all that changed at the Platform from ``since`` on; all there is when it is empty.

        Raises:
            PlatformUnavailable: No answer now; what was yielded stays true.
        """
        ...


class DoseMirror(Protocol):
    """What the Platform said that it holds. Blocking."""

    def saw_person(self, number: str, held: Sequence[HeldDose], now: datetime) -> None:
        """Keep that the Platform holds these doses of a person, and no others.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def saw_page(self, page: DosePage, now: datetime) -> None:
        """Keep a part of the Platform's list, and from where to go on.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def forget(self, doses: Sequence[str]) -> None:
        """Drop what was told of these doses and is not valid any more.

        Raises:
            StoreUnavailable: Nothing was dropped.
        """
        ...

    def through(self) -> str:
        """Return from where the reading of the Platform's list goes on; empty at first.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class DoseComparison(Protocol):
    """Everything that the sites said, against everything that the Platform holds. Blocking."""

    def compare(self, now: datetime, least_days: int) -> Compared:
        """Bring records and discrepancies to what both sides hold now; safe to repeat or to kill.

        Args:
            least_days: Fewer days between two doses of a person are a discrepancy.

        Raises:
            StoreUnavailable: It went as far as it could; what it did stays.
        """
        ...


class ProjectionStore(Protocol):
    """The tables made of raw events. Blocking; one writer."""

    def advance(self, project: Callable[[StoredEvent], list[Fact]], limit: int) -> int:
        """Project up to ``limit`` raw events that are new, and return how many they were.

        Rows and cursors are committed together: killed at any point, it goes on where it was.

        Raises:
            StoreUnavailable: Nothing was projected.
        """
        ...

    def forget(self) -> None:
        """Empty the tables that can be made again; what was agreed with the Platform stays.

        Raises:
            StoreUnavailable: Nothing was emptied.
        """
        ...


Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Due(Generic[Told]):
    """A record whose turn has come, and what the Platform is to be told.

    Attributes:
        told: None when the person's identity is not known.
    """

    record: Record
    told: Told | None


class RecordStore(Protocol[Told]):
    """Where each record of one kind stands with the Platform. Blocking."""

    def due(self, now: datetime, limit: int) -> list[Due[Told]]:
        """Return the records to go on with, the longest waiting first.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def save(self, record: Record, found: Sequence[Difference] | None, now: datetime) -> None:
        """Store a record's new state; with ``found``, open and close its discrepancies to fit.

        Raises:
            StoreUnavailable: Nothing was stored; the attempt will be made again.
        """
        ...

    def mark_overdue(self, opened_before: datetime) -> int:
        """Mark every open record that is older, and return how many were newly marked.

        Raises:
            StoreUnavailable: Nothing was marked.
        """
        ...


class OverviewReader(Protocol):
    """What the dashboard reads. Blocking; never writes."""

    def overview(self, day: Day, now: datetime, sites: Sites = None) -> Overview:
        """Return the figures of a day, and the lists that have no day; of these sites alone.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def visits(self, day: Day, limit: int, sites: Sites = None) -> list[VisitRow]:
        """Return the visits of a day at these sites, the latest first, with names masked.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class LiabilityReader(Protocol):
    """What was injected and is not on the Platform. Blocking; never writes."""

    def open_doses(self, now: datetime, sites: Sites = None) -> Iterator[OpenDose]:
        """Yield each such dose by site and injector, the oldest first; however many there are.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        ...


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list.

    Attributes:
        sheet: Name of the sheet; empty where the file has but one.
        number: As a spreadsheet counts it, from 1.
    """

    sheet: str
    number: int
    cells: tuple[Any, ...]


class PeopleList(Protocol):
    """A list of people as somebody typed it."""

    def rows(self) -> Iterator[ListRow]:
        """Yield every row, headings and empty ones too.

        Raises:
            ListUnreadable: No such file, or not a whole list; also in the middle.
        """
        ...


class RosterStore(Protocol):
    """The rosters of all sites. Blocking; safe from any thread."""

    def change(
        self,
        site: SiteId,
        decide: Callable[[Mapping[int, RosterPerson]], RosterChange],
        now: datetime,
        source: str,
    ) -> RosterChange:
        """Let ``decide`` say what changes in the site's roster, store all of it, and return it.

        Args:
            source: Where the change came from, such as a file's name.

        Raises:
            StoreUnavailable: Nothing was stored.
            StoreError: Nothing was stored: another import of this site ran at the same time.
        """
        ...

    def page(self, site: SiteId, since: int, head: str, most: int) -> RosterPage:
        """Return up to ``most`` changes after ``since``; from 0 when ``head`` never made it.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list as its keeper publishes it, and the tag that says later whether it is another one."""

    data: bytes
    etag: str = ""


class ListSource(Protocol):
    """Where a list for certificates is published. Blocking."""

    name: str
    """Its address, or the name of the file."""

    def fetch(self, etag: str) -> PublishedList | None:
        """Return what is published; None: still what had the tag ``etag``.

        Raises:
            ListUnavailable: No answer now, or none that can be taken.
        """
        ...


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of a list for certificates.

    Attributes:
        as_of: When its keeper last said that it is this.
        source: Name of the source, and the tag that it gave.
    """

    serial: int
    as_of: datetime
    entries: int
    source: str
    etag: str = ""


@dataclass(frozen=True, slots=True)
class HeldList:
    """An issue with its content, as ``central.domain.certificate_lists`` writes it."""

    issue: Issue
    content: bytes


class ListStore(Protocol):
    """The newest issue of each list for certificates. Blocking; safe from any thread."""

    def issue(self, kind: ListKind) -> Issue | None:
        """Return what is known of the newest issue, without its content.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def held(self, kind: ListKind) -> HeldList | None:
        """Return the newest issue whole.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def put(self, kind: ListKind, issue: Issue, content: bytes) -> Issue:
        """Store an issue; the serial stays when the content is the same, and else always rises.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def heard(self, kind: ListKind, as_of: datetime) -> None:
        """Note that the keeper said then that the newest issue still stands.

        Raises:
            StoreUnavailable: Nothing was noted.
        """
        ...


class ListSigner(Protocol):
    """Signs lists for the centre."""

    def sign_trust_list(self, trust_list: TrustList) -> bytes:
        """Return a signed trust list."""
        ...

    def sign_revocations(self, revocations: Revocations) -> bytes:
        """Return a signed revocation list."""
        ...

    def sign_still(self, still: Still) -> bytes:
        """Return the signed word that an issue still stands."""
        ...


class RosterSigner(Protocol):
    """Signs for the centre."""

    def sign_roster(self, page: RosterPage) -> bytes:
        """Return a signed page."""
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

    def listen(self, shards: frozenset[str] | None) -> None:
        """From now on hear the devices of these shards; None, as at the start, for all.

        Before ``connect`` or at any time after it; never blocks.
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
