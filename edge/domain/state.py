"""Where the conversation stands, and the two moves that every part of it makes: show, and go home."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from edge.domain.aim import Hint
from edge.domain.answers import Subject, Want
from edge.domain.commands import Command, ShowScreen
from edge.domain.dose_hint import DoseHint
from edge.domain.earlier import Judged
from edge.domain.facts import Seen, Source
from edge.domain.health import FaultCode, out_of_order
from edge.domain.roster import Difference
from edge.domain.screen import Attract, Fault, HoldUp, MissedSlip, OutOfOrder, Screen, VerifyReady
from edge.domain.view import PutOff, View
from protocol.documents.model import Claim

REMEMBERED_MS = 16 * 3_600_000
"""Longer than any session; then a person is served as a new one."""
WAIT_KNOWN_MS = 5 * 60_000
"""An older estimate of the waiting time is none."""

Step = tuple["State", list[Command]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site decides about the conversation.

    Attributes:
        confirm_ms: How long a card's holder can say "that is not me" before the number is given;
            0 gives it at once.
        verify_station: This Pi checks nobody in; it says what certificates are worth.
    """

    confirm_ms: int = 6_000
    verify_station: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """The number that a person holds."""

    ticket: str
    masked_name: str | None
    at_ms: int
    visit: str = ""
    desk: str = ""


@dataclass(frozen=True, slots=True)
class Helper:
    """Who checks others in after themselves, and how many so far.

    Attributes:
        slips: Print job -> number of the people who came through them, themselves included.
        missed: Which of these slips did not come out, as far as that is known.
    """

    visit: str
    companions: int = 0
    slips: Mapping[str, str] = field(default_factory=dict)
    missed: tuple[MissedSlip, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """Whose card or number was read, while they stand here; in memory only.

    Attributes:
        agreed: What the person was shown and let pass, or agreed to.
        guardian: The helper said to be this minor's guardian.
        earlier: The verdict on the certificate that they held up last.
    """

    seen: Seen
    claim: Claim = field(repr=False)
    source: Source
    agreed: frozenset[str] = frozenset()
    guardian: bool = False
    earlier: Judged | None = None

    @property
    def person(self) -> str:
        """Return the local matching key."""
        return self.seen.person or ""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return where card and list differ."""
        return self.seen.match.differences if self.seen.match else ()

    @property
    def doses(self) -> DoseHint | None:
        """Return what the list says of doses; nothing to who typed a number: anybody can."""
        return None if self.source == "keypad" else self.seen.doses


@dataclass(frozen=True, slots=True)
class State:
    """Where the conversation stands. Lives in memory only.

    Attributes:
        since_ms: When the screen was put up, or last touched.
        heard_ms: When a screen was last being read to somebody.
        used: The person has touched this very screen.
        asked_ms: Since when the person is being asked whether they are still there.
        put_off: The newest card of an engine that came while somebody else was being served.
        job: Print job of the number on the screen.
        given: Person's matching key -> the number they hold.
        helper: Who can announce companions, or has.
        companion: The next card is a companion's.
        journal_fault: Why nothing can be kept safe now; stays until the journal was written again.
        tried_ms: When the journal was last tried.
        calling: Staff were called, which the screen does not show yet.
        two_cards_ms: When two people's cards were last in view together.
        visitor: Counts the people who left; what one of them chose for themselves ends with them.
        touched_ms: When the person who is there last touched anything; None when nobody did.
        large: That person asked for larger letters.
        checked: Certificates that a verify station has looked at.
        verifying_ms: Since when staff let this kiosk be one without it being used; None: it gives numbers.
        verify_asked: What a desk asked for that waits until nobody is served here.
    """

    rules: Rules = field(default_factory=Rules)
    screen: Screen = field(default_factory=Attract)
    since_ms: int = 0
    heard_ms: int = 0
    used: bool = False
    asked_ms: int | None = None
    view: View = field(default_factory=View)
    put_off: PutOff | None = None
    want: Want = Want.CHECK_IN
    subject: Subject | None = None
    pending: Pending | None = field(default=None, repr=False)
    helper: Helper | None = None
    companion: bool = False
    job: str | None = None
    given: Mapping[str, Given] = field(default_factory=dict, repr=False)
    camera_works: bool = True
    hint: Hint | None = None
    faults: tuple[FaultCode, ...] = ()
    journal_fault: Fault | None = None
    tried_ms: int = 0
    calling: bool = False
    two_cards_ms: int | None = None
    wait: tuple[int, int] | None = None
    wait_ms: int = 0
    visitor: int = 0
    touched_ms: int | None = None
    large: bool = False
    checked: int = 0
    verifying_ms: int | None = None
    verify_asked: bool | None = None

    @property
    def verifies(self) -> bool:
        """Tell whether this is a verify station now, by its settings or for a while."""
        return self.rules.verify_station or self.verifying_ms is not None

    @property
    def still_there(self) -> bool:
        """Tell whether the person is being asked if they are."""
        return self.asked_ms is not None

    @property
    def missed(self) -> tuple[MissedSlip, ...]:
        """Return the slips that did not come out of the people whom somebody helps here."""
        return self.helper.missed if self.helper else ()

    @property
    def fault(self) -> Fault | None:
        """Return what prevents every check-in now."""
        if self.journal_fault is not None:
            return self.journal_fault
        match out_of_order(self.faults):
            case None:
                return None
            case FaultCode.DISK_FULL:
                return "D01"
            case _:
                return "D02"

    @property
    def home(self) -> Screen:
        """Return what is shown when nobody is being served."""
        if self.verifies:
            # Nothing is written here, so no disk and no journal can put it out of order.
            for_a_while = self.verifying_ms is not None
            return VerifyReady(self.camera_works, self.hint, self.checked, for_a_while)
        if self.fault is not None:
            return OutOfOrder(self.fault)
        return Attract(self.camera_works, self.hint, self.faults)

    @property
    def scan_screen(self) -> Screen:
        """Return where a card is asked for, by what the person came for."""
        if self.fault is not None or (self.want is Want.CHECK_IN and not self.companion):
            return self.home
        missed = self.missed if self.companion else ()
        return HoldUp(self.want, self.camera_works, self.hint, self.companion, missed)

    def held_by(self, person: str, now_ms: int) -> Given | None:
        """Return the number that a person holds since less than a session."""
        held = self.given.get(person)
        return held if held is not None and now_ms - held.at_ms < REMEMBERED_MS else None

    def wait_now(self, now_ms: int) -> tuple[int, int] | None:
        """Return how long people wait, if that was estimated not long ago."""
        return self.wait if now_ms - self.wait_ms <= WAIT_KNOWN_MS else None


def show(state: State, screen: Screen, now_ms: int) -> Step:
    """Put a screen up."""
    state = replace(state, screen=screen, since_ms=now_ms, used=False, asked_ms=None)
    return state, [ShowScreen(screen)]


def go_home(state: State, now_ms: int) -> Step:
    """End a person's visit to the kiosk: what was known of them is dropped, but for the number."""
    state = replace(
        state, want=Want.CHECK_IN, subject=None, pending=None, helper=None, companion=False
    )
    return show(state, state.home, now_ms)


def gone(state: State) -> State:
    """Return the state for the next person: who was here has left, with all that they chose."""
    if state.touched_ms is None:
        return state
    return replace(state, visitor=state.visitor + 1, touched_ms=None, large=False)
