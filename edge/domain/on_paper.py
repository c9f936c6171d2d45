"""What a person at the screen wants on paper: the slip once more, a certificate, or why there is none."""

from dataclasses import replace
from typing import assert_never

from edge.domain.commands import PrintCertificate, PrintPending, ReprintSlip
from edge.domain.facts import CertificateWanted, PendingWanted, ReprintWanted
from edge.domain.screen import Certificates, Done
from edge.domain.state import State, Step, show


def on_paper(state: State, wanted: ReprintWanted | CertificateWanted | PendingWanted) -> Step:
    """Return what follows from the wish."""
    match wanted:
        case ReprintWanted():
            return _reprint(state, wanted)
        case CertificateWanted():
            return _certificate(state, wanted)
        case PendingWanted():
            return _pending(state, wanted)
        case _:
            assert_never(wanted)


def _reprint(state: State, wanted: ReprintWanted) -> Step:
    screen = state.screen
    # Once for each time that the card is shown: a child's finger must not empty the roll.
    if not isinstance(screen, Done) or not screen.again or screen.reprint or state.pending is None:
        return state, []
    held = state.held_by(state.pending.person, wanted.at_ms)
    if held is None:
        return state, []
    order = ReprintSlip(
        held.visit,
        held.ticket,
        held.masked_name,
        held.desk,
        large=state.large,
        doses=state.pending.doses,
        earlier=state.pending.earlier,
        corrections=state.pending.differences,
    )
    state, shown = show(state, replace(screen, slip="printing", reprint=True), wanted.at_ms)
    return state, [order, *shown]


def _certificate(state: State, wanted: CertificateWanted) -> Step:
    screen = state.screen
    if not isinstance(screen, Certificates) or screen.slip == "printing":
        return state, []
    item = dict(enumerate(screen.answer.items, 1)).get(wanted.place)
    if item is None or not item.certificate:
        return state, []
    order = PrintCertificate(item, large=state.large)
    state, shown = show(
        state, replace(screen, slip="printing", word=False, refused=None), wanted.at_ms
    )
    return state, [order, *shown]


def _pending(state: State, wanted: PendingWanted) -> Step:
    screen = state.screen
    if not isinstance(screen, Certificates) or screen.slip == "printing" or not screen.pending:
        return state, []
    order = PrintPending(screen.pending, screen.masked_name, large=state.large)
    state, shown = show(
        state, replace(screen, slip="printing", word=True, refused=None), wanted.at_ms
    )
    return state, [order, *shown]
