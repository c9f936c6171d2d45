"""Erasing who somebody was from an event, without breaking the chain that holds the event.

What is sealed goes, the day's key of the person, and what staff typed by hand about them. The place in the journal and the hash, which
the device knows too, stay: the hash proves that something stood there and tells nothing of it.
"""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from protocol import events
from protocol.errors import WireError

ERASED: Final = "erased"
FORMS: Final = frozenset({"screened"})
TYPED: Final = frozenset({"held", "transferred", "sent_back", "prioritised"})
"""Events whose ``reason`` somebody typed at a desk; everywhere else a reason is a code."""
TYPED_ONCE: Final = frozenset({"left"})
"""Events whose ``reason`` is a code, but was typed where an earlier version read it from paper."""
_CODE: Final = re.compile(r"[a-z_]{0,30}\Z")


@dataclass(frozen=True, slots=True)
class Erasure:
    """That somebody was erased, and the proof.

    Attributes:
        reference: Of the request on paper or in the mail; no name.
        visits: How many check-ins.
        events: How many events held something sealed.
        digest: SHA-256 over the hashes of these events, in order.
        entries: How many entries that the Platform told; ``lists``: how many rows of lists.
        notes: How many notes that were typed when something of the person was handed over.
        kept: How many rows of the audit log name a record of the person by its id, and stay;
            ``kept_words``: those of them that hold words which an earlier version let people type.
    """

    id: int
    at: datetime
    by: str
    reference: str
    visits: int
    events: int
    digest: str
    entries: int = 0
    lists: int = 0
    notes: int = 0
    kept: int = 0
    kept_words: int = 0


def erased(data: bytes) -> bytes | None:
    """Return an event without whom it is about, or None where nothing of the kind is left in it.

    The mark that takes the seal's place keeps the event's own digest, by which facts are ordered.
    """
    event = _event(data)
    if event is None or ERASED in (event.sealed or ()):
        return None
    body = _without_words(event)
    if event.sealed is None and body is event.body:
        return None
    mark = {ERASED: hashlib.sha256(data).hexdigest()[:16]}
    return events.encode_event(msgspec.structs.replace(event, sealed=mark, person=None, body=body))


def is_of(data: bytes, visits: Collection[str], ids: Collection[str]) -> bool:
    """Return whether an event is about one of these visits, or is one of these events."""
    event = _event(data)
    return event is not None and (event.visit in visits or event.id in ids)


def is_form(data: bytes) -> bool:
    """Return whether an event holds a screening form, which is kept for fifteen days.

    Source: the ministry's guidance: screening and consent forms are kept 15 days.
    """
    event = _event(data)
    return event is not None and event.type in FORMS


def is_code(reason: str) -> bool:
    """Return whether a reason is one of a list, and not what somebody typed."""
    return _CODE.match(reason) is not None


def proof(hashes: Iterable[bytes]) -> str:
    """Return the digest over the hashes of what was erased."""
    return hashlib.sha256(b"".join(sorted(hashes))).hexdigest()


def _without_words(event: events.Event) -> msgspec.Raw:
    """Return the body without what somebody typed; the very same one where nobody did."""
    if event.type not in TYPED | TYPED_ONCE:
        return event.body
    try:
        fields = msgspec.json.decode(event.body, type=dict[str, object])
    except msgspec.DecodeError:
        return event.body
    reason = str(fields.get("reason") or "")
    if not reason or (event.type in TYPED_ONCE and is_code(reason)):
        return event.body
    return msgspec.Raw(msgspec.json.encode(fields | {"reason": ""}))


def _event(data: bytes) -> events.Event | None:
    try:
        return events.decode_event(data)
    except WireError:
        return None
