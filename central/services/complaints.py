"""The complaints' desk: who may do what with which complaint; overdue ones go to the level above."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

import structlog

from central.domain.accounts import Right, Role, Visitor
from central.domain.accounts import visitor as visitor_of
from central.domain.audit import Act, cleaned
from central.domain.complaints import (
    WITHIN,
    Complaint,
    Escalated,
    HandedOver,
    NotPossible,
    Step,
    apply,
    decide,
    in_order,
)
from central.ports import Clock, StoreError
from central.ports.accounts import AccountStore
from central.ports.complaints import Complainant, ComplaintStore, Overtaken, PastStep, Wanted
from central.services.audit import act_of
from protocol.identity import uuid7
from protocol.vault import Entropy

LISTED: Final = 300
_RANDOM_BYTES: Final = 10

log = structlog.get_logger("complaints")


class NoSuchComplaint(LookupError):  # noqa: N818
    """There is none, or it belongs to a site that the visitor does not see."""


class Complaints:
    """Blocking, but for ``run``."""

    def __init__(
        self,
        store: ComplaintStore,
        accounts: AccountStore,
        clock: Clock,
        entropy: Entropy,
        communes: Mapping[str, Iterable[str]],
        has_site: Callable[[str], bool] = bool,
    ) -> None:
        """Args: ``has_site`` says whether there is a site; without it any id may be one."""
        self._store = store
        self._accounts = accounts
        self._clock = clock
        self._entropy = entropy
        self._communes = communes
        self._has_site = has_site

    def now(self) -> datetime:
        """Return the moment at which ages are told."""
        return self._clock.now()

    def worklist(
        self, visitor: Visitor, state: str, level: str, owner: str, limit: int = LISTED
    ) -> list[Complaint]:
        """Return what the visitor may see, what is due first.

        Raises:
            StoreUnavailable: No answer now.
        """
        found = self._store.cases(Wanted(visitor.sites, state, level, owner), limit)
        return in_order(found, self._clock.now())

    def all(self, visitor: Visitor) -> Iterator[Complaint]:
        """Yield everything that the visitor may see, answered ones last.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        return self._store.all_cases(Wanted(visitor.sites))

    def case(self, visitor: Visitor, complaint: str) -> Complaint:
        """Return one complaint.

        Raises:
            NoSuchComplaint: Not for this visitor.
            StoreUnavailable: No answer now.
        """
        found = self._store.case(complaint)
        if found is None or not visitor.sees(found.site):
            raise NoSuchComplaint
        return found

    def read(
        self, visitor: Visitor, complaint: str, route: str
    ) -> tuple[Complaint, Complainant, list[PastStep]]:
        """Return a complaint with who complains and what was done; the reading is written down.

        Raises:
            NoSuchComplaint: Not for this visitor.
            StoreUnavailable: Nothing can be shown.
        """
        case = self.case(visitor, complaint)
        act = act_of(visitor, "complaint_read", f"complaint:{case.id}", route=route)
        return (case, *self._store.whole(case.id, act, self._clock.now()))

    def open(self, visitor: Visitor, site: str, subject: str, who: Complainant, ticket: str) -> str:
        """Open a complaint at the centre and return its id.

        Raises:
            NotPossible: Not of this site by this visitor, of none that there is, or without a word.
            StoreUnavailable: Nothing was stored.
        """
        if not site or not visitor.sees(site):
            raise NotPossible("not_your_site")
        if not self._has_site(site):
            raise NotPossible("no_such_site")
        if not who.words.strip():
            raise NotPossible("no_words")
        now = self._clock.now()
        made = uuid7(int(now.timestamp() * 1000), self._entropy(_RANDOM_BYTES))
        case = Complaint(made, site, ticket, subject, "centre", now)
        self._store.add(case, who, act_of(visitor, "complaint_opened", f"complaint:{made}"), now)
        return made

    def step(self, visitor: Visitor, complaint: str, wish: Step, steps: int, why: str = "") -> None:
        """Take a step on a complaint as it stood after ``steps`` steps.

        Raises:
            NoSuchComplaint: Not for this visitor.
            NotPossible: The step may not follow, or somebody else was quicker.
            StoreUnavailable: Nothing was stored.
        """
        case = self.case(visitor, complaint)
        if case.steps != steps:
            raise NotPossible("overtaken")
        if isinstance(wish, HandedOver) and wish.to not in self.owners(case.site):
            raise NotPossible("to_whom")
        what = f"complaint_{type(wish).__name__.lower()}"
        act = act_of(visitor, what, f"complaint:{case.id}", cleaned(why), "page")
        self._take(case, wish, visitor.role, act)

    def owners(self, site: str) -> list[str]:
        """Return the log-in names of those who may be given a complaint of a site.

        Raises:
            StoreUnavailable: No answer now.
        """
        return [
            one.login
            for one in self._accounts.accounts()
            if not one.disabled and _may(visitor_of(one, self._communes), site)
        ]

    async def run(self, interval_seconds: float = 60.0) -> None:
        """Give overdue complaints to the level above, until cancelled."""
        while True:
            try:
                done = await asyncio.to_thread(self.escalate)
            except StoreError as error:
                log.warning("nothing is escalated", reason=str(error))
            else:
                if done:
                    log.warning("complaints overdue", number=done)
            await asyncio.sleep(interval_seconds)

    def escalate(self) -> int:
        """Give what is overdue to the level above and return how many it were.

        Raises:
            StoreUnavailable: The rest waits for the next time.
        """
        now = self._clock.now()
        done = 0
        for case in self._store.overdue(now - WITHIN):
            act = Act("clock", "it", "complaint_escalated", f"complaint:{case.id}", "", "clock")
            try:
                self._take(case, Escalated(), None, act)
            except NotPossible:
                continue  # Somebody was quicker; the next look sees how it stands.
            done += 1
        return done

    def _take(self, case: Complaint, wish: Step, role: Role | None, act: Act) -> None:
        now = self._clock.now()
        step = decide(case, wish, role, now)
        try:
            self._store.step(case, apply(case, step, now), step, act, now)
        except Overtaken:
            raise NotPossible("overtaken") from None


def _may(visitor: Visitor, site: str) -> bool:
    return visitor.may(Right.COMPLAINTS) and visitor.sees(site)
