"""Knows what there is room for on the disk, for all who write something that is not a fact."""

import structlog

from edge.domain.room import Room, is_telemetry, kept_days, room_for
from protocol.events import Body

log = structlog.get_logger("room")


class RoomLeft:
    """One for the whole program. Measured by whoever looks at the machine; asked from any thread."""

    def __init__(self) -> None:
        self._room = Room.TELEMETRY
        self._left_out = 0

    @property
    def for_copies(self) -> bool:
        """Return whether what the centre has as well may be kept here."""
        return self._room >= Room.COPIES

    @property
    def kept_days(self) -> int:
        """Return for how many days entries that the centre has are kept."""
        return kept_days(self._room)

    def measured(self, free_bytes: int | None) -> None:
        """Take how many bytes are free."""
        before, self._room = self._room, room_for(free_bytes, self._room)
        if self._room is not before:
            log.warning("room", left_for=self._room.name.lower(), left_out=self._left_out)
            self._left_out = 0

    def takes(self, body: Body) -> bool:
        """Return whether an event may be written; each that may not is counted."""
        if self._room is Room.TELEMETRY or not is_telemetry(body):
            return True
        self._left_out += 1
        return False
