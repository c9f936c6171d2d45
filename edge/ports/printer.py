"""The printer, its paper, and the jobs that wait for it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from edge.ports.slip import SlipKind


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


class JobState(StrEnum):
    """Where a print job stands; only ``queued`` may still go to the printer."""

    QUEUED = "queued"
    SENT = "sent"
    PROVEN = "proven"
    DOUBTFUL = "doubtful"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One slip to print once, with an id of its own, apart from its check-in. Holds no identity.

    Attributes:
        ticket: Number on the slip; of a certificate its copy name (``protocol.certificates.copies``), of the
            word that there is none yet the id of the dose. What stands on
            a certificate is in memory alone: a job that a stop left open is asked for again.
        staff: Log-in name of who printed it at a desk.
    """

    id: str
    visit: str
    ticket: str
    queued_at: str
    state: JobState = JobState.QUEUED
    reprint: bool = False
    kind: SlipKind = "queue"
    staff: str = ""


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
