"""What can happen at a site, as facts in the past tense, and the exact bytes of each.

An event is encoded once, on the device, as JSON with sorted keys; its bytes are then hashed, signed
and stored as they are and never encoded again. Fields are added, never changed. A type that this
version does not know keeps its body raw.
"""

from typing import Annotated, Final, Literal

import msgspec

from protocol.errors import ProtocolMisuse, WireError
from protocol.site_events import SITE_TYPES, SiteBody

MAX_EVENT_BYTES = 16 * 1024

# Checked when bytes from outside are decoded, so that whatever passes fits every database's columns:
# none takes a whole number above 64 bits, and PostgreSQL takes no NUL in a text.
Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]
_NUL = b"\\u0000"


class Booted(msgspec.Struct, frozen=True, kw_only=True):
    """The kiosk's program started."""

    software: str
    reason: str = ""


class ScanRefused(msgspec.Struct, frozen=True, kw_only=True):
    """A code was read that checks nobody in; what it held is not kept."""

    document: str
    reason: str
    source: Literal["camera", "engine", "keypad"] = "camera"


class CheckedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A person checked in and holds a number. The identity travels sealed, beside the body.

    Attributes:
        ticket: Number on the slip, such as ``A012``.
        document: Class of the document that was shown, such as ``cccd_2021``.
        warnings: Codes of doubts for the staff's eyes; never a refusal.
        exception: Name of the staff member who lets a person without an ID number in.
        standing: What the roster says: ``verified``, ``to_supplement``, ``exempt``, ``unknown``, or
            empty where nothing was asked.
        desk: Where the slip sends the person; empty for the site's first station.
        differences: Names of the fields in which card and roster differ; never their values.
        companion_of: Visit of the helper who checks this person in.
        guardian: That helper said to be this minor's parent or guardian.
        priority: Class of the queue by rule, such as ``elderly``; empty is the usual one.
        appointment: The list's slot, such as ``08:00-09:00``; empty for a walk-in.
        staff: Log-in name of who checked the person in at a desk; empty at a kiosk.
        happened_at: Of what was written on paper first: when, RFC 3339; empty for now.
    """

    ticket: str
    document: str
    source: Literal["camera", "engine", "keypad", "desk", "paper"] = "camera"
    warnings: tuple[str, ...] = ()
    exception: str | None = None
    standing: str = ""
    desk: str = ""
    differences: tuple[str, ...] = ()
    companion_of: str | None = None
    guardian: bool = False
    priority: str = ""
    appointment: str = ""
    staff: str = ""
    happened_at: str = ""


class SlipPrinted(msgspec.Struct, frozen=True, kw_only=True):
    """A slip left the kiosk for the printer.

    Attributes:
        job: Id of the print job; a job prints once.
        proof: ``proven`` when the printer said so afterwards, ``doubtful`` when it could not.
        ticket: Number on it; of a ``pending`` slip the id of the dose.
        kind: What the slip is for: ``queue``, ``correction``, ``complaint``, ``record``, ``pending``,
            the word that there is no certificate yet, or ``test``, of no visit.
        staff: Log-in name of who printed it at a desk; empty at a kiosk.
    """

    job: str
    ticket: str
    proof: Literal["proven", "doubtful"]
    reprint: bool = False
    kind: str = "queue"
    staff: str = ""


class PrintFailed(msgspec.Struct, frozen=True, kw_only=True):
    """A slip could not be printed; the number was shown on the screen."""

    job: str
    ticket: str
    reason: str
    reprint: bool = False
    kind: str = "queue"


class PaperChanged(msgspec.Struct, frozen=True, kw_only=True):
    """The printer says something new about its paper.

    Attributes:
        used_mm: Printed from this roll, or from the one that a new roll replaced.
        left_mm: Estimate of what is left on it; None while its beginning was not seen.
        roll_changed: A new roll was put in.
    """

    paper: Literal["enough", "near_end", "out"]
    used_mm: Count
    left_mm: Count | None = None
    roll_changed: bool = False


class ComplaintOpened(msgspec.Struct, frozen=True, kw_only=True):
    """A person says that something is wrong. Who, and any words, travel sealed, beside the body.

    Attributes:
        subject: Code of what is wrong, such as ``dose_missing``.
        ticket: Number on the complaint's slip, such as ``PA013``.
    """

    subject: str
    ticket: str
    source: Literal["camera", "engine", "keypad", "desk"] = "camera"


class CertificateSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A person of a visit held up an earlier certificate; its doses travel sealed, as ``EarlierDoses``.

    Of several in one visit the latest stands.

    Attributes:
        verdict: ``valid``, or in one word why it is not to be relied on.
        fit: How its person and the card's go together, such as ``name_differs``; empty where it
            could not be read.
        doubt: Why the verdict is less sure: ``no_list``, ``old_list``, ``clock``, or empty.
    """

    verdict: str
    fit: str = ""
    doubt: str = ""


class CertificatePrinted(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate of the Platform, verified, left a kiosk or desk for the printer.

    Attributes:
        job: Id of the print job; a job prints once.
        dose: Id of the ``vaccinated`` event that the certificate is of; nothing of its content.
        proof: ``proven`` when the printer said so afterwards, ``doubtful`` when it could not.
        reprint: It was marked as printed again.
        paper: ``a4`` for a page that a desk's browser printed, which nobody can prove; empty: a slip.
        staff: Log-in name of who printed it at a desk.
        certificate: Which one, where it took another's place: the beginning of its code's SHA-256, in
            hexadecimal; empty: the first of the dose.
    """

    job: str
    dose: str
    proof: Literal["proven", "doubtful"]
    reprint: bool = False
    paper: str = ""
    staff: str = ""
    certificate: str = ""


class SelfTested(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody held the printed target before the camera and let the kiosk test itself.

    Attributes:
        frames: How many frames were looked at.
        read: In how many of them the target's code was read.
        sharpness: How crisp edges are; about 1 in focus.
        light: Mean brightness, 0 to 1.
        glare: Share that is blown out to white.
        contrast: Between black and white, 0 to 1.
        module_px: Pixels that a module of the code takes.
        decode_ms: Median time of reading a frame.
        remarks: Codes of what is to be mended, such as ``blurred``; ``good`` alone when nothing is.
    """

    frames: Count
    read: Count
    sharpness: float
    light: float
    glare: float
    contrast: float
    module_px: float
    decode_ms: float
    remarks: tuple[str, ...]


class JournalReplaced(msgspec.Struct, frozen=True, kw_only=True):
    """A damaged journal was set aside; a new epoch began.

    Attributes:
        old_epoch: Epoch of the journal that was set aside, or empty when it could not be read.
        salvaged: Unacknowledged entries carried over, under their old keys.
        unreadable: Entries known to have existed and not read.
    """

    old_epoch: str
    salvaged: Count
    unreadable: Count


Body = (
    Booted
    | ScanRefused
    | CheckedIn
    | SlipPrinted
    | PrintFailed
    | PaperChanged
    | ComplaintOpened
    | CertificateSeen
    | CertificatePrinted
    | SelfTested
    | JournalReplaced
    | SiteBody
)
KNOWN_TYPES: Final[dict[str, type[Body]]] = {
    "booted": Booted,
    "scan_refused": ScanRefused,
    "checked_in": CheckedIn,
    "slip_printed": SlipPrinted,
    "print_failed": PrintFailed,
    "paper_changed": PaperChanged,
    "complaint_opened": ComplaintOpened,
    "certificate_seen": CertificateSeen,
    "certificate_printed": CertificatePrinted,
    "self_tested": SelfTested,
    "journal_replaced": JournalReplaced,
    **SITE_TYPES,
}


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
        dose: Number of that dose; 0 where the certificate does not know, or is of no vaccination.
        doses: Doses of the series, as planned when it was written.
        day: ``YYYY-MM-DD``, or less where the certificate knows less.
        product: Code of the medicinal product, as on the certificate.
        country: Where it was given, in two letters.
    """

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
