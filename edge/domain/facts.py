"""What can happen to a kiosk's conversation: facts in the past tense.

``at_ms`` is the machine's time since boot in milliseconds; the wall clock decides nothing here. Nor
does the language that a person chose: no fact holds it.
"""

from dataclasses import dataclass, field
from typing import Literal

from edge.domain.aim import Hint
from edge.domain.answers import Answer, Subject, Want
from edge.domain.dose_hint import DoseHint
from edge.domain.earlier import Judged
from edge.domain.health import FaultCode
from edge.domain.roster import Match
from edge.domain.screen import Fault
from protocol.documents.model import Reading
from protocol.documents.passport import Part

Source = Literal["camera", "engine", "keypad"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was read.

    Attributes:
        code: Digest of what was read: tells two codes apart and says nothing about either.
        person: Local matching key of a claim's number; None for a refusal.
        masked_name: What a screen or slip may show of the name.
        match: What the roster says of a claim; None where nothing was asked.
        minor: By the birth date, this person needs a guardian.
        priority: Class of the queue by rule of age; empty is the usual one.
        doses: What the roster says of earlier doses.
        certificate: The exact bytes of a vaccination certificate, until the verdict on it.
        mistyped: What of a passport's typed lines cannot be right.
    """

    code: str
    reading: Reading
    person: str | None = None
    masked_name: str | None = None
    match: Match | None = None
    minor: bool = False
    priority: str = ""
    doses: DoseHint | None = None
    certificate: bytes | None = field(default=None, repr=False)
    mistyped: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class CodesSeen:
    """A frame held these codes; comes with every frame that holds one."""

    codes: tuple[Seen, ...]
    at_ms: int
    source: Source = "camera"


@dataclass(frozen=True, slots=True)
class AimJudged:
    """How a card is held changed; told only when the hint changes. None: nothing to say."""

    hint: Hint | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class NumberEntered:
    """A person typed a number, or a passport's lines, and confirmed it."""

    seen: Seen
    at_ms: int


@dataclass(frozen=True, slots=True)
class KeypadOpened:
    """A person asked for the keypad."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class PassportOpened:
    """A person asked for the keyboard on which a passport's lines are typed."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class WantsOpened:
    """A person asked what else there is."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class WantChosen:
    """A person said what they came for."""

    want: Want
    at_ms: int


@dataclass(frozen=True, slots=True)
class SubjectChosen:
    """A person said what is wrong."""

    subject: Subject
    at_ms: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A person agreed: what was read is theirs, the differences are understood, they are guardian."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Denied:
    """A person said no: that is not me, or: I am not the guardian."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class CompanionAnnounced:
    """A person has somebody else with them who needs a number."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class ReprintWanted:
    """A person whose number is on the screen has lost the slip."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class CertificateWanted:
    """A person wants the ``place``-th of the certificates on the screen on paper, counted from 1."""

    place: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class PendingWanted:
    """A person wants on paper why there is no certificate yet."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class ScreenTouched:
    """A person is still busy at the screen."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class ScreenHeard:
    """The screen is being read aloud; nobody need have done anything."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class LargeTypeWanted:
    """A person asked for larger letters, or for the usual ones again; for themselves alone."""

    on: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class ScreenLeft:
    """A person went one step back."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """A person pressed "call staff"."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class StaffTold:
    """The desks of the site show that staff are wanted here."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class CheckInStored:
    """A check-in is durable in the journal, with its number and its print job."""

    visit: str
    job: str
    ticket: str
    person: str
    masked_name: str | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class AlreadyHere:
    """The hub says that this person holds a number from another place of the site; nothing was written.

    Attributes:
        visit: The one that counts.
        desk: Where their slip sends them; empty for the site's first station.
    """

    visit: str
    ticket: str
    person: str
    masked_name: str | None
    at_ms: int
    desk: str = ""


@dataclass(frozen=True, slots=True)
class CertificateJudged:
    """There is a verdict on a certificate that was held up.

    Attributes:
        person: Matching key of whose turn it was; None where nobody's was.
    """

    person: str | None
    judged: Judged
    at_ms: int


@dataclass(frozen=True, slots=True)
class ComplaintStored:
    """A complaint is durable in the journal, with its number and its print job."""

    visit: str
    job: str
    ticket: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known of certificates or doses; who asked may have left meanwhile.

    Attributes:
        person: Matching key of the person it is about.
    """

    want: Want
    person: str
    answer: Answer
    at_ms: int


@dataclass(frozen=True, slots=True)
class JournalFailed:
    """The journal could not be written; nothing of the attempt was kept."""

    fault: Fault
    at_ms: int


@dataclass(frozen=True, slots=True)
class JournalRecovered:
    """The journal can be written again."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class PrintFinished:
    """A print job came to its end, and its event is in the journal.

    Attributes:
        qr: What the QR of a queue slip says that nobody may hold; None for a proven one.
        reason: Why it failed or is doubtful.
        beside: Job of the slip that this one, a correction slip, goes with; empty: it is none.
    """

    job: str
    outcome: Literal["proven", "doubtful", "failed"]
    at_ms: int
    qr: str | None = None
    reason: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class ReprintQueued:
    """A second slip is on its way, as this print job."""

    job: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class WaitEstimated:
    """How long people wait now, from and to; None when nobody can say."""

    minutes: tuple[int, int] | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class HallEmptied:
    """Another day began: nobody of the one before is in the hall."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class StationAsked:
    """Somebody of the staff wants this kiosk to ``verify`` certificates for a while, or to give numbers again."""

    verify: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class NoLongerHere:
    """The hub says that the number of a visit counts no more: its person may check in anew."""

    visit: str
    companion: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class CameraFailed:
    """The camera gives no frames; it is tried again."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class CameraWorked:
    """The camera gives frames again."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class HealthChanged:
    """What is wrong with the machine changed; the whole list, worst first."""

    faults: tuple[FaultCode, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class TickPassed:
    """A little time went by."""

    at_ms: int


Opening = KeypadOpened | PassportOpened | WantsOpened | WantChosen | CompanionAnnounced
Reply = Confirmed | Denied | SubjectChosen | ReprintWanted | CertificateWanted | PendingWanted
Touch = Opening | Reply | ScreenTouched | LargeTypeWanted | ScreenLeft | HelpWanted
Stored = CheckInStored | AlreadyHere | ComplaintStored
Outcome = (
    Stored
    | Answered
    | CertificateJudged
    | JournalFailed
    | JournalRecovered
    | PrintFinished
    | ReprintQueued
)
Machine = AimJudged | CameraFailed | CameraWorked | HealthChanged | WaitEstimated
Hall = HallEmptied | NoLongerHere
Site = Hall | StaffTold | StationAsked
Fact = CodesSeen | NumberEntered | Touch | ScreenHeard | Outcome | Machine | Site | TickPassed
