"""What the kiosk asks of the world, and how each part of it may fail.

PortError
├── CameraError ── CameraUnavailable (temporary)
├── ScannerUnavailable (temporary)
├── PrinterError ── PaperOut, CoverOpen, PrinterUnavailable (temporary)
├── JournalError ── DiskFull
├── KeysError
├── RecordsError ── RecordsUnavailable (temporary)
├── VoiceUnavailable (temporary)
├── LinkError ── LinkUnavailable (temporary)
└── RosterError ── RosterUnavailable (temporary)

A name that ends in ``Unavailable`` says: try again later. Adapters wrap every foreign error in one
of these.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol

from edge.domain.aim import Look
from edge.domain.answers import Answer, Asker
from protocol.events import Body
from protocol.identity import DeviceId, Epoch
from protocol.messages import Ack
from protocol.roster import RosterPage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Frame = npt.NDArray[np.uint8]
    """Grey image, shape (height, width), 0 is black. Lives in memory only."""
else:
    Frame = Any


class PortError(Exception):
    """Something outside the program failed."""


class CameraError(PortError):
    """The camera cannot give frames."""


class CameraUnavailable(CameraError):  # noqa: N818 - "Unavailable" says "try again"
    """No camera answers now."""


class ScannerUnavailable(PortError):  # noqa: N818
    """No scan engine answers now, or its cable was pulled."""


class PrinterError(PortError):
    """The printer cannot print."""


class PaperOut(PrinterError):  # noqa: N818
    """The roll is empty."""


class CoverOpen(PrinterError):  # noqa: N818
    """The printer's cover is open."""


class PrinterUnavailable(PrinterError):  # noqa: N818
    """The printer does not answer, or says that it is off line."""


class JournalError(PortError):
    """The journal cannot be written or read."""


class DiskFull(JournalError):  # noqa: N818
    """No room is left for the journal."""


class KeysError(PortError):
    """The device's keys are missing or are not what they should be."""


class VoiceUnavailable(PortError):  # noqa: N818
    """No voice speaks this language here, or it did not answer in time."""


class RecordsError(PortError):
    """Certificates or doses cannot be asked for."""


class RecordsUnavailable(RecordsError):  # noqa: N818
    """Nobody who knows of certificates or doses answers now."""


class LinkError(PortError):
    """The way to the centre fails."""


class RosterError(PortError):
    """The centre's roster cannot be used: not the centre's signature, another site's, or no roster."""


class RosterUnavailable(RosterError):  # noqa: N818
    """The centre does not answer now, or has no roster for this device."""


class LinkUnavailable(LinkError):  # noqa: N818
    """No broker answers now, or the connection ended."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code found in a frame.

    Attributes:
        payload: Exact bytes; turn into text by strict UTF-8, then NFC.
        symbology: ``QRCode``, or the name of another symbology that was asked for.
        corners: Four (x, y) in pixels of the frame, clockwise from the code's top left.
    """

    payload: bytes
    symbology: str
    corners: tuple[tuple[int, int], ...] = ()


class Camera(Protocol):
    """Gives grey frames. Blocking; one thread at a time."""

    def open(self) -> None:
        """Start the camera. Safe to call again after ``close`` or an error.

        Raises:
            CameraUnavailable: No such camera, or another program holds it.
        """
        ...

    def frame(self) -> Frame:
        """Block for the next frame and return it; the caller owns it.

        Raises:
            CameraUnavailable: The camera went away or gave no frame within its time-out.
        """
        ...

    def close(self) -> None:
        """Release the camera. Safe to call twice."""
        ...


class Decoder(Protocol):
    """Finds codes in frames. Keeps the last few frames in memory to read what one cannot."""

    def decode(self, frame: Frame) -> list[Code]:
        """Return every wanted code that can be read in ``frame``; never raises on any image."""
        ...

    def forget(self) -> None:
        """Drop the frames kept for reading over time: the person before the camera changed."""
        ...


class Aimer(Protocol):
    """Measures cheaply, in a few milliseconds, how a card is held before the camera."""

    def measure(self, frame: Frame, at_ms: int) -> Look:
        """Return what can be said of ``frame`` beside the frames before it; keeps no readable copy."""
        ...

    def forget(self) -> None:
        """Drop what is kept of the last frame."""
        ...


class Scanner(Protocol):
    """A scan engine: does its own seeing and gives what codes hold. Blocking; one thread at a time."""

    def open(self) -> None:
        """Take the engine for this program alone. Safe to call again after ``close`` or an error.

        Raises:
            ScannerUnavailable: No such engine, or another program holds it.
        """
        ...

    def read(self) -> bytes:
        """Return the exact bytes of the next code, or none when none came for a moment: call again.

        Raises:
            ScannerUnavailable: The engine went away; a code that was cut off is dropped.
        """
        ...

    def close(self) -> None:
        """Release the engine. Safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """How the machine under the program is; None where it cannot tell.

    Attributes:
        disk_free_bytes: Room left for the journal.
        celsius: Temperature of the hottest part that is measured.
        under_voltage: Whether the power supply is too weak now.
    """

    disk_free_bytes: int | None = None
    celsius: float | None = None
    under_voltage: bool | None = None


class Machine(Protocol):
    """The computer under the program. Blocking, quick."""

    def condition(self) -> Condition:
        """Return how the machine is now; never raises, whatever cannot be told is None."""
        ...


class Paper(StrEnum):
    """How much paper the printer says it has."""

    ENOUGH = "enough"
    NEAR_END = "near_end"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What the printer says of itself.

    Attributes:
        online: Ready to print; read this first: a closed connection answers "enough paper".
        knows: False for a printer that can only be written to: nothing it does can be proven.
    """

    online: bool
    paper: Paper
    cover_open: bool = False
    knows: bool = True


class Printer(Protocol):
    """Takes one slip's bytes at a time. Blocking; one thread at a time."""

    def status(self) -> PrinterStatus:
        """Return the printer's state now.

        Raises:
            PrinterUnavailable: No answer in time, or no connection.
        """
        ...

    def send(self, data: bytes) -> None:
        """Ask for the status, send ESC/POS bytes, return when the transport took all of them.

        A printer that says beforehand that it cannot print gets no byte. Whether the slip came out,
        ask ``status`` afterwards.

        Raises:
            PaperOut: The printer said so beforehand; no byte was sent.
            CoverOpen: The printer said so beforehand; no byte was sent.
            PrinterUnavailable: It does not answer; part of the bytes may have reached it.
        """
        ...

    def close(self) -> None:
        """Release the printer. Safe to call twice."""
        ...


SlipKind = Literal["queue", "correction", "complaint", "record"]
"""What a slip is for: the number, what to put right, a complaint, what is known of a dose."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on a slip; nothing in it says whose it is but the masked name, from memory only.

    Attributes:
        ticket: ASCII, such as ``A012``; on a complaint slip the complaint's number.
        stage: Where to go, in the words to print below "Mời đến", such as ``Quầy đón tiếp``.
        printed_at: Aware; printed in the site's time zone.
        qr: Signed re-entry state (``protocol.reentry``); holds no identity.
        large: The large-type variant: every word is drawn half as large again.
        corrections: What to put right: (label, as on the card, as on the list).
        companions: How many people came through the same helper before this one.
        lines: Further sentences, one paragraph each; the body of a "record" slip.
    """

    ticket: str
    stage: str
    site: str
    printed_at: datetime
    masked_name: str | None = None
    qr: str | None = None
    reprint: bool = False
    kind: SlipKind = "queue"
    large: bool = False
    corrections: tuple[tuple[str, str, str], ...] = ()
    companions: int = 0
    lines: tuple[str, ...] = ()


class SlipRenderer(Protocol):
    """Draws a slip and encodes it as ESC/POS raster."""

    def render(self, slip: Slip) -> bytes:
        """Return the bytes that print ``slip``: initialise, raster, feed, cut."""
        ...

    def paper_mm(self, data: bytes) -> int:
        """Return how much paper ``data``, which ``render`` made, pulls."""
        ...


class JobState(StrEnum):
    """Where a print job stands; only ``queued`` may still go to the printer."""

    QUEUED = "queued"
    SENT = "sent"
    PROVEN = "proven"
    DOUBTFUL = "doubtful"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One slip to print once, with an id of its own, apart from its check-in. Holds no identity."""

    id: str
    visit: str
    ticket: str
    queued_at: str
    state: JobState = JobState.QUEUED
    reprint: bool = False
    kind: SlipKind = "queue"


@dataclass(frozen=True, slots=True)
class Roll:
    """The paper roll in the printer, as far as the kiosk knows it.

    Attributes:
        paper: What the printer last said of it.
        used_mm: Printed since it was put in, or since the kiosk began to count.
        since: When it was put in, RFC 3339; empty for the roll that was there when counting began.
    """

    paper: Paper = Paper.UNKNOWN
    used_mm: int = 0
    since: str = ""


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


class Journal(Protocol):
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
        self, through: int, *, epoch: Epoch | None = None, now: str | None = None
    ) -> None:
        """Mark entries up to ``through`` as committed by the centre; lower than now is a rewind.

        Args:
            now: The centre's clock in the acknowledgement; entries that were covered more than
                seven of its days ago are dropped. Without it nothing is dropped.
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

    def close(self) -> None:
        """Release the journal. Safe to call twice."""
        ...


class Link(Protocol):
    """One connection to a broker. A fresh one for each try; callbacks only hand messages over."""

    def connect(self, on_ack: Callable[[bytes], None], on_closed: Callable[[str], None]) -> None:
        """Connect, subscribe, return when both are granted.

        Args:
            on_ack: Gets the bytes of each message on the device's ``dn/ack`` topic; any thread.
            on_closed: Gets the reason, once, when the connection ends; any thread.

        Raises:
            LinkUnavailable: No broker in time, or it refused.
        """
        ...

    def publish(self, kind: str, payload: bytes) -> None:
        """Hand a message of ``kind`` (``hello``, ``batch``, ``state``) to the broker; no promise.

        Raises:
            LinkUnavailable: The connection has ended.
        """
        ...

    def close(self) -> None:
        """End the connection. Safe to call twice."""
        ...


class RosterSource(Protocol):
    """Where the site's roster comes from. Blocking; one thread at a time; nothing is kept on disk."""

    def fetch(self, since: int, head: str) -> RosterPage:
        """Return the next page after change ``since``, which the import ``head`` made.

        Its ``since`` is 0 when the source does not know that past: then the reader begins anew.

        Raises:
            RosterUnavailable: No answer in time, or none for this device.
            RosterError: The answer is not this site's roster, signed by the centre.
        """
        ...

    def close(self) -> None:
        """Release the connection. Safe to call twice, and to fetch again afterwards."""
        ...


class Keys(Protocol):
    """The device's own key and the public keys that it trusts."""

    @property
    def device(self) -> DeviceId:
        """Return the device id in the certificate."""
        ...

    def sign_batch(
        self,
        epoch: Epoch,
        first: int,
        prev: bytes,
        events: Sequence[bytes],
        *,
        after_loss: bool = False,
    ) -> bytes:
        """Return a signed batch; ``after_loss`` says that what lay before ``first`` is gone."""
        ...

    def sign_hello(self, position: Position, acked_hash: bytes, boot: str) -> bytes:
        """Return a signed hello."""
        ...

    def sign_reentry(self, ticket: str, visit: str, stage: str, at: int) -> str:
        """Return the text of a slip's QR: where this person stands, signed, without identity."""
        ...

    def open_ack(self, message: bytes) -> Ack:
        """Return the acknowledgement in ``message``.

        Raises:
            WireError: Not the centre's signature, or not an acknowledgement for this device.
        """
        ...

    def open_roster(self, message: bytes) -> RosterPage:
        """Return the page of a roster in ``message``.

        Raises:
            WireError: Not the centre's signature, or not a page of a roster.
        """
        ...

    def seal(self, plain: bytes, event_id: str) -> dict[str, str]:
        """Return ``plain`` sealed to the centre and to the site; this device cannot open it."""
        ...

    def person(self, number: str) -> str:
        """Return the local matching key of an ID number: HMAC-SHA256 under the day key."""
        ...


class Certificates(Protocol):
    """Knows which certificates the Platform issued for a person. Blocking; any thread."""

    def ask(self, asker: Asker) -> Answer:
        """Return the person's certificates, or how far they are; takes a few seconds at most.

        ``PENDING``: a dose is recorded and its certificate is not issued yet. ``UNKNOWN``: no dose
        of this person is known. What is not known now is never said to be not there.

        Raises:
            RecordsUnavailable: Nobody to ask; ``NOT_REACHABLE`` may be returned as well.
        """
        ...


class Records(Protocol):
    """Knows whether a person's doses are recorded with the Platform. Blocking; any thread."""

    def ask(self, asker: Asker) -> Answer:
        """Return the doses that are recorded, or how far they are; takes a few seconds at most.

        ``PENDING``: the site has entered a dose that the Platform does not show yet.

        Raises:
            RecordsUnavailable: Nobody to ask; ``NOT_REACHABLE`` may be returned as well.
        """
        ...


class Clock(Protocol):
    """Time and randomness; the only source of either."""

    def now(self) -> datetime:
        """Return the wall clock, aware, UTC; may be years off."""
        ...

    def boottime_ns(self) -> int:
        """Return nanoseconds since the machine's boot; runs on in suspend, never goes back."""
        ...

    def boot_id(self) -> str:
        """Return the id of this boot of the machine."""
        ...

    def clock_ok(self) -> bool:
        """Return whether the wall clock is synchronised, as far as the machine knows."""
        ...

    def entropy(self, count: int) -> bytes:
        """Return ``count`` random bytes fit for ids and keys."""
        ...


@dataclass(frozen=True, slots=True)
class Clip:
    """A sound to be played: the bytes of a file, and its media type."""

    data: bytes
    media_type: str


class Voice(Protocol):
    """Says words. Blocking; safe from any thread."""

    def speaks(self, language: str) -> bool:
        """Return whether ``language`` can be spoken here now; never raises."""
        ...

    def speak(self, text: str, language: str) -> Clip:
        """Return ``text``, in NFC, spoken in ``language``.

        Raises:
            VoiceUnavailable: No voice for the language, or it failed.
        """
        ...


class Recordings(Protocol):
    """Clips that people have spoken. Blocking; safe from any thread."""

    def clip(self, name: str, language: str) -> Clip | None:
        """Return the recording of ``name``, or None when there is none that can be read."""
        ...
