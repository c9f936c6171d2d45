"""What the kiosk shows: one thing at a time. A screen holds at most a masked name and number.

The words stand in the catalogues of ``edge/ui/locale``; here is only what is true.
"""

from dataclasses import dataclass
from typing import Literal

from edge.domain.aim import Hint
from edge.domain.answers import Answer, Item, Want
from edge.domain.dose_hint import DoseHint
from edge.domain.earlier import Judged
from edge.domain.health import FaultCode
from edge.domain.roster import Field, Told
from protocol.documents.model import DocumentClass, Reason
from protocol.documents.passport import Part

Fault = Literal["D01", "D02"]
"""What a volunteer can read aloud: D01 the disk is full, D02 the journal cannot be written."""

_MOST_DOSES = 3
SlipState = Literal["printing", "printed", "doubtful", "failed", "limit"]
"""``limit``: it was printed as often as a person may have it; staff print it again."""
NotOut = Literal["doubtful", "failed"]


@dataclass(frozen=True, slots=True)
class MissedSlip:
    """A slip of which its helper learns only when they are one step further; the number counts.

    Attributes:
        correction: It is the one that says what to put right.
    """

    ticket: str
    slip: NotOut
    correction: bool = False


@dataclass(frozen=True, slots=True)
class Attract:
    """Nobody is being served; shows how to hold a card.

    Attributes:
        faults: What is wrong and lets people be served all the same; for the staff's eyes.
    """

    camera_works: bool = True
    hint: Hint | None = None
    faults: tuple[FaultCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Wants:
    """The four things that a person may want."""


@dataclass(frozen=True, slots=True)
class HoldUp:
    """Asks for the card of a person who wants something beside a number, or of a companion.

    Attributes:
        missed: Slips of the same helper's people that did not come out meanwhile.
    """

    want: Want
    camera_works: bool = True
    hint: Hint | None = None
    companion: bool = False
    missed: tuple[MissedSlip, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, masked; goes on by itself unless the person says that it is not them.

    Attributes:
        ends_ms: How long it stays before it goes on.
    """

    document: DocumentClass
    masked_name: str | None
    masked_number: str
    ends_ms: int
    earlier: Judged | None = None


@dataclass(frozen=True, slots=True)
class NotMe:
    """Somebody else's card was read; nothing was written of it."""


@dataclass(frozen=True, slots=True)
class Differs:
    """Card and list differ in these fields; told before the injection, printed on the slip.

    Attributes:
        ends_ms: How long it stays before it goes on: nothing of it is lost, the slip says the same.
    """

    fields: tuple[Field, ...]
    ends_ms: int = 20_000


@dataclass(frozen=True, slots=True)
class AskGuardian:
    """Asks the helper of a minor whether they are parent or guardian."""

    masked_name: str | None


@dataclass(frozen=True, slots=True)
class Busy:
    """A card was read, and what follows from it is under way."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Certificates or doses are being asked for; the person may leave."""


@dataclass(frozen=True, slots=True)
class Done:
    """The person is checked in and has a number.

    Attributes:
        again: The person had this number already; nothing new was written.
        reprint: The slip that is being printed is a second one, marked as such.
        standing: What the list says of the person; None where nobody looked.
        desk: Where to go, in the site's own words; empty for the site's first station.
        wait: Minutes from and to; None while nobody knows.
        companions: How many people have a number through this person, themselves not counted.
        minor_alone: A minor without a helper; the guardian is wanted at the desk.
        qr: What the slip's QR would say, where the slip may not have come out.
        doses: What the list says of earlier doses; the doctor decides.
        earlier: What an earlier certificate is worth, and what it says of them.
        missed: Earlier slips of the same helper's people that did not come out.
        correction: The slip that says what to put right did not come out; None: it did, or there is none.
    """

    ticket: str
    masked_name: str | None = None
    slip: SlipState = "printing"
    again: bool = False
    reprint: bool = False
    standing: Told | None = None
    desk: str = ""
    wait: tuple[int, int] | None = None
    companions: int = 0
    minor_alone: bool = False
    qr: str | None = None
    doses: DoseHint | None = None
    earlier: Judged | None = None
    missed: tuple[MissedSlip, ...] = ()
    correction: NotOut | None = None


@dataclass(frozen=True, slots=True)
class Certificates:
    """What is known of the person's certificates.

    Attributes:
        slip: How far the paper is that was asked for last; None before that.
        word: That paper says why there is no certificate yet.
        refused: Why a certificate that was there is not printed: it is not valid now; None: it is.
    """

    answer: Answer
    masked_name: str | None = None
    slip: SlipState | None = None
    word: bool = False
    refused: Literal["revoked", "not_valid"] | None = None

    @property
    def printable(self) -> bool:
        """Return whether one of them can be printed here and now."""
        return any(item.certificate for item in self.answer.items)

    @property
    def pending(self) -> tuple[Item, ...]:
        """Return the doses of which there is none, as far as it is known why."""
        return tuple(item for item in self.answer.items if item.why is not None)

    @property
    def shown(self) -> tuple[Item, ...]:
        """Return the doses for which there is room, with their buttons: two, of each kind the newest."""
        items = self.answer.items
        if not (self.printable and self.pending):
            return items[-2:]
        there = next(item for item in reversed(items) if item.certificate)
        return tuple(sorted((there, self.pending[-1]), key=items.index))


@dataclass(frozen=True, slots=True)
class Doses:
    """Whether the person's dose is recorded."""

    answer: Answer
    masked_name: str | None = None

    @property
    def shown(self) -> tuple[Item, ...]:
        """Return the doses for which there is room: three, or two and how many more there are."""
        items = self.answer.items
        return items if len(items) <= _MOST_DOSES else items[1 - _MOST_DOSES :]


@dataclass(frozen=True, slots=True)
class ChooseSubject:
    """Asks what is wrong."""


@dataclass(frozen=True, slots=True)
class Complained:
    """A complaint is kept safe and has a number."""

    ticket: str
    slip: SlipState = "printing"


@dataclass(frozen=True, slots=True)
class Refused:
    """What was shown or typed checks nobody in, and why."""

    document: DocumentClass
    reason: Reason


@dataclass(frozen=True, slots=True)
class TwoCards:
    """Two people's cards are before the camera; asks for one."""


@dataclass(frozen=True, slots=True)
class Keypad:
    """The person types the number; digits stay in the page until they are confirmed there."""


@dataclass(frozen=True, slots=True)
class Passport:
    """The person types the two lines at the foot of a passport; they stay in the page likewise.

    Attributes:
        mistyped: What of them cannot be right; the page still has what was typed.
        tries: How often that was found.
    """

    mistyped: tuple[Part, ...] = ()
    tries: int = 0


@dataclass(frozen=True, slots=True)
class StaffWanted:
    """Tells the staff around, in large letters, that somebody needs help here.

    Attributes:
        told: The site's desks show it, too.
        ticket: The number that was on the screen: it may stand nowhere else, and staff ask for it.
    """

    told: bool = False
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class VerifyReady:
    """A verify station waits for a certificate.

    Attributes:
        checked: How many were looked at since the start; nothing else is kept of them.
        for_a_while: Staff asked for it at a desk; a touch makes it give numbers again.
    """

    camera_works: bool = True
    hint: Hint | None = None
    checked: int = 0
    for_a_while: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """A verify station's verdict, with what staff compare to card and face; soon gone."""

    judged: Judged


@dataclass(frozen=True, slots=True)
class NoCertificate:
    """A verify station was shown something that is no certificate; nothing of it was looked at."""


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """No check-in can be kept safe here now; sends the person to the desk."""

    fault: Fault


Screen = (
    Attract | Wants | HoldUp | Read | NotMe | Differs | AskGuardian | Busy | Asking | Done | Certificates
    | Doses | ChooseSubject | Complained | Refused | TwoCards | Keypad | Passport | StaffWanted
    | VerifyReady | Verified | NoCertificate | OutOfOrder
)  # fmt: skip
GoesOn = Read | Differs | AskGuardian
"""When the time of these is over, a number follows and not the beginning."""
