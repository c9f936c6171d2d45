"""A decoded event with what every fact of it needs: its stamp, its time, its texts cut to size."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from central.domain.erasure import ERASED
from central.domain.facts import Stamp, Trouble, When
from protocol import events, hlc
from protocol.errors import WireError

Unseal = Callable[[dict[str, str], str], bytes]
"""Opens what was sealed to the centre in the event of the given id; raises WireError."""

_AHEAD_AT_MOST: Final = timedelta(minutes=5)
_OLD_AT_MOST: Final = timedelta(days=400)
_NO_HLC: Final = "f" * 12 + "-" + "f" * 4


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A raw event as ingest committed it."""

    device: str
    site: str
    seq: int
    hash: bytes
    data: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An event that can be read.

    Attributes:
        visit: The visit that it is about; empty where it names none.
    """

    stored: StoredEvent
    event: events.Event
    id: str
    visit: str
    stamp: Stamp
    when: When


def told_of(stored: StoredEvent, event: events.Event) -> Told:
    """Return a decoded event with its stamp and its time."""
    return Told(
        stored,
        event,
        text(event.id, 64),
        text(event.visit or "", 64),
        _stamp(event, stored.data),
        time_of(event, stored.received_at),
    )


def time_of(event: events.Event, received_at: datetime) -> When:
    """Return the time of an event; a clock that cannot be right is not believed."""
    said = _instant(event.at)
    if not event.clock_ok or said is None or not _possible(said, received_at):
        return When(event.at[:40], event.clock_ok, received_at, received_at, estimated=True)
    return When(event.at[:40], event.clock_ok, received_at, said, estimated=False)


def happened(told: Told, happened_at: str) -> When:
    """Return the time of what was written on paper first, as far as the writing can be right."""
    written = _instant(happened_at)
    if written is None or not _possible(written, told.stored.received_at):
        return told.when
    return replace(told.when, occurred_at=written, estimated=False)


def opened(told: Told, unseal: Unseal) -> events.Identity | str:
    """Return who is sealed in an event, or the code of what keeps it shut."""
    if told.event.sealed is None:
        return "not_sealed"
    if ERASED in told.event.sealed:
        return ERASED
    try:
        return events.decode_identity(unseal(told.event.sealed, told.event.id))
    except WireError as error:
        return error.code


QUIET = frozenset({"not_sealed", ERASED})
"""Nobody is known, and nothing is wrong with that by itself."""


def trouble(stored: StoredEvent, kind: str, detail: str) -> Trouble:
    """Return something that a person at the centre must look at."""
    return Trouble(kind, stored.device, detail)


def text(value: str, longest: int) -> str:
    """Return ``value`` as its column can hold it; the raw event keeps the whole."""
    return value[:longest]


def text_or_none(value: str | None, longest: int) -> str | None:
    """Return ``value`` as its column can hold it, or None."""
    return None if value is None else text(value, longest)


def later(stamp: Stamp, when: When) -> tuple[Stamp, float]:
    """Return what orders the facts of one row; of one fact received twice, the first receipt."""
    return stamp, -when.received_at.timestamp()


def _possible(said: datetime, received_at: datetime) -> bool:
    return received_at - _OLD_AT_MOST <= said <= received_at + _AHEAD_AT_MOST


def _stamp(event: events.Event, data: bytes) -> Stamp:
    try:
        clock = str(hlc.parse(event.hlc))
    except WireError:
        clock = _NO_HLC
    digest = hashlib.sha256(data).hexdigest()[:16]
    if event.sealed is not None and ERASED in event.sealed:
        digest = text(event.sealed[ERASED], 16)  # As it was before whom it is about was erased.
    return f"{clock}/{text(event.id, 64)}/{digest}"


def _instant(value: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value)
        return instant.astimezone(UTC) if instant.tzinfo is not None else None
    except (ValueError, OverflowError):
        # At the ends of the calendar a time may read well and have no UTC.
        return None
