"""What lies before the camera, so that a card left there is served once and not at every frame."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from edge.domain.facts import Seen
from protocol.documents.model import Claim

GONE_AFTER_MS = 2_500
"""A code not seen for this long was taken away; shorter gaps are a shaking hand, or the pause of a
scan engine that reads by itself."""


@dataclass(frozen=True, slots=True)
class View:
    """The codes that were answered already and are still before the camera.

    Attributes:
        answered: Code digest -> when it was last seen.
    """

    answered: Mapping[str, int] = field(default_factory=dict)

    def knows(self, seen: Seen) -> bool:
        """Return whether this code was answered and never taken away."""
        return seen.code in self.answered

    def at(self, now_ms: int) -> "View":
        """Return the view without the codes that were taken away before ``now_ms``."""
        kept = {c: at for c, at in self.answered.items() if now_ms - at <= GONE_AFTER_MS}
        return self if len(kept) == len(self.answered) else View(kept)

    def answer(self, codes: Iterable[Seen], now_ms: int) -> "View":
        """Return the view in which ``codes`` need no answer while they stay."""
        return View({**self.answered, **{seen.code: now_ms for seen in codes}})

    def still(self, codes: Iterable[Seen], now_ms: int) -> "View":
        """Return the view in which the known ones among ``codes`` were seen now."""
        return self.answer((seen for seen in codes if self.knows(seen)), now_ms)


@dataclass(frozen=True, slots=True)
class PutOff:
    """A card that a scan engine read while somebody else was being served; it may come no second time."""

    seen: Seen = field(repr=False)
    at_ms: int


def claims_by_person(codes: Iterable[Seen]) -> dict[str, Seen]:
    """Return one claim for each person among ``codes``; a card and a notice of one person are one."""
    return {
        seen.person: seen
        for seen in reversed(tuple(codes))
        if isinstance(seen.reading, Claim) and seen.person is not None
    }
