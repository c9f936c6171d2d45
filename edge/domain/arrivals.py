"""Which of a device's events the hub of its site wants, and whether one can be taken."""

from protocol import hlc
from protocol.certificates.copies import name_of
from protocol.errors import WireError
from protocol.events import (
    CertificatePrinted,
    CertificateSeen,
    CheckedIn,
    ComplaintOpened,
    Event,
    decode_body,
    decode_event,
)

WANTED = frozenset({"checked_in", "certificate_seen", "certificate_printed", "complaint_opened"})
"""Types of events that a kiosk hands over to the hub; the rest goes to the centre alone."""


def wanted(data: bytes) -> Event | None:
    """Return the event in ``data`` when the hub wants it, else None.

    Raises:
        WireError: Not an event of this protocol.
    """
    event = decode_event(data)
    return event if event.type in WANTED else None


def read_arrival(data: bytes) -> Event | None:
    """Return the check-in, certificate of a visit or complaint in an event's exact bytes; None of others.

    Raises:
        WireError: Not an event of this protocol, or one that says too little.
    """
    event = decode_event(data)
    if not isinstance(decode_body(event), CheckedIn | CertificateSeen | ComplaintOpened):
        return None
    hlc.parse(event.hlc)
    if not event.visit:
        raise WireError("bad_body", f"{event.type} without a visit")
    return event


def read_copy(data: bytes) -> str | None:
    """Return the copy name of the certificate that an event says left a printer; None of others.

    Raises:
        WireError: Not an event of this protocol.
    """
    event = decode_event(data)
    body = decode_body(event) if event.type == "certificate_printed" else None
    return name_of(body.dose, body.certificate) if isinstance(body, CertificatePrinted) else None
