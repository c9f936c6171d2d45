"""The list of reactions after an injection, for whoever answers for the sites that tell of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from central.domain.accounts import Sites, Visitor
from central.domain.reaction_list import ReactionRow
from central.ports import Clock
from central.ports.reaction_list import (
    ReactionCounts,
    ReactionReader,
    ReactionsChosen,
    ToldWish,
)

LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class ReactionWish:
    """What somebody wants to see; empty: whatever."""

    commune: str = ""
    site: str = ""
    severity: str = ""
    told: ToldWish = ""


class ReactionList:
    """Blocking; names nobody."""

    def __init__(
        self, reader: ReactionReader, communes: Mapping[str, Sequence[str]], clock: Clock
    ) -> None:
        self._reader = reader
        self._communes = communes
        self._clock = clock

    def now(self) -> datetime:
        """Return the moment at which ages are told."""
        return self._clock.now()

    def communes(self, visitor: Visitor) -> list[str]:
        """Return the communes of which the visitor sees a site."""
        seen = (name for name, sites in self._communes.items() if any(map(visitor.sees, sites)))
        return sorted(seen)

    def page(
        self, visitor: Visitor, wish: ReactionWish, offset: int = 0
    ) -> tuple[Sequence[ReactionRow], ReactionCounts]:
        """Return a part of what the visitor may see, and how many there are.

        Raises:
            StoreUnavailable: No answer now.
        """
        return self._reader.page(self._chosen(visitor, wish), LISTED, offset)

    def all(self, visitor: Visitor, wish: ReactionWish) -> Iterator[ReactionRow]:
        """Yield everything that the visitor may see.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        return self._reader.all(self._chosen(visitor, wish))

    def _chosen(self, visitor: Visitor, wish: ReactionWish) -> ReactionsChosen:
        sites: Sites = visitor.sites
        if wish.commune:
            inside = self._communes.get(wish.commune, ())
            sites = frozenset(one for one in inside if visitor.sees(one))
        return ReactionsChosen(sites, wish.site, wish.severity, wish.told)
