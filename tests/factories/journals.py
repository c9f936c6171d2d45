"""Journals on every implementation of the port, and drafts to put into them."""

from collections.abc import Iterator
from pathlib import Path

from edge.adapters.journal_sqlite import SqliteJournal
from edge.ports import Draft, Journal, PrintJob
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from protocol.events import CheckedIn
from protocol.identity import DeviceId

DEVICE = DeviceId("kiosk-0001")
IMPLEMENTATIONS = ["sqlite", "simulated"]


def journal_of(kind: str, directory: Path, clock: SimulatedClock) -> Iterator[Journal]:
    """Yield a new journal of ``kind``; close it afterwards."""
    journal: Journal
    if kind == "sqlite":
        journal = SqliteJournal(directory / "journal.db", device=DEVICE, clock=clock)
    else:
        journal = SimulatedJournal(device=DEVICE, clock=clock)
    yield journal
    journal.close()


def check_in(number: int = 1, *, weight: int = 0) -> Draft:
    """Return the draft of an invented person's check-in, light; ``weight`` makes it heavier."""
    return Draft(
        id=f"event-{number:06d}",
        body=CheckedIn(ticket=f"A{number:03d}", document="cccd_2021"),
        visit=f"visit-{number:06d}",
        person="5a" * 32,
        sealed={"centre": "c" * (40 + weight), "site": "s" * 40},
    )


def job(number: int = 1) -> PrintJob:
    """Return the print job of that check-in."""
    return PrintJob(
        id=f"job-{number:06d}",
        visit=f"visit-{number:06d}",
        ticket=f"A{number:03d}",
        queued_at="2021-12-01T01:00:00.000Z",
        staff="don-1",
    )
