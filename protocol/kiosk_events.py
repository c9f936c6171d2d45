"""What a kiosk journals: bodies of events, in the past tense. What a hub journals is in ``site_events``."""

from typing import Annotated, Final, Literal

import msgspec

# Checked when bytes from outside are decoded, so that whatever passes fits every database's columns:
# none takes a whole number above 64 bits.
Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]


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
    """A slip could not be printed; the number was shown on the screen. ``staff`` wanted it at a desk."""

    job: str
    ticket: str
    reason: str
    reprint: bool = False
    kind: str = "queue"
    staff: str = ""


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

    Of several in one visit the one with the latest dose is the hint.

    Attributes:
        verdict: ``valid``, or in one word why it is not to be relied on.
        fit: How its person and the card's go together, such as ``name_differs``; empty where it
            could not be read.
        doubt: Why the verdict is less sure: ``no_list``, ``clock``, ``no_revocations``, ``old_list``,
            ``old_revocations``, or empty.
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


KioskBody = (
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
)
KIOSK_TYPES: Final[dict[str, type[KioskBody]]] = {
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
}
