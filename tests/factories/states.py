"""The picture of the conversation, found by walking through ``decide``: what is drawn is what runs."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from factories.conversations import GIA, INSURANCE, MAU
from factories.earlier import judged

from edge.domain.answers import Answer, Found, Subject, Want
from edge.domain.facts import (
    AlreadyHere,
    Answered,
    CheckInStored,
    CodesSeen,
    CompanionAnnounced,
    ComplaintStored,
    Confirmed,
    Denied,
    Fact,
    HelpWanted,
    JournalFailed,
    JournalRecovered,
    KeypadOpened,
    NumberEntered,
    PassportOpened,
    ReprintWanted,
    ScreenLeft,
    Seen,
    SubjectChosen,
    TickPassed,
    WantChosen,
    WantsOpened,
)
from edge.domain.roster import Difference, Match, Standing
from edge.domain.screen import (
    Asking,
    Attract,
    Busy,
    Certificates,
    ChooseSubject,
    Done,
    Doses,
    HoldUp,
    Keypad,
    NotMe,
    OutOfOrder,
    Passport,
    Read,
    Refused,
    Screen,
    Wants,
)
from edge.domain.session import decide
from edge.domain.state import Rules, State
from edge.domain.time_limits import shown_for_ms

DIFFERS = replace(
    GIA,
    code="code-differs",
    person="person-differs",
    minor=True,
    match=Match(
        Standing.TO_SUPPLEMENT, differences=(Difference("birth", "1985-08-17", "1985-07-18"),)
    ),
)
LATER_MS = 5_000
"""Long enough for every "wait a moment", shorter than every time-out."""

CERTIFICATE_SHOWN = "earlier certificate"
"""Shown after the card: its verdict comes onto the same page, so this arrow leads back to its own box."""

Move = tuple[str, Fact]
Arrows = dict[tuple[str, str], set[str]]


def name_of(screen: Screen) -> str:
    """Return the box that a screen is drawn as."""
    if isinstance(screen, HoldUp):
        return "HoldUp_companion" if screen.companion else f"HoldUp_{screen.want.value}"
    if isinstance(screen, Done) and screen.again:
        return "Done_again"
    return type(screen).__name__


def moves(state: State, now_ms: int) -> Iterator[Move]:
    """Yield what can happen on the screen of ``state``, with the words of the arrow."""
    screen = state.screen
    yield from _scans(screen, now_ms)
    yield from _touches(screen, now_ms)
    if isinstance(screen, Read | Done) and state.pending is not None:
        yield CERTIFICATE_SHOWN, judged(state.pending.person, now_ms)
    yield "back", ScreenLeft(now_ms)
    yield "call staff", HelpWanted(now_ms)
    if isinstance(screen, Busy):
        yield from _writing(state, now_ms)
    if isinstance(screen, Asking) and state.pending is not None:
        answer = Answer(Found.UNKNOWN)
        yield "answer", Answered(state.want, state.pending.person, answer, now_ms)
    if isinstance(screen, OutOfOrder):
        yield "journal works", JournalRecovered(now_ms)
    ends_ms = shown_for_ms(screen)
    if ends_ms != float("inf"):
        yield "time", TickPassed(state.since_ms + int(ends_ms))


def _scans(screen: Screen, now_ms: int) -> Iterator[Move]:
    def seen(*codes: Seen) -> CodesSeen:
        return CodesSeen(codes, now_ms)

    yield "card", seen(MAU)
    yield "card", seen(DIFFERS)
    yield "two cards", seen(MAU, GIA)
    yield "other code", seen(INSURANCE)
    if isinstance(screen, Keypad | Passport):
        yield "typed", NumberEntered(MAU, now_ms)
        yield "typed", NumberEntered(DIFFERS, now_ms)
        yield "typed wrongly", NumberEntered(INSURANCE, now_ms)


def _touches(screen: Screen, now_ms: int) -> Iterator[Move]:
    if isinstance(screen, Attract | HoldUp | Refused | NotMe):
        yield "type", KeypadOpened(now_ms)
    if isinstance(screen, Attract):
        yield "other services", WantsOpened(now_ms)
    if isinstance(screen, Wants):
        yield "passport", PassportOpened(now_ms)
        for want in Want:
            yield want.value.replace("_", " "), WantChosen(want, now_ms)
    if isinstance(screen, Certificates | Doses):
        yield "something is wrong", WantChosen(Want.COMPLAINT, now_ms)
    if isinstance(screen, ChooseSubject):
        yield "subject", SubjectChosen(Subject.OTHER, now_ms)
    if isinstance(screen, Done):
        yield "someone with me", CompanionAnnounced(now_ms)
        yield "print again", ReprintWanted(now_ms)
    yield "yes", Confirmed(now_ms)
    yield "no", Denied(now_ms)


def _writing(state: State, now_ms: int) -> Iterator[Move]:
    yield "not stored", JournalFailed("D01", now_ms)
    if state.pending is None:
        return
    if state.want is Want.COMPLAINT:
        yield "stored", ComplaintStored("v", "j", "PA001", now_ms)
    else:
        person = state.pending.person
        yield "stored", CheckInStored("v", "j", "A001", person, None, now_ms)
        yield "known at the hub", AlreadyHere("v", "A001", person, None, now_ms)


@cache
def arrows() -> Arrows:
    """Return from-box, to-box -> words, for everything that can be reached from the beginning."""
    return _walked(State(), moves)


def station_arrows() -> Arrows:
    """Return the same for a verify station, which serves nobody."""
    first = State(rules=Rules(verify_station=True))
    return _walked(replace(first, screen=first.home), _at_station)


def _at_station(state: State, now_ms: int) -> Iterator[Move]:
    yield "certificate", judged(None, now_ms)
    yield "no certificate", CodesSeen((INSURANCE,), now_ms)
    yield "back", ScreenLeft(now_ms)
    yield "call staff", HelpWanted(now_ms)
    ends_ms = shown_for_ms(state.screen)
    if ends_ms != float("inf"):
        yield "time", TickPassed(state.since_ms + int(ends_ms))


def _walked(first: State, possible: Callable[[State, int], Iterator[Move]]) -> Arrows:
    found: Arrows = defaultdict(set)
    waiting, known = [first], set()
    while waiting:
        state = waiting.pop()
        if _essence(state) in known:
            continue
        known.add(_essence(state))
        now_ms = state.since_ms + LATER_MS
        for words, fact in possible(state, now_ms):
            after, _ = decide(state, fact)
            here, there = name_of(state.screen), name_of(after.screen)
            if here != there or words == CERTIFICATE_SHOWN:
                found[here, there].add(words)
            waiting.append(after)
    return dict(found)


def _essence(state: State) -> tuple[object, ...]:
    """Return what of a state decides which arrows lead from it; time and numbers do not."""
    pending = state.pending
    return (
        state.screen if not isinstance(state.screen, Done) else replace(state.screen, companions=0),
        state.want,
        state.subject,
        state.companion,
        state.helper is not None,
        state.journal_fault,
        frozenset(state.given),
        frozenset(state.view.answered),
        (pending.seen.code, pending.source, pending.agreed) if pending else None,
    )


def states_page() -> str:
    """Return the page of the documentation that shows the states."""
    lines = [
        "# The kiosk's conversation",
        "",
        "Made by `make docs` from `edge/domain/session.py`: every arrow was walked through `decide`, so the picture shows what runs.",
        "Not drawn, because they lead from every page: *call staff* to `StaffWanted`, and *back* or the end of the time to `Attract` (or `OutOfOrder`) where no other arrow says more.",
        "A page that somebody reads, types or decides on asks 20 seconds before its end whether anybody is still there.",
        "A page's time begins anew with each touch, and while it is read aloud (two minutes of speech at the most): no page goes while somebody listens to it.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> Attract",
    ]
    for (here, there), words in sorted(arrows().items()):
        told = sorted(words - _everywhere(there))
        if told:
            lines.append(f"    {here} --> {there}: {', '.join(told)}")
    lines += ["```", "", *_station_part()]
    return "\n".join(lines)


def _station_part() -> list[str]:
    lines = [
        "## A verify station",
        "",
        "A Pi with `[verify] station = true`, or one that the head of the site made it for a while, serves nobody: it shows a verdict, and forgets it.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> VerifyReady",
    ]
    for (here, there), words in sorted(station_arrows().items()):
        lines.append(f"    {here} --> {there}: {', '.join(sorted(words))}")
    return [*lines, "```", ""]


def _everywhere(there: str) -> set[str]:
    home = {"back", "time"}
    return {"StaffWanted": {"call staff"}, "Attract": home, "OutOfOrder": home}.get(there, set())
