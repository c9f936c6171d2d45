"""From one raw event to the facts in it, and how two facts about one row are settled.

Pure and order-independent: ``facts_of`` looks at one event alone, ``settle_*`` are commutative,
associative and idempotent. So every order and every repetition gives the same tables, and the
tables can be thrown away and made again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, assert_never

from central.domain.facts import (
    Boot,
    DeviceSeen,
    Fact,
    KnownIdentity,
    Print,
    RefusedScan,
    Stamp,
    Trouble,
    Visit,
    When,
)
from protocol import events, hlc
from protocol.errors import WireError
from protocol.site_events import SiteBody

Unseal = Callable[[dict[str, str], str], bytes]
"""Opens what was sealed to the centre in the event of the given id; raises WireError."""

_AHEAD_AT_MOST: Final = timedelta(minutes=5)
_OLD_AT_MOST: Final = timedelta(days=400)
_NO_HLC: Final = "f" * 12 + "-" + "f" * 4


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A raw event as ingest committed it."""

    device: str
    site: str
    seq: int
    hash: bytes
    data: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class _Told:
    """A decoded event and what every fact of it needs."""

    stored: StoredEvent
    event: events.Event
    stamp: Stamp
    when: When


def facts_of(stored: StoredEvent, unseal: Unseal) -> list[Fact]:
    """Return the facts in one event; of an event that cannot be read, the trouble alone.

    An unknown type says only that its device is alive.
    """
    try:
        event = events.decode_event(stored.data)
        body = events.decode_body(event)
    except WireError as error:
        return [_trouble(stored, "event_unreadable", error.code)]
    told = _Told(stored, event, _stamp(event, stored.data), time_of(event, stored.received_at))
    return [_seen(told), *_facts_of_body(told, body, unseal)]


def time_of(event: events.Event, received_at: datetime) -> When:
    """Return the time of an event; a clock that cannot be right is not believed."""
    said = _instant(event.at)
    believed = (
        event.clock_ok
        and said is not None
        and received_at - _OLD_AT_MOST <= said <= received_at + _AHEAD_AT_MOST
    )
    occurred_at = said if believed and said is not None else received_at
    return When(event.at[:40], event.clock_ok, received_at, occurred_at, estimated=not believed)


def settle_visits(one: Visit, other: Visit) -> Visit:
    """Return the visit that two check-ins of the same id make: the earliest stands."""
    first = one if _visit_order(one) <= _visit_order(other) else other
    conflict = one.conflict or other.conflict or one.stamp != other.stamp
    return replace(first, conflict=conflict)


def settle_identities(one: KnownIdentity, other: KnownIdentity) -> KnownIdentity:
    """Return the identity that belongs to the check-in that stands."""
    return min(one, other, key=lambda identity: identity.stamp)


def settle_prints(one: Print, other: Print) -> Print:
    """Return what became of a job: the later fact stands."""
    return max(one, other, key=lambda fact: _later(fact.stamp, fact.when))


def settle_boots(one: Boot, other: Boot) -> Boot:
    """Return the later start of a device."""
    return max(one, other, key=lambda fact: _later(fact.stamp, fact.when))


def settle_refused(one: RefusedScan, other: RefusedScan) -> RefusedScan:
    """Return the first receipt of one refusal."""
    return min(one, other, key=lambda scan: scan.when.received_at)


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
    Rule(Print, "job", settle_prints),
    Rule(RefusedScan, "stamp", settle_refused),
    Rule(DeviceSeen, "device", settle_seen),
    Rule(Boot, "device", settle_boots),
)


def settle(rule: Rule, rows: dict[str, Any], facts: Iterable[Fact]) -> dict[str, Any]:
    """Return ``rows``, by key, after those of ``facts`` that the rule is for."""
    settled = dict(rows)
    for fact in facts:
        if isinstance(fact, rule.fact):
            key = getattr(fact, rule.key)
            settled[key] = rule.settle(settled[key], fact) if key in settled else fact
    return settled


def _facts_of_body(told: _Told, body: events.Body | None, unseal: Unseal) -> Iterator[Fact]:
    match body:
        case events.CheckedIn():
            yield from _check_in(told, body, unseal)
        case events.SlipPrinted():
            yield _print(told, body, body.proof, None, reprint=body.reprint)
        case events.PrintFailed():
            yield _print(told, body, "failed", text(body.reason, 200), reprint=False)
        case events.ScanRefused():
            yield RefusedScan(
                told.stamp,
                told.stored.site,
                told.stored.device,
                text(body.document, 40),
                text(body.reason, 80),
                body.source,
                told.when,
            )
        case events.Booted() | events.JournalReplaced() | events.SelfTested():
            yield from _of_device(told, body)
        case events.ComplaintOpened() | events.PaperChanged() | None:
            return  # Kept as it came; complaints get their table with the work on complaints.
        case _ if isinstance(body, SiteBody):
            return  # Kept as it came; the queue of a site is told by its hub.
        case unreachable:
            assert_never(unreachable)


def _of_device(
    told: _Told, body: events.Booted | events.JournalReplaced | events.SelfTested
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
            yield _trouble(told.stored, "journal_replaced", detail)
        case events.SelfTested() if body.remarks != ("good",):
            remarks = " ".join(text(remark, 40) for remark in body.remarks[:10])
            yield _trouble(told.stored, "camera_self_test", remarks)
        case events.SelfTested():
            return
        case unreachable:
            assert_never(unreachable)


def _check_in(told: _Told, body: events.CheckedIn, unseal: Unseal) -> Iterator[Fact]:
    # A check-in that names no visit is still somebody who stands at the site.
    visit_id = text(told.event.visit or told.event.id, 64)
    opened = _identity(told, visit_id, unseal)
    problem = opened if isinstance(opened, str) else None
    if isinstance(opened, KnownIdentity):
        yield opened
        problem = None if opened.number else "no_number"
    elif problem != "not_sealed" or body.exception is None:
        yield _trouble(told.stored, "identity_unreadable", opened)
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
        when=told.when,
        identity_problem=problem,
    )


def _identity(told: _Told, visit_id: str, unseal: Unseal) -> KnownIdentity | str:
    """Return the identity of a check-in, or the code of what keeps it shut."""
    if told.event.sealed is None:
        return "not_sealed"
    try:
        identity = events.decode_identity(unseal(told.event.sealed, told.event.id))
    except WireError as error:
        return error.code
    return KnownIdentity(
        visit=visit_id,
        stamp=told.stamp,
        document=text(identity.document, 40),
        number=_text_or_none(identity.number, 40),
        name=_text_or_none(identity.name, 200),
        birth=_text_or_none(identity.birth, 10),
        sex=identity.sex,
        nationality=text(identity.nationality, 3),
        old_number=_text_or_none(identity.old_number, 20),
    )


def _print(
    told: _Told,
    body: events.SlipPrinted | events.PrintFailed,
    outcome: Literal["proven", "doubtful", "failed"],
    reason: str | None,
    *,
    reprint: bool,
) -> Print:
    return Print(
        job=text(body.job, 64),
        stamp=told.stamp,
        visit=_text_or_none(told.event.visit, 64),
        site=told.stored.site,
        device=told.stored.device,
        ticket=text(body.ticket, 20),
        outcome=outcome,
        reason=reason,
        reprint=reprint,
        when=told.when,
    )


def _seen(told: _Told) -> DeviceSeen:
    stored = told.stored
    return DeviceSeen(
        stored.device,
        told.stamp,
        stored.site,
        text(told.event.boot, 64),
        told.event.clock_ok,
        stored.received_at,
    )


def _trouble(stored: StoredEvent, kind: str, detail: str) -> Trouble:
    return Trouble(kind, stored.device, detail)


def text(value: str, longest: int) -> str:
    """Return ``value`` as its column can hold it; the raw event keeps the whole."""
    return value[:longest]


def _text_or_none(value: str | None, longest: int) -> str | None:
    return None if value is None else text(value, longest)


def _stamp(event: events.Event, data: bytes) -> Stamp:
    try:
        clock = str(hlc.parse(event.hlc))
    except WireError:
        clock = _NO_HLC
    return f"{clock}/{text(event.id, 64)}/{hashlib.sha256(data).hexdigest()[:16]}"


def _visit_order(visit: Visit) -> tuple[Stamp, datetime]:
    return visit.stamp, visit.when.received_at


def _later(stamp: Stamp, when: When) -> tuple[Stamp, float]:
    # Of one fact received twice, the first receipt.
    return stamp, -when.received_at.timestamp()


def _instant(value: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value)
        return instant.astimezone(UTC) if instant.tzinfo is not None else None
    except (ValueError, OverflowError):
        # At the ends of the calendar a time may read well and have no UTC.
        return None
