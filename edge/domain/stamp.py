"""An event's place: where it stands in the journal, and when, by every clock there is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from protocol.events import Body, Event, encode_body
from protocol.hlc import Hlc

KEPT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of the device's clocks."""

    wall: datetime
    boot: str
    boottime_ns: int
    clock_ok: bool

    @property
    def wall_ms(self) -> int:
        """Milliseconds since 1970 by the wall clock; 0 for a clock that stands before 1970."""
        return max(0, int(self.wall.timestamp() * 1000))


def complete(
    *,
    event_id: str,
    body: Body,
    seq: int,
    hlc: Hlc,
    moment: Moment,
    visit: str | None = None,
    person: str | None = None,
    sealed: dict[str, str] | None = None,
) -> Event:
    """Return the event at place ``seq``, stamped with ``moment``."""
    kind, raw = encode_body(body)
    return Event(
        id=event_id,
        seq=seq,
        type=kind,
        at=rfc3339(moment.wall),
        hlc=str(hlc),
        boot=moment.boot,
        boottime_ns=moment.boottime_ns,
        clock_ok=moment.clock_ok,
        visit=visit,
        person=person,
        body=raw,
        sealed=sealed,
    )


def rfc3339(wall: datetime) -> str:
    """Return ``wall`` in UTC with milliseconds and a ``Z``."""
    return wall.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_of(now: str) -> str | None:
    """Return the UTC day of the centre's clock ``now``, or None when it cannot be read."""
    try:
        return datetime.fromisoformat(now).astimezone(UTC).date().isoformat()
    except (ValueError, OverflowError):
        return None


def last_day_to_drop(day: str, days: int = KEPT_DAYS) -> str:
    """Return the newest day of acknowledgement whose entries need no keeping on ``day``."""
    ordinal = date.fromisoformat(day).toordinal() - days - 1
    return date.fromordinal(ordinal).isoformat() if ordinal > 0 else ""
