"""What can happen at a site, as facts in the past tense, and the exact bytes of each.

The bodies are in ``kiosk_events`` and ``site_events``; those of a kiosk are had from here.

An event is encoded once, on the device, as JSON with sorted keys; its bytes are then hashed, signed
and stored as they are and never encoded again. Fields are added, never changed. A type that this
version does not know keeps its body raw.
"""

from typing import Annotated, Final, Literal

import msgspec

from protocol.errors import ProtocolMisuse, WireError
from protocol.kiosk_events import (
    KIOSK_TYPES,
    Booted,
    CertificatePrinted,
    CertificateSeen,
    CheckedIn,
    ComplaintOpened,
    Count,
    JournalReplaced,
    KioskBody,
    PaperChanged,
    PrintFailed,
    ScanRefused,
    SelfTested,
    SlipPrinted,
)
from protocol.site_events import SITE_TYPES, SiteBody

__all__ = [
    "KNOWN_TYPES",
    "MAX_EVENT_BYTES",
    "Body",
    "Booted",
    "CertificatePrinted",
    "CertificateSeen",
    "CheckedIn",
    "ComplaintOpened",
    "Count",
    "EarlierDoses",
    "Event",
    "Identity",
    "JournalReplaced",
    "PaperChanged",
    "PrintFailed",
    "ScanRefused",
    "SelfTested",
    "SlipPrinted",
    "decode_body",
    "decode_earlier_doses",
    "decode_event",
    "decode_identity",
    "encode_body",
    "encode_earlier_doses",
    "encode_event",
    "encode_identity",
]

MAX_EVENT_BYTES = 16 * 1024

# Checked when bytes from outside are decoded: PostgreSQL takes none in a text.
_NUL = b"\\u0000"


Body = KioskBody | SiteBody
KNOWN_TYPES: Final[dict[str, type[Body]]] = {**KIOSK_TYPES, **SITE_TYPES}


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fact and its place in time.

    Attributes:
        id: UUID version 7.
        seq: Place in the journal, from 1, without gaps.
        at: The device's wall clock, RFC 3339 in UTC with milliseconds; may be wrong.
        hlc: Hybrid logical clock stamp.
        boot: Id of the machine's boot; with ``boottime_ns`` it repairs a wrong ``at``.
        clock_ok: Whether the device believed its wall clock.
        visit: The visit that this is part of.
        person: HMAC-SHA256 of the ID number under the day key, hexadecimal; local matching only.
        sealed: The identity, sealed to the centre's and the site's key.
    """

    id: str
    seq: Annotated[int, msgspec.Meta(ge=1, le=(1 << 53) - 1)]
    type: str
    at: str
    hlc: str
    boot: str
    boottime_ns: Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
    clock_ok: bool
    visit: str | None = None
    person: str | None = None
    body: msgspec.Raw = msgspec.Raw(b"{}")
    sealed: dict[str, str] | None = None


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is sealed: the least that the Platform asks for.

    Attributes:
        number: 12-digit ID number, or the passport's number; None only by a named exception.
        name: As on the document, NFC.
        birth: ``YYYY-MM-DD``, or ``YYYY-MM`` or ``YYYY`` where no more is known.
        sex: ``male``, ``female`` or None.
        nationality: Three letters of ICAO 9303; citizens are ``VNM``.
        old_number: Nine-digit number of the earlier identity card.
        words: What the person said, in a complaint that was told to somebody.
    """

    document: str
    number: str | None
    name: str | None = None
    birth: str | None = None
    sex: Literal["male", "female"] | None = None
    nationality: str = "VNM"
    old_number: str | None = None
    words: str | None = None


class EarlierDoses(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is sealed beside ``certificate_seen``: the newest dose on it; names and number are not.

    Attributes:
        kind: ``vaccination``, ``test`` or ``recovery``; empty: by an earlier version, then of a dose.
        dose: Number of that dose; 0 where the certificate does not know, or is of no vaccination.
        doses: Doses of the series, as planned when it was written.
        day: ``YYYY-MM-DD``, or less where the certificate knows less.
        product: Code of the medicinal product, as on the certificate.
        country: Where it was given, in two letters.
    """

    kind: str = ""
    dose: Count = 0
    doses: Count = 0
    day: str = ""
    product: str = ""
    country: str = ""


_encoder = msgspec.json.Encoder(order="sorted")
_event_decoder = msgspec.json.Decoder(Event)
_identity_decoder = msgspec.json.Decoder(Identity)
_earlier_doses_decoder = msgspec.json.Decoder(EarlierDoses)
_body_decoders: dict[str, msgspec.json.Decoder[Body]] = {
    name: msgspec.json.Decoder(kind) for name, kind in KNOWN_TYPES.items()
}
_type_names = {kind: name for name, kind in KNOWN_TYPES.items()}


def encode_event(event: Event) -> bytes:
    """Return the exact bytes of an event; call once, keep the bytes.

    Raises:
        ProtocolMisuse: Larger than any reader takes.
    """
    data = _encoder.encode(event)
    if len(data) > MAX_EVENT_BYTES:
        raise ProtocolMisuse(f"an event is at most {MAX_EVENT_BYTES} bytes, not {len(data)}")
    return data


def encode_body(body: Body) -> tuple[str, msgspec.Raw]:
    """Return the type name of ``body`` and its bytes for ``Event.body``."""
    return _type_names[type(body)], msgspec.Raw(_encoder.encode(body))


def decode_event(data: bytes) -> Event:
    """Return the event that ``data`` holds.

    Raises:
        WireError: ``bad_event``.
    """
    if len(data) > MAX_EVENT_BYTES:
        raise WireError("bad_event", f"larger than {MAX_EVENT_BYTES} bytes")
    if _NUL in data:
        raise WireError("bad_event", "a NUL in a text")
    try:
        return _event_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError("bad_event", "not an event of this protocol") from error


def decode_body(event: Event) -> Body | None:
    """Return the body of ``event``, or None when this version does not know its type.

    Raises:
        WireError: ``bad_body``.
    """
    decoder = _body_decoders.get(event.type)
    if decoder is None:
        return None
    try:
        return decoder.decode(event.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError("bad_body", f"not a body of {event.type}") from error


def encode_identity(identity: Identity) -> bytes:
    """Return the plain bytes to seal."""
    return _encoder.encode(identity)


def encode_earlier_doses(doses: EarlierDoses) -> bytes:
    """Return the plain bytes to seal."""
    return _encoder.encode(doses)


def decode_identity(data: bytes) -> Identity:
    """Return the identity that an opened sealing holds.

    Raises:
        WireError: ``bad_identity``.
    """
    if _NUL in data:
        raise WireError("bad_identity", "a NUL in a text")
    try:
        return _identity_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError("bad_identity", "not an identity of this protocol") from error


def decode_earlier_doses(data: bytes) -> EarlierDoses:
    """Return what an opened sealing beside ``certificate_seen`` holds.

    Raises:
        WireError: ``bad_earlier_doses``.
    """
    try:
        return _earlier_doses_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError("bad_earlier_doses", "not the doses of a certificate") from error
