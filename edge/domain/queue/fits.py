"""Keeps out of the journal what no reader would take: too long, out of range, or with a NUL in it."""

from collections.abc import Sequence

from edge.domain.queue.outcome import Planned, Refused
from protocol.errors import ProtocolMisuse, WireError
from protocol.events import Event, decode_body, decode_event, encode_body, encode_event

_MOST_BYTES = 12 * 1024
"""Below the protocol's limit by what the journal adds."""


def misfit(planned: Sequence[Planned]) -> Refused | None:
    """Return a refusal when one of the events could not be read again; None when all can."""
    return next((Refused("bad_value") for each in planned if not _fits(each)), None)


def _fits(planned: Planned) -> bool:
    try:
        kind, raw = encode_body(planned.body)
        event = Event(
            id=planned.id,
            seq=1,
            type=kind,
            at="",
            hlc="",
            boot="",
            boottime_ns=0,
            clock_ok=True,
            visit=planned.visit,
            person=planned.person,
            body=raw,
            sealed=planned.sealed,
        )
        data = encode_event(event)
        decode_body(decode_event(data))
    except (WireError, ProtocolMisuse, UnicodeEncodeError, OverflowError):
        return False
    return len(data) <= _MOST_BYTES
