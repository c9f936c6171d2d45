"""Erasing who somebody was from an event, without breaking the chain that holds the event.

What is sealed goes, the day's key of the person, and what staff typed by hand about them. The place in
the journal and the hash, which the device knows too, stay: the hash proves that something stood there and
tells nothing of it. What ``erased`` would take is what ``held_in`` tells whoever asks what is held of them.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
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
HANDED_ON: Final = frozenset({"arrived", "certificate_noted"})
"""Events of a hub whose body holds what another device sealed, to the site alone."""
COPIES: Final = frozenset({"certificate_printed"})
"""Events that name a dose of the person, and maybe no visit: at whichever site they had it printed."""
_OF_COPY: Final = ("dose", "certificate")
_CODE: Final = re.compile(r"[a-z_]{0,30}\Z")


@dataclass(frozen=True, slots=True)
class Erasure:
    """That somebody was erased, and the proof.

    Attributes:
        reference: Of the request on paper or in the mail; no name.
        visits: How many check-ins.
        events: How many events held something sealed, to whomever, words that staff typed, or which
            certificate of theirs was printed.
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


@dataclass(frozen=True, slots=True)
class Held:
    """What an event holds of a person, beside what the tables are made of.

    Attributes:
        at: The device's clock, as it said.
        sealed: Recipient's key id to what that recipient alone can open.
        words: What staff typed.
    """

    event: str
    type: str
    at: str
    visit: str
    sealed: Mapping[str, str] = field(repr=False)
    words: str = field(repr=False)


def held_in(data: bytes) -> Held | None:
    """Return what an event holds of a person, or None where ``erased`` would find nothing."""
    event = _event(data)
    gone = None if event is None else _to_go(event)
    if event is None or gone is None:
        return None
    handed = gone.get("sealed")
    sealed = dict(event.sealed or {}) | (handed if isinstance(handed, dict) else {})
    words = str(gone.get("reason", ""))
    return Held(event.id, event.type, event.at, event.visit or "", sealed, words)


def erased(data: bytes) -> bytes | None:
    """Return an event without whom it is about, or None where nothing of the kind is left in it.

    The mark that takes the seal's place keeps the event's own digest, by which facts are ordered.
    """
    event = _event(data)
    gone = None if event is None else _to_go(event)
    if event is None or gone is None:
        return None
    body = event.body
    if gone:
        left = {name: None if name == "sealed" else "" for name in gone}
        body = msgspec.Raw(msgspec.json.encode(_fields(event) | left))
    mark = {ERASED: hashlib.sha256(data).hexdigest()[:16]}
    return events.encode_event(msgspec.structs.replace(event, sealed=mark, person=None, body=body))


def is_of(data: bytes, visits: Collection[str], ids: Collection[str]) -> bool:
    """Return whether an event is about one of these visits, is one of these events, or printed one's certificate."""
    event = _event(data)
    if event is None:
        return False
    return event.visit in visits or event.id in ids or _dose_printed(event) in ids


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


def _to_go(event: events.Event) -> dict[str, object] | None:
    """Return the fields of the body that go with the seal, or None where nothing is to go."""
    if ERASED in (event.sealed or ()):
        return None
    fields = _fields(event)
    gone: dict[str, object] = _of_copy(event, fields)
    if event.type in HANDED_ON and fields.get("sealed"):
        gone["sealed"] = fields["sealed"]
    reason = str(fields.get("reason") or "")
    once = event.type in TYPED_ONCE and not is_code(reason)
    if reason and (once or event.type in TYPED):
        gone["reason"] = reason
    return None if event.sealed is None and not gone else gone


def _of_copy(event: events.Event, fields: Mapping[str, object]) -> dict[str, object]:
    if event.type not in COPIES:
        return {}
    return {name: fields[name] for name in _OF_COPY if fields.get(name)}


def _dose_printed(event: events.Event) -> str:
    return str(_fields(event).get("dose", "")) if event.type in COPIES else ""


def _fields(event: events.Event) -> dict[str, object]:
    if event.type not in TYPED | TYPED_ONCE | HANDED_ON | COPIES:
        return {}
    try:
        return msgspec.json.decode(event.body, type=dict[str, object])
    except msgspec.DecodeError:
        return {}


def _event(data: bytes) -> events.Event | None:
    try:
        return events.decode_event(data)
    except WireError:
        return None
