"""In what order things give way when the disk fills: telemetry first, copies next, what happened last.

Each stage holds until there is plenty again, so that what was given up is not fetched back into the
room that it made. The last stage is no matter of this module: what is left then belongs to people who
are already being served, and ``health`` puts the kiosk out of order for newcomers.
"""

from enum import IntEnum

from edge.domain.health import DISK_LOW_BYTES, DISK_ROOMY_BYTES
from edge.domain.stamp import KEPT_DAYS
from protocol.events import Body, PaperChanged, PrintFailed, ScanRefused, SelfTested, SlipPrinted

COPIES_GO_BYTES = 64 << 20
"""For what happens at a hub in a day; a copy can be fetched again, a dose cannot be given again."""
KEPT_DAYS_WHEN_SCARCE = 1
"""Beside today, by the centre's UTC: the day before holds the early morning of a site east of Greenwich."""


class Room(IntEnum):
    """What there is room for; each holds what those below it hold."""

    FACTS = 0
    COPIES = 1
    TELEMETRY = 2


def room_for(free_bytes: int | None, before: Room = Room.TELEMETRY) -> Room:
    """Return what may still be written.

    Args:
        free_bytes: On the disk where the journal lies; None where nobody can tell.
        before: What this returned last.
    """
    if free_bytes is None:
        return before
    if free_bytes > DISK_ROOMY_BYTES:
        return Room.TELEMETRY
    return min(before, _at_most(free_bytes))


def is_telemetry(body: Body) -> bool:
    """Return whether an event is of the machine alone, so that without it nobody's day is told otherwise.

    That a program started is no telemetry: it is what a journal is tried with after a full disk.
    """
    if isinstance(body, SlipPrinted | PrintFailed):
        return body.kind == "test"
    return isinstance(body, ScanRefused | PaperChanged | SelfTested)


def kept_days(room: Room) -> int:
    """Return for how many days entries that the centre has are kept on the device."""
    return KEPT_DAYS if room >= Room.COPIES else KEPT_DAYS_WHEN_SCARCE


def _at_most(free_bytes: int) -> Room:
    if free_bytes < COPIES_GO_BYTES:
        return Room.FACTS
    return Room.COPIES if free_bytes < DISK_LOW_BYTES else Room.TELEMETRY
