"""Certificates before the camera: within a person's turn, and at a verify station.

Within a turn a certificate belongs to whose card was read; it changes what is said and printed,
never whether they are served. A verify station serves nobody: a verdict, ten seconds, and nothing kept.
"""

from dataclasses import replace

from edge.domain.commands import (
    Command,
    ForgetFrames,
    JudgeCertificate,
    ReprintSlip,
    StoreCertificate,
)
from edge.domain.earlier import Judged, foremost
from edge.domain.facts import CertificateJudged, CodesSeen, HelpWanted, ScreenLeft, Seen, Touch
from edge.domain.reading import CERTIFICATE_READ_MS
from edge.domain.screen import Done, NoCertificate, Read, Verified, VerifyReady
from edge.domain.staff_call import call_staff
from edge.domain.state import State, Step, go_home, show
from edge.domain.station import give_numbers


def fresh_certificate(state: State, seen: CodesSeen) -> Seen | None:
    """Return a certificate that was not answered yet, where somebody's turn has a place for one."""
    if state.pending is None or not isinstance(state.screen, Read | Done):
        return None
    return _fresh(state, seen)


def ask_verdict(state: State, code: Seen, now_ms: int) -> Step:
    """Ask what the certificate of the person who stands here is worth."""
    state = replace(state, view=state.view.answer((code,), now_ms))
    pending = state.pending
    person, claim = (pending.person, pending.claim) if pending else (None, None)
    return state, [JudgeCertificate(code.certificate or b"", person, claim)]


def judged(state: State, fact: CertificateJudged) -> Step:
    """Return what follows from a verdict; of several the one with the latest dose is the hint."""
    if state.verifies:
        used_ms = fact.at_ms if state.verifying_ms is not None else None
        state = replace(state, checked=state.checked + 1, verifying_ms=used_ms)
        state, shown = show(state, Verified(fact.judged), fact.at_ms)
        return state, [*shown, ForgetFrames()]
    if state.pending is None or state.pending.person != fact.person:
        return state, []
    hint = foremost(state.pending.earlier, fact.judged)
    # Whoever holds one up is told what it is worth, also where it is not the hint.
    held_up = fact.judged if hint is fact.judged else replace(fact.judged, outdone=True)
    state = replace(state, pending=replace(state.pending, earlier=hint))
    match state.screen:
        case Read() as screen:
            screen = replace(screen, ends_ms=CERTIFICATE_READ_MS, earlier=held_up)
            return show(state, screen, fact.at_ms)
        case Done() as screen:
            return _after_the_number(state, screen, held_up, fact.at_ms)
        case _:
            return state, []


def _after_the_number(state: State, screen: Done, verdict: Judged, now_ms: int) -> Step:
    """Write what was seen; a dose that may be told comes on a second slip, for the screener."""
    pending = state.pending
    held = state.held_by(pending.person, now_ms) if pending else None
    if pending is None or held is None:
        return state, []
    commands: list[Command] = [StoreCertificate(held.visit, pending.person, verdict)]
    screen = replace(screen, earlier=verdict)
    if verdict.told is not None and not verdict.outdone:
        screen = replace(screen, slip="printing", reprint=True)
        commands.append(
            ReprintSlip(
                held.visit,
                held.ticket,
                held.masked_name,
                held.desk,
                large=state.large,
                doses=pending.doses,
                earlier=verdict,
            )
        )
    state, shown = show(state, screen, now_ms)
    return state, [*commands, *shown]


def station_saw(state: State, seen: CodesSeen) -> Step:
    """Return what follows at a verify station from a frame that holds codes."""
    state = replace(state, view=state.view.still(seen.codes, seen.at_ms))
    code = _fresh(state, seen)
    if code is not None:
        return ask_verdict(state, code, seen.at_ms)
    fresh = [code for code in seen.codes if not state.view.knows(code)]
    if not fresh or isinstance(state.screen, Verified):
        return state, []
    state = replace(state, view=state.view.answer(fresh, seen.at_ms))
    return show(state, NoCertificate(), seen.at_ms)


def at_station(state: State, touch: Touch) -> Step:
    """Return what follows at a verify station from what somebody does there."""
    match touch:
        case HelpWanted():
            return call_staff(state, touch)
        case ScreenLeft():
            if isinstance(state.screen, VerifyReady) and state.verifying_ms is not None:
                return give_numbers(state, touch.at_ms)
            return go_home(state, touch.at_ms)
        case _:
            return state, []


def _fresh(state: State, seen: CodesSeen) -> Seen | None:
    for code in seen.codes:
        if code.certificate is not None and not state.view.knows(code):
            return code
    return None
