"""A Platform that people carry files to and from: ``ports.Platform`` and ``ports.DosePlatform``.

What is told waits for the next file; what the Platform holds is what its last export said. Between
the two the answer is "not yet", which is neither an outage nor a refusal.
"""

from collections.abc import Iterator
from typing import Final

from central.domain.dose_news import IssuedCertificate
from central.domain.doses import DoseAnswer, DosePage, HeldDose, ToldDose
from central.domain.platform_sheet import (
    Content,
    Entry,
    Kind,
    content_of_dose,
    content_of_reaction,
    content_of_visit,
    dose_of,
    reaction_of,
    visit_of,
)
from central.domain.reactions import HeldReaction, ToldReaction
from central.domain.records import PlatformReceipt, VisitRecord
from central.ports import Clock, PlatformNotYet, PlatformRefused
from central.ports.platform_sheets import Carried, Changed, SheetStore

_PAGE: Final = 500


class SpreadsheetPlatform:
    """``ports.Platform``. Safe to use from several threads."""

    def __init__(self, store: SheetStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def submit(self, record: VisitRecord) -> PlatformReceipt:
        return tell(self._store, self._clock, "visit", record.visit, content_of_visit(record))

    def read_back(self, visit: str) -> list[VisitRecord]:
        found = self._store.of_event("visit", visit)
        return [visit_of(one.event, one.content) for one in found if one.state == "valid"]


class SpreadsheetDoses:
    """``ports.DosePlatform``. Safe to use from several threads."""

    def __init__(self, store: SheetStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def submit_dose(self, told: ToldDose) -> PlatformReceipt:
        return tell(self._store, self._clock, "dose", told.dose, content_of_dose(told))

    def doses_of(self, told: ToldDose) -> DoseAnswer:
        of_person = self._store.of_person("dose", told.number, told.nationality)
        of_event = self._store.of_event("dose", told.dose)
        found = {one.id: one for one in (*of_person, *of_event) if one.state == "valid"}
        return DoseAnswer(tuple(map(_held, found.values())))

    def withdraw_dose(self, dose: str) -> None:
        withdraw(self._store, self._clock, "dose", dose)

    def changed_doses(self, since: str, until: str = "") -> Iterator[DosePage]:  # noqa: ARG002 - of the port; a file is read whole
        after = int(since) if since.isascii() and since.isdigit() else 0
        while True:
            changed = self._store.changes("dose", after, _PAGE)
            if changed:
                after = changed[-1].number
            yield _page(changed, after)
            if len(changed) < _PAGE:
                return

    def entry(self, entry: str) -> DosePage:  # noqa: ARG002 - of the port
        # Of a file every row is read, or named to whoever brought it.
        return DosePage((), (), "")


class SpreadsheetReactions:
    """``ports.ReactionPlatform``. Safe to use from several threads."""

    def __init__(self, store: SheetStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def submit_reaction(self, told: ToldReaction) -> PlatformReceipt:
        content = content_of_reaction(told)
        return tell(self._store, self._clock, "reaction", told.reaction, content)

    def reactions_of(self, told: ToldReaction) -> list[HeldReaction]:
        found = self._store.of_event("reaction", told.reaction)
        return [reaction_of(one.id, one.content) for one in found if one.state == "valid"]


def tell(
    store: SheetStore, clock: Clock, kind: Kind, event: str, content: Content
) -> PlatformReceipt:
    """Return the places of a record that the Platform holds; let it be carried there otherwise.

    Raises:
        PlatformNotYet: Nothing came back of it yet.
        PlatformRefused: The Platform would not take it.
    """
    held = [one for one in store.of_event(kind, event) if one.state == "valid"]
    if held:
        return PlatformReceipt(held[0].content.get("patient", ""), held[0].id)
    store.put(Carried(kind, event, "tell", content), clock.now())
    _must_not_be_refused(store.waiting(kind, event))
    raise PlatformNotYet("the record waits for a file to the Platform and back")


def withdraw(store: SheetStore, clock: Clock, kind: Kind, event: str) -> None:
    """Return when the Platform holds nothing valid of a record; ask for it by file otherwise.

    Raises:
        PlatformNotYet: Nothing came back of it yet.
        PlatformRefused: The Platform would not mark what it holds.
    """
    waiting, entries = store.waiting(kind, event), store.of_event(kind, event)
    valid = [one for one in entries if one.state == "valid"]
    if not valid and (_never_left(waiting) or entries or _refused(waiting)):
        store.drop(kind, event)
        return
    content = _of_whom(valid, waiting)
    store.put(Carried(kind, event, "withdraw", content), clock.now())
    _must_not_be_refused(store.waiting(kind, event))
    raise PlatformNotYet("the withdrawal waits for a file to the Platform and back")


def _never_left(waiting: Carried | None) -> bool:
    return waiting is None or (waiting.action == "tell" and waiting.sheet is None)


def _refused(waiting: Carried | None) -> bool:
    return waiting is not None and waiting.refused is not None


def _of_whom(valid: list[Entry], waiting: Carried | None) -> Content:
    if valid:
        return valid[0].content
    return {} if waiting is None else waiting.content


def _must_not_be_refused(waiting: Carried | None) -> None:
    if waiting is not None and waiting.refused is not None:
        raise PlatformRefused(waiting.refused)


def _held(one: Entry) -> HeldDose:
    return dose_of(one.id, one.event, one.content)


def _page(changed: list[Changed], through: int) -> DosePage:
    entries = [one.entry for one in changed if one.entry is not None]
    return DosePage(
        held=tuple(_held(one) for one in entries if one.state == "valid"),
        gone=tuple(one.id for one in entries if one.state == "gone"),
        through=str(through),
        unreadable=len(changed) - len(entries),
    )


class NoCertificates:
    """``ports.certificates.CertificatePlatform``: files bring no certificates."""

    def changed(self, since: str) -> Iterator[IssuedCertificate]:  # noqa: ARG002 - of the port
        yield from ()

    def close(self) -> None:
        """Do nothing: there is no connection."""
