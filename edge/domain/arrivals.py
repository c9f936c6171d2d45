"""From another device's check-in, as it journalled it, to what the hub journals of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol import hlc
from protocol.errors import WireError
from protocol.events import CheckedIn, Event, decode_body, decode_event
from protocol.site_events import Arrived

WANTED = frozenset({"checked_in", "complaint_opened"})
"""Types of events that a kiosk hands over to the hub; the rest goes to the centre alone."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A check-in of another device, ready for the hub's journal.

    Attributes:
        person: Matching key under the key of the day that the device had.
    """

    body: Arrived
    visit: str
    person: str | None
    at: str
    clock_ok: bool


def read_arrival(data: bytes, device: str, site_kid: str) -> Arrival | None:
    """Return the check-in in the exact bytes of an event, or None when it is none.

    Args:
        site_kid: Id of the site's sealing key: only its part of a sealed identity is taken over.

    Raises:
        WireError: Not an event of this protocol, or a check-in that says too little.
    """
    event = decode_event(data)
    body = decode_body(event)
    if not isinstance(body, CheckedIn):
        return None
    hlc.parse(event.hlc)
    if not event.visit:
        raise WireError("bad_body", "a check-in without a visit")
    return Arrival(
        Arrived(
            event=event.id,
            device=device,
            hlc=event.hlc,
            ticket=body.ticket,
            document=body.document,
            standing=body.standing,
            desk=body.desk,
            priority=body.priority,
            appointment=body.appointment,
            warnings=body.warnings,
            differences=body.differences,
            companion_of=body.companion_of,
            guardian=body.guardian,
            sealed=_to_site(event.sealed or {}, site_kid),
        ),
        event.visit,
        event.person,
        event.at,
        event.clock_ok,
    )


def wanted(data: bytes) -> Event | None:
    """Return the event in ``data`` when the hub wants it, else None.

    Raises:
        WireError: Not an event of this protocol.
    """
    event = decode_event(data)
    return event if event.type in WANTED else None


def _to_site(sealed: Mapping[str, str], site_kid: str) -> dict[str, str] | None:
    return {site_kid: sealed[site_kid]} if site_kid in sealed else None
