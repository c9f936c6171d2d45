"""Where complaints are kept: what sites sent, what was opened here, and every step since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from central.domain.accounts import Sites
from central.domain.audit import Act
from central.domain.complaints import Complaint, Step
from central.ports.errors import StoreError


class Overtaken(StoreError):  # noqa: N818 - what happened
    """Somebody else took a step on the same complaint in the meantime; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Complainant:
    """Who complains and in what words; empty where nothing is known or it was erased.

    Attributes:
        visit: The arrival that a desk's complaint is about, with ``ticket``, the number on its slip;
            empty where it is about none that is known here.
    """

    name: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    problem: str = ""
    visit: str = ""
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class PastStep:
    """One step that was taken.

    Attributes:
        detail: To whom and a reason's code, of an answer its words.
    """

    kind: str
    at: datetime
    by: str
    detail: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a worklist is to show; empty: whatever."""

    sites: Sites = None
    state: str = ""
    level: str = ""
    owner: str = ""


class ComplaintStore(Protocol):
    """Blocking; safe from any thread and process."""

    def cases(self, wanted: Wanted, limit: int) -> list[Complaint]:
        """Return complaints, those due first before others and answered ones last.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def all_cases(self, wanted: Wanted) -> Iterator[Complaint]:
        """Yield every complaint in the same order; however many there are.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        ...

    def case(self, complaint: str) -> Complaint | None:
        """Return one complaint.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def whole(self, complaint: str, act: Act, now: datetime) -> tuple[Complainant, list[PastStep]]:
        """Return who complains and what was done since, once the reading is written down.

        Raises:
            StoreUnavailable: Nothing can be shown.
        """
        ...

    def add(self, case: Complaint, who: Complainant, act: Act, now: datetime) -> None:
        """Store a complaint that was opened here.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def step(
        self, before: Complaint, after: Complaint, step: Step, act: Act, now: datetime
    ) -> None:
        """Store a step with its row of the audit.

        An escalation raises an alarm of this complaint, its answer ends it, and whoever opens what
        the province answered again raises it again.

        Raises:
            Overtaken: ``before`` is no longer how the case stands.
            StoreUnavailable: Nothing was stored.
        """
        ...

    def overdue(self, opened_before: datetime) -> Sequence[Complaint]:
        """Return what is not answered, was opened before, and was not escalated yet.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...
