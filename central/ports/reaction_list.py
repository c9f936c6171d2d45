"""Where the list of reactions is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from central.domain.accounts import Sites
from central.domain.reaction_list import ReactionRow

ToldWish = Literal["", "yes", "no"]


@dataclass(frozen=True, slots=True)
class ReactionsChosen:
    """What the list is to show; empty: whatever."""

    sites: Sites = None
    site: str = ""
    severity: str = ""
    told: ToldWish = ""


@dataclass(frozen=True, slots=True)
class ReactionCounts:
    """How many reactions there are, how many the Platform was not told of, how many of these are severe."""

    number: int
    untold: int
    severe_untold: int


class ReactionReader(Protocol):
    """Blocking; safe from any thread and process."""

    def page(
        self, chosen: ReactionsChosen, limit: int, offset: int = 0
    ) -> tuple[Sequence[ReactionRow], ReactionCounts]:
        """Return a part of the list, what was not told first and severe ones before others.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def all(self, chosen: ReactionsChosen) -> Iterator[ReactionRow]:
        """Yield the whole list, in the same order.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        ...
