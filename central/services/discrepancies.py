"""The worklist of discrepancies: who sees which, gives one to whom, explains one; each step is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from central.domain.accounts import Right, Visitor
from central.domain.accounts import visitor as visitor_of
from central.domain.audit import cleaned
from central.domain.discrepancies import (
    EXPLAINED,
    WITHIN,
    Discrepancy,
    Handover,
    HandoverRefused,
    Values,
    Why,
    explain,
    hand_over,
    is_key,
)
from central.ports import Clock
from central.ports.accounts import AccountStore
from central.ports.complaints import Overtaken
from central.ports.discrepancies import Chosen, DiscrepancyStore
from central.services.audit import act_of

LISTED: Final = 100


class NoSuchDiscrepancy(LookupError):  # noqa: N818
    """There is none, or it belongs to a site that the visitor does not see."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see; empty: whatever."""

    site: str = ""
    kind: str = ""
    owner: str = ""
    overdue: bool = False


class Discrepancies:
    """Blocking."""

    def __init__(
        self,
        store: DiscrepancyStore,
        accounts: AccountStore,
        communes: Mapping[str, Sequence[str]],
        clock: Clock,
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._communes = communes
        self._clock = clock

    def now(self) -> datetime:
        """Return the moment at which ages are told."""
        return self._clock.now()

    def worklist(
        self, visitor: Visitor, wish: Wish, offset: int = 0
    ) -> tuple[Sequence[Discrepancy], int]:
        """Return a part of what the visitor may see, what is overdue first, and how many there are.

        Raises:
            StoreUnavailable: No answer now.
        """
        return self._store.open_ones(self._chosen(visitor, wish), LISTED, offset)

    def all_open(self, visitor: Visitor, wish: Wish) -> Iterator[Discrepancy]:
        """Yield everything that the visitor may see, what is overdue first.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        return self._store.all_open(self._chosen(visitor, wish))

    def case(self, visitor: Visitor, key: str) -> Discrepancy:
        """Return one discrepancy.

        Raises:
            NoSuchDiscrepancy: Not for this visitor.
            StoreUnavailable: No answer now.
        """
        found = self._store.one(key) if is_key(key) else None
        if found is None or not any(map(visitor.sees, found.sites)):
            raise NoSuchDiscrepancy
        return found

    def read(self, visitor: Visitor, key: str) -> tuple[Discrepancy, Values, Sequence[Handover]]:
        """Return a discrepancy with what differs and who had it; the reading is written down.

        Raises:
            NoSuchDiscrepancy: Not for this visitor.
            StoreUnavailable: Nothing can be shown.
        """
        one = self.case(visitor, key)
        act = act_of(visitor, "discrepancy_read", f"discrepancy:{one.key}", route="page")
        return (one, *self._store.whole(one.key, act, self._clock.now()))

    def owners(self, one: Discrepancy) -> list[tuple[str, str]]:
        """Return log-in and shown names of those who may be given a discrepancy.

        Raises:
            StoreUnavailable: No answer now.
        """
        return [
            (each.login, each.name)
            for each in self._accounts.accounts()
            if not each.disabled and _may(visitor_of(each, self._communes), one)
        ]

    def hand_over(
        self, visitor: Visitor, key: str, to: str, why: Why, note: str, steps: int
    ) -> None:
        """Give a discrepancy to somebody else, as it stood after ``steps`` steps.

        Raises:
            NoSuchDiscrepancy: Not for this visitor.
            HandoverRefused: It stays where it is.
            StoreUnavailable: Nothing was stored.
        """
        one = self.case(visitor, key)
        hand_over(one, visitor, to, steps)
        if to not in [login for login, _ in self.owners(one)]:
            raise HandoverRefused("to_whom")
        step = Handover(self._clock.now(), visitor.login, one.owner, to, why.value, cleaned(note))
        # The note stays out of the audit: it may be of a person, and no row there is ever erased.
        reason = f"{why.value} → {to}"
        act = act_of(visitor, "discrepancy_handed_over", f"discrepancy:{one.key}", reason, "page")
        try:
            self._store.hand_over(one, step, act)
        except Overtaken:
            raise HandoverRefused("overtaken") from None

    def explain(self, visitor: Visitor, key: str, words: str, steps: int) -> None:
        """Close a discrepancy that is right as it is, as it stood after ``steps`` steps.

        Raises:
            NoSuchDiscrepancy: Not for this visitor.
            HandoverRefused: It stays open.
            StoreUnavailable: Nothing was stored.
        """
        one, note = self.case(visitor, key), cleaned(words)
        explain(one, visitor, note, steps)
        step = Handover(self._clock.now(), visitor.login, one.owner, one.owner, EXPLAINED, note)
        act = act_of(visitor, "discrepancy_explained", f"discrepancy:{one.key}", route="page")
        try:
            self._store.explain(one, step, act)
        except Overtaken:
            raise HandoverRefused("overtaken") from None

    def _chosen(self, visitor: Visitor, wish: Wish) -> Chosen:
        before = self._clock.now() - WITHIN if wish.overdue else None
        return Chosen(visitor.sites, wish.site, wish.kind, wish.owner, before)


def _may(visitor: Visitor, one: Discrepancy) -> bool:
    return visitor.may(Right.DISCREPANCIES) and any(map(visitor.sees, one.sites))
