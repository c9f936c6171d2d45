"""From one raw event to the facts in it, and how two facts about one row are settled.

Pure and order-independent: ``facts_of`` looks at one event alone, ``settle_*`` are commutative,
associative and idempotent. So every order and every repetition gives the same tables, and the
tables can be thrown away and made again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol, TypeVar, assert_never

from central.domain import site_facts as site
from central.domain.erasure import ERASED
from central.domain.facts import (
    Boot,
    CertificateCopy,
    DeviceSeen,
    KioskFact,
    KnownIdentity,
    Print,
    RefusedScan,
    Stamp,
    Visit,
    When,
)
from central.domain.site_projection import complaint, paper, site_facts_of
from central.domain.told import (
    StoredEvent,
    Told,
    Unseal,
    happened,
    later,
    opened,
    text,
    text_or_none,
    told_of,
    trouble,
)
from protocol import events
from protocol.documents.names import spelling_key
from protocol.errors import WireError
from protocol.site_events import SiteBody

Fact = KioskFact | site.SiteFact


def facts_of(stored: StoredEvent, unseal: Unseal) -> list[Fact]:
    """Return the facts in one event; of an event that cannot be read, the trouble alone.

    An unknown type says only that its device is alive.
    """
    try:
        event = events.decode_event(stored.data)
        body = events.decode_body(event)
    except WireError as error:
        return [trouble(stored, "event_unreadable", error.code)]
    told = told_of(stored, event)
    return [_seen(told), *_facts_of_body(told, body, unseal)]


def settle_visits(one: Visit, other: Visit) -> Visit:
    """Return the visit that two check-ins of the same id make: the earliest stands."""
    first = earliest(one, other)
    conflict = one.conflict or other.conflict or one.stamp != other.stamp
    return replace(first, conflict=conflict)


def settle_identities(one: KnownIdentity, other: KnownIdentity) -> KnownIdentity:
    """Return the identity that belongs to the check-in that stands."""
    return min(one, other, key=lambda identity: identity.stamp)


class _Timed(Protocol):
    @property
    def stamp(self) -> Stamp: ...
    @property
    def site(self) -> str: ...
    @property
    def when(self) -> When: ...


AnyTimed = TypeVar("AnyTimed", bound=_Timed)


def earliest(one: AnyTimed, other: AnyTimed) -> AnyTimed:
    """Return the fact that was the first of its row; of one fact received twice, the first receipt."""
    return min(one, other, key=lambda fact: (fact.stamp, fact.when.received_at, _origin(fact)))


def latest(one: AnyTimed, other: AnyTimed) -> AnyTimed:
    """Return the fact that was the last of its row."""
    return max(one, other, key=lambda fact: (*later(fact.stamp, fact.when), _origin(fact)))


def _origin(fact: object) -> tuple[str, str]:
    # The very same bytes may come from two devices, when one sends what the other wrote.
    return getattr(fact, "site", ""), getattr(fact, "device", "")


def settle_refused(one: RefusedScan, other: RefusedScan) -> RefusedScan:
    """Return the first receipt of one refusal."""
    return earliest(one, other)


def settle_seen(one: DeviceSeen, other: DeviceSeen) -> DeviceSeen:
    """Return the sighting that was received last."""
    return max(one, other, key=lambda seen: (seen.received_at, seen.stamp))


@dataclass(frozen=True, slots=True)
class Rule:
    """How facts of one kind become one row a key: which field is the key, and which fact stands."""

    fact: type[Any]
    key: str
    settle: Callable[[Any, Any], Any]


RULES: Final = (
    Rule(Visit, "visit", settle_visits),
    Rule(KnownIdentity, "visit", settle_identities),
    Rule(Print, "job", latest),
    Rule(CertificateCopy, "event", earliest),
    Rule(RefusedScan, "stamp", settle_refused),
    Rule(DeviceSeen, "device", settle_seen),
    Rule(Boot, "device", latest),
    Rule(site.Queued, "event", earliest),
    Rule(site.Call, "step", earliest),
    Rule(site.Finish, "step", latest),
    Rule(site.Departure, "visit", latest),
    Rule(site.Screening, "event", earliest),
    Rule(site.Dose, "event", earliest),
    Rule(site.Observation, "visit", latest),
    Rule(site.Reaction, "event", earliest),
    Rule(site.OpenedVial, "vial", earliest),
    Rule(site.DiscardedDoses, "event", earliest),
    Rule(site.Complaint, "event", earliest),
    Rule(site.StaffJoined, "member", latest),
    Rule(site.StaffGone, "member", latest),
    Rule(site.Paper, "device", latest),
    Rule(site.Promotion, "event", earliest),
    Rule(site.Opening, "session", earliest),
    Rule(site.Closing, "session", latest),
)


def settle(rule: Rule, rows: dict[str, Any], facts: Iterable[Fact]) -> dict[str, Any]:
    """Return ``rows``, by key, after those of ``facts`` that the rule is for."""
    settled = dict(rows)
    for fact in facts:
        if isinstance(fact, rule.fact):
            key = getattr(fact, rule.key)
            settled[key] = rule.settle(settled[key], fact) if key in settled else fact
    return settled


def _facts_of_body(told: Told, body: events.Body | None, unseal: Unseal) -> Iterator[Fact]:
    match body:
        case events.CheckedIn():
            yield from _check_in(told, body, unseal)
        case events.ComplaintOpened():
            yield from complaint(told, body, unseal)
        case (
            events.SlipPrinted()
            | events.CertificatePrinted()
            | events.PrintFailed()
            | events.PaperChanged()
        ):
            yield from _of_printer(told, body)
        case events.ScanRefused():
            yield _refused_scan(told, body)
        case events.Booted() | events.JournalReplaced() | events.SelfTested():
            yield from _of_device(told, body)
        case events.CertificateSeen() | None:
            return  # The first is for the screening desk; a type of a later version stays as it came.
        case _ if isinstance(body, SiteBody):
            yield from site_facts_of(told, body, unseal)
        case unreachable:
            assert_never(unreachable)


def _of_printer(
    told: Told,
    body: events.SlipPrinted | events.CertificatePrinted | events.PrintFailed | events.PaperChanged,
) -> Iterator[Fact]:
    match body:
        case events.SlipPrinted(kind="test") | events.PrintFailed(kind="test"):
            return  # Nobody waits for a test slip: it stays out of the day's figures.
        case (
            events.SlipPrinted(kind="pending") | events.PrintFailed(kind="certificate" | "pending")
        ):
            return  # Of a dose, like a printed certificate: what is told of a visit is its number's slip.
        case events.CertificatePrinted():
            yield from _copy(told, body)
        case events.SlipPrinted():
            yield _print(told, body, body.proof, None, reprint=body.reprint)
        case events.PrintFailed():
            yield _print(told, body, "failed", text(body.reason, 200), reprint=False)
        case events.PaperChanged():
            yield paper(told, body)
        case unreachable:
            assert_never(unreachable)


def _copy(told: Told, body: events.CertificatePrinted) -> Iterator[Fact]:
    # Of whom was erased nothing names the dose any more.
    if body.dose:
        yield CertificateCopy(
            told.id,
            told.stamp,
            text(body.dose, 64),
            text(body.certificate, 64),
            told.stored.site,
            told.when,
        )


def _refused_scan(told: Told, body: events.ScanRefused) -> RefusedScan:
    return RefusedScan(
        told.stamp,
        told.stored.site,
        told.stored.device,
        text(body.document, 40),
        text(body.reason, 80),
        body.source,
        told.when,
    )


def _of_device(
    told: Told, body: events.Booted | events.JournalReplaced | events.SelfTested
) -> Iterator[Fact]:
    match body:
        case events.Booted():
            yield Boot(
                told.stored.device,
                told.stamp,
                text(body.software, 80),
                text(body.reason, 200),
                told.when,
            )
        case events.JournalReplaced():
            detail = f"salvaged={body.salvaged} unreadable={body.unreadable}"
            yield trouble(told.stored, "journal_replaced", detail)
        case events.SelfTested() if body.remarks != ("good",):
            remarks = " ".join(text(remark, 40) for remark in body.remarks[:10])
            yield trouble(told.stored, "camera_self_test", remarks)
        case events.SelfTested():
            return
        case unreachable:
            assert_never(unreachable)


def _check_in(told: Told, body: events.CheckedIn, unseal: Unseal) -> Iterator[Fact]:
    # A check-in that names no visit is still somebody who stands at the site.
    visit_id = told.visit or told.id
    who = opened(told, unseal)
    problem = who if isinstance(who, str) else None
    if isinstance(who, events.Identity):
        yield _identity(told, visit_id, who)
        problem = None if who.number else "no_number"
    elif problem != ERASED and (problem != "not_sealed" or body.exception is None):
        yield trouble(told.stored, "identity_unreadable", who)
    yield Visit(
        visit=visit_id,
        stamp=told.stamp,
        site=told.stored.site,
        device=told.stored.device,
        ticket=text(body.ticket, 20),
        document=text(body.document, 40),
        source=body.source,
        warnings=tuple(text(warning, 60) for warning in body.warnings[:20]),
        exception=None if body.exception is None else text(body.exception, 120),
        when=happened(told, body.happened_at),
        identity_problem=problem,
        event=told.id,
        standing=text(body.standing, 20),
        staff=text(body.staff, 64),
    )


def _identity(told: Told, visit_id: str, who: events.Identity) -> KnownIdentity:
    name = text_or_none(who.name, 200)
    return KnownIdentity(
        visit=visit_id,
        stamp=told.stamp,
        document=text(who.document, 40),
        number=text_or_none(who.number, 40),
        name=name,
        birth=text_or_none(who.birth, 10),
        sex=who.sex,
        nationality=text(who.nationality, 3),
        old_number=text_or_none(who.old_number, 20),
        name_key=None if name is None else text(spelling_key(name), 200),
    )


def _print(
    told: Told,
    body: events.SlipPrinted | events.PrintFailed,
    outcome: Literal["proven", "doubtful", "failed"],
    reason: str | None,
    *,
    reprint: bool,
) -> Print:
    return Print(
        job=text(body.job, 64),
        stamp=told.stamp,
        visit=told.visit or None,
        site=told.stored.site,
        device=told.stored.device,
        ticket=text(body.ticket, 20),
        outcome=outcome,
        reason=reason,
        reprint=reprint,
        when=told.when,
    )


def _seen(told: Told) -> DeviceSeen:
    stored = told.stored
    return DeviceSeen(
        stored.device,
        told.stamp,
        stored.site,
        text(told.event.boot, 64),
        told.event.clock_ok,
        stored.received_at,
    )
