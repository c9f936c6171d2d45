"""What the conversation asks the services to do: imperatives, carried out in order."""

from dataclasses import dataclass, field
from typing import Literal

from edge.domain.answers import Asker, Item, Subject, Want
from edge.domain.dose_hint import DoseHint
from edge.domain.earlier import Judged
from edge.domain.facts import Source
from edge.domain.roster import Difference, Field, Told
from edge.domain.screen import Screen
from protocol.documents.model import Claim


@dataclass(frozen=True, slots=True)
class StoreCheckIn:
    """Write a check-in with the next number and a print job; answer with a fact.

    Attributes:
        differences: Names of the fields in which card and list differ, never their values.
        companion_of: Visit of the helper.
        priority: Class of the queue by rule of age; empty is the usual one.
        appointment: The list's slot; empty for a walk-in.
    """

    claim: Claim
    person: str
    masked_name: str | None
    source: Source
    standing: str = ""
    desk: str = ""
    differences: tuple[Field, ...] = ()
    companion_of: str | None = None
    guardian: bool = False
    priority: str = ""
    appointment: str = ""


@dataclass(frozen=True, slots=True)
class StoreRefusal:
    """Write that something was shown that checks nobody in; what it held is not kept."""

    document: str
    reason: str
    source: Source


@dataclass(frozen=True, slots=True)
class StoreComplaint:
    """Write a complaint with a number and a print job; answer with a fact."""

    subject: Subject
    claim: Claim
    person: str
    source: Source | Literal["desk"]


@dataclass(frozen=True, slots=True)
class AskRecords:
    """Ask for certificates or doses; the answer comes as a fact, in any case."""

    want: Want
    asker: Asker


@dataclass(frozen=True, slots=True)
class StoreCertificate:
    """Write that an earlier certificate was seen in a visit; its doses go sealed."""

    visit: str
    person: str
    judged: Judged


@dataclass(frozen=True, slots=True)
class JudgeCertificate:
    """Judge what was held up, in memory alone; the verdict comes as a fact, in any case.

    Attributes:
        person: Matching key of whose turn it is; ``claim`` is what their card says.
    """

    certificate: bytes = field(repr=False)
    person: str | None = None
    claim: Claim | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TryJournal:
    """Write that the kiosk is back in service; answer with a fact."""


@dataclass(frozen=True, slots=True)
class AskStillHere:
    """Ask the hub whether a number that this kiosk gave still counts; a fact comes only if not.

    Attributes:
        companion: They came as somebody's companion now.
    """

    person: str
    visit: str
    ticket: str
    companion: bool = False


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Send a stored print job to the printer.

    Attributes:
        desk: Where the slip sends the person; empty for the site's first station.
        corrections: Values of card and list; they leave memory on the person's own slip only.
        companions: How many people have come through the same helper before this one.
        large: This person reads large letters better.
        doses: What the list says of earlier doses; on the person's own slip only.
        earlier: What an earlier certificate says of them; likewise.
        standing: What the list says of the person, likewise.
    """

    job: str
    visit: str
    ticket: str
    masked_name: str | None
    kind: Literal["queue", "complaint"] = "queue"
    desk: str = ""
    corrections: tuple[Difference, ...] = ()
    companions: int = 0
    large: bool = False
    doses: DoseHint | None = None
    earlier: Judged | None = None
    standing: Told | None = None


@dataclass(frozen=True, slots=True)
class ReprintSlip:
    """Print the slip of a number that was given before; marked, unless the first never came out.

    Attributes:
        corrections: As on ``PrintSlip``; the slip of them is printed again, too.
        alone: That one alone.
        by_staff: Staff print it, who see who asks: the limit is not theirs.
    """

    visit: str
    ticket: str
    masked_name: str | None
    desk: str = ""
    large: bool = False
    doses: DoseHint | None = None
    earlier: Judged | None = None
    standing: Told | None = None
    corrections: tuple[Difference, ...] = ()
    alone: bool = False
    by_staff: bool = False


@dataclass(frozen=True, slots=True)
class PrintCertificate:
    """Verify a certificate of the Platform once more and print it; marked, unless it is the first.

    Attributes:
        staff: Log-in name of who prints it at a desk; empty at the kiosk.
    """

    item: Item
    large: bool = False
    staff: str = ""


@dataclass(frozen=True, slots=True)
class PrintPending:
    """Print that there is no certificate of these doses yet, why, and where to ask.

    Attributes:
        items: At least one, the newest last.
        staff: Log-in name of who printed it at a desk.
    """

    items: tuple[Item, ...]
    masked_name: str | None = None
    large: bool = False
    staff: str = ""

    @property
    def item(self) -> Item:
        """Return the newest dose; the slip is named by it."""
        return self.items[-1]


@dataclass(frozen=True, slots=True)
class ShowScreen:
    """Put a screen up.

    Attributes:
        still_there: Ask over it whether the person is still there: it goes away soon.
    """

    screen: Screen
    still_there: bool = False


@dataclass(frozen=True, slots=True)
class CallStaff:
    """Tell the site's desks that staff are wanted at this kiosk, or no more; a fact comes once they show it."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class ForgetFrames:
    """Drop the frames that the decoder keeps: the person before the camera changed."""


Storing = StoreCheckIn | StoreRefusal | StoreComplaint | StoreCertificate | TryJournal
Command = (
    Storing
    | JudgeCertificate
    | AskRecords
    | AskStillHere
    | PrintSlip
    | ReprintSlip
    | PrintCertificate
    | PrintPending
    | ShowScreen
    | CallStaff
    | ForgetFrames
)
