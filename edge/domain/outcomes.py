"""What the services report back: stored, failed, answered, printed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, assert_never

from edge.domain.answers import Want
from edge.domain.commands import ForgetFrames, PrintSlip, ReprintSlip, StoreCertificate
from edge.domain.facts import (
    AlreadyHere,
    Answered,
    CheckInStored,
    ComplaintStored,
    JournalFailed,
    JournalRecovered,
    PrintFinished,
    ReprintQueued,
    Stored,
)
from edge.domain.reprint import LIMIT
from edge.domain.screen import (
    Asking,
    Attract,
    Busy,
    Certificates,
    Complained,
    Done,
    Doses,
    HoldUp,
    MissedSlip,
    NoCertificate,
    NotMe,
    OutOfOrder,
    Refused,
    SlipState,
    TwoCards,
)
from edge.domain.state import REMEMBERED_MS, Given, Helper, Pending, State, Step, go_home, show

_SLIP: dict[str, SlipState] = {"proven": "printed", "doubtful": "doubtful", "failed": "failed"}
# Nobody reads or types anything here that a fault would take from them.
_MAY_GO = Attract | Busy | Refused | TwoCards | OutOfOrder | HoldUp | NotMe | NoCertificate


Outcome = Stored | Answered | JournalFailed | JournalRecovered | PrintFinished | ReprintQueued


def came_out(state: State, outcome: Outcome) -> Step:
    """Return what follows from how something came out."""
    match outcome:
        case CheckInStored():
            return _stored(state, outcome)
        case AlreadyHere():
            return _already_here(state, outcome)
        case ComplaintStored():
            return _complaint_stored(state, outcome)
        case Answered():
            return _answered(state, outcome)
        case JournalFailed() | JournalRecovered():
            return _journal_changed(state, outcome)
        case ReprintQueued():
            return replace(state, job=outcome.job), []
        case PrintFinished():
            return _print_finished(state, outcome)
        case _:
            assert_never(outcome)


def _journal_changed(state: State, outcome: JournalFailed | JournalRecovered) -> Step:
    fault = outcome.fault if isinstance(outcome, JournalFailed) else None
    state = replace(state, journal_fault=fault, tried_ms=outcome.at_ms)
    return home_unless_in_use(state, outcome.at_ms)


def home_unless_in_use(state: State, now_ms: int) -> Step:
    """Go to the beginning, unless a person would lose what is on the screen."""
    return go_home(state, now_ms) if isinstance(state.screen, _MAY_GO) else (state, [])


def _stored(state: State, stored: CheckInStored) -> Step:
    pending = state.pending
    match = pending.seen.match if pending else None
    desk, told = (match.desk, match.told) if match else ("", None)
    held = _given(state, stored, desk)
    helper = _helper(state, stored)
    doses = pending.doses if pending else None
    done = Done(
        stored.ticket,
        stored.masked_name,
        standing=told,
        desk=desk,
        wait=state.wait_now(stored.at_ms),
        companions=helper.companions,
        minor_alone=pending is not None and pending.seen.minor and not state.companion,
        doses=doses,
        earlier=pending.earlier if pending else None,
        missed=helper.missed,
    )
    state = replace(
        state, given=held, job=stored.job, journal_fault=None, helper=helper, companion=False
    )
    state, shown = show(state, done, stored.at_ms)
    slip = PrintSlip(
        stored.job,
        stored.visit,
        stored.ticket,
        stored.masked_name,
        desk=desk,
        corrections=pending.differences if pending else (),
        companions=helper.companions,
        large=state.large,
        doses=doses,
        earlier=done.earlier,
        standing=told,
    )
    return state, [*_certificate(pending, stored), slip, *shown, ForgetFrames()]


def _already_here(state: State, there: AlreadyHere) -> Step:
    """Tell somebody the number that they got elsewhere at the site, and print its slip again.

    It is marked as a second one; the first may be in their pocket.
    """
    pending = state.pending
    doses = pending.doses if pending else None
    helper = state.helper if state.companion and state.helper else Helper(there.visit)
    state = replace(
        state, given=_given(state, there, there.desk), helper=helper, companion=False, job=None
    )
    done = Done(
        there.ticket,
        there.masked_name,
        again=True,
        reprint=True,
        desk=there.desk,
        wait=state.wait_now(there.at_ms),
        doses=doses,
        earlier=pending.earlier if pending else None,
        missed=helper.missed,
    )
    order = ReprintSlip(
        there.visit,
        there.ticket,
        there.masked_name,
        there.desk,
        large=state.large,
        doses=doses,
        earlier=done.earlier,
        standing=pending.seen.match.told if pending and pending.seen.match else None,
    )
    state, shown = show(state, done, there.at_ms)
    return state, [*_certificate(pending, there), order, *shown, ForgetFrames()]


def _certificate(
    pending: Pending | None, got: CheckInStored | AlreadyHere
) -> Iterator[StoreCertificate]:
    """Yield what is to be written of a certificate that was held up before there was a visit."""
    if pending is not None and pending.earlier is not None:
        yield StoreCertificate(got.visit, got.person, pending.earlier)


def _given(state: State, got: CheckInStored | AlreadyHere, desk: str) -> dict[str, Given]:
    """Return who holds which number, this one included and old ones forgotten."""
    held = {p: g for p, g in state.given.items() if got.at_ms - g.at_ms < REMEMBERED_MS}
    held[got.person] = Given(got.ticket, got.masked_name, got.at_ms, got.visit, desk)
    return held


def _helper(state: State, stored: CheckInStored) -> Helper:
    """Return who may bring the next person: the helper there was, or who has just got a number."""
    own = {stored.job: stored.ticket}
    if not state.companion or state.helper is None:
        return Helper(stored.visit, slips=own)
    helper = state.helper
    return replace(helper, companions=helper.companions + 1, slips={**helper.slips, **own})


def _complaint_stored(state: State, stored: ComplaintStored) -> Step:
    state = replace(state, job=stored.job, journal_fault=None)
    state, shown = show(state, Complained(stored.ticket), stored.at_ms)
    slip = PrintSlip(
        stored.job, stored.visit, stored.ticket, None, kind="complaint", large=state.large
    )
    return state, [slip, *shown, ForgetFrames()]


def _answered(state: State, answered: Answered) -> Step:
    pending = state.pending
    if not isinstance(state.screen, Asking) or pending is None:
        return state, []
    if (answered.want, answered.person) != (state.want, pending.person):
        return state, []
    answer, name = answered.answer, pending.seen.masked_name
    if pending.source == "keypad":
        # Anybody can type a number: then the details stay closed.
        answer = replace(answer, items=())
    certificates = answered.want is Want.CERTIFICATE
    screen = Certificates(answer, name) if certificates else Doses(answer, name)
    return show(state, screen, answered.at_ms)


def _print_finished(state: State, finished: PrintFinished) -> Step:
    screen = state.screen
    if finished.beside:
        return _correction_finished(state, finished)
    if isinstance(screen, Certificates) and screen.slip and state.job == finished.job:
        screen = replace(screen, slip=_slip(finished), refused=_not_valid(finished.reason))
        return show(state, screen, finished.at_ms)
    if not isinstance(screen, Done | Complained) or state.job != finished.job:
        return _missed(state, finished)
    if isinstance(screen, Done) and screen.again and not screen.reprint:
        return state, []
    if isinstance(screen, Done):
        # Whoever has a slip needs no second one on the screen either.
        screen = replace(screen, qr=None if finished.reason == LIMIT else finished.qr)
    return show(state, replace(screen, slip=_slip(finished)), finished.at_ms)


def _slip(finished: PrintFinished) -> SlipState:
    """Return how a slip ended, in the words of the screen: the limit is no fault of a printer."""
    return "limit" if finished.reason == LIMIT else _SLIP[finished.outcome]


def _correction_finished(state: State, finished: PrintFinished) -> Step:
    """Tell that the slip of what differs did not come out: the desk sees the same, and prints it."""
    screen, outcome = state.screen, finished.outcome
    if not isinstance(screen, Done) or state.job != finished.beside:
        return _missed(state, finished)
    if outcome == "proven" or finished.reason == LIMIT:
        return state, []
    return show(state, replace(screen, correction=outcome), finished.at_ms)


def _not_valid(reason: str) -> Literal["revoked", "not_valid"] | None:
    if reason == "certificate_revoked":
        return "revoked"
    return "not_valid" if reason.startswith("certificate_") else None


def _missed(state: State, finished: PrintFinished) -> Step:
    """Tell a helper who went on to the next person that the slip of one before did not come out.

    A screen on which somebody types or answers stays; the next number's page says it then.
    """
    helper, outcome, job = state.helper, finished.outcome, finished.beside or finished.job
    if helper is None or outcome == "proven" or job not in helper.slips:
        return state, []
    slip = MissedSlip(helper.slips[job], outcome, bool(finished.beside))
    missed = _with(helper.missed, slip)
    state = replace(state, helper=replace(helper, missed=missed))
    if isinstance(state.screen, HoldUp) and state.companion:
        return show(state, state.scan_screen, finished.at_ms)
    if isinstance(state.screen, Done):
        return show(state, replace(state.screen, missed=missed), finished.at_ms)
    return state, []


def _with(missed: tuple[MissedSlip, ...], slip: MissedSlip) -> tuple[MissedSlip, ...]:
    """Return what is told once ``slip`` is missed, too: of one person's two slips that of the number."""
    known = next((each for each in missed if each.ticket == slip.ticket), None)
    if known is not None and slip.correction:
        return missed
    return (*(each for each in missed if each.ticket != slip.ticket), slip)
