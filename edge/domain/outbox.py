"""What to send next, and what an acknowledgement means: pure decisions over one epoch's lane.

A lane lives as long as one connection. Entries below ``acked`` are covered by the centre's signed
word, those up to ``sent`` were handed to the broker, which proves nothing.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from protocol.identity import Epoch
from protocol.messages import Ack

FIRST_WINDOW = 2
MOST_WINDOW = 16
MOST_EVENTS = 100
# A signed batch is at most 64 KiB; each event adds at most 3 bytes of CBOR, the rest is the frame.
MOST_EVENT_BYTES = 64 * 1024 - 3 * MOST_EVENTS - 724


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A batch that was published and not acknowledged."""

    through: int
    due: float


@dataclass(frozen=True, slots=True)
class Lane:
    """How far one epoch is written, sent and acknowledged.

    Attributes:
        current: Whether new entries still come; an earlier epoch may have holes and a lost tail.
        diverged: The centre knows another entry at a place of ours: a cloned or restored card. Ours
            are facts all the same, so sending goes on.
        due: When the answer to the hello is overdue; None once it came.
        window: Batches that may be under way, as the centre last said.
        heard: The newest ``now`` of the centre; an acknowledgement older than that is stale.
    """

    epoch: Epoch
    current: bool
    last: int
    acked: int
    sent: int
    due: float | None
    under_way: tuple[UnderWay, ...] = ()
    window: int = FIRST_WINDOW
    heard: str = ""
    diverged: bool = False

    @property
    def unsent(self) -> int:
        """Entries that no acknowledgement covers."""
        return max(0, self.last - self.acked)


class Verdict(StrEnum):
    """What an acknowledgement did to a lane."""

    ADVANCED = "advanced"
    REPEATED = "repeated"
    REWOUND = "rewound"
    STALE = "stale"
    DIVERGED = "diverged"


def may_send(lane: Lane) -> bool:
    """Return whether another batch may go out on ``lane``."""
    greeted = lane.due is None
    return greeted and lane.sent < lane.last and len(lane.under_way) < lane.window


def published(lane: Lane, through: int, due: float) -> Lane:
    """Return ``lane`` after a batch up to ``through`` went out."""
    return replace(lane, sent=through, under_way=(*lane.under_way, UnderWay(through, due)))


def settle(lane: Lane, ack: Ack, ours: bytes | None) -> tuple[Lane, Verdict]:
    """Return ``lane`` after a signed acknowledgement of its epoch.

    Args:
        ours: Our own hash at ``ack.through``, None when that entry is not held.
    """
    if ack.now < lane.heard:
        return lane, Verdict.STALE
    heard = replace(lane, due=None, heard=ack.now, window=min(max(1, ack.window), MOST_WINDOW))
    # The centre has what we have not: a restored or cloned card. An earlier epoch's lost tail
    # may well be there.
    unknown = lane.current and ack.through > lane.last
    if unknown or (ours is not None and ours != ack.head):
        return replace(lane, diverged=True, due=None), Verdict.DIVERGED
    through = min(ack.through, lane.last)
    if through < lane.acked:
        return replace(heard, acked=through, sent=through, under_way=()), Verdict.REWOUND
    if through == lane.acked:
        return heard, Verdict.REPEATED
    still = tuple(batch for batch in lane.under_way if batch.through > through)
    return replace(
        heard, acked=through, sent=max(lane.sent, through), under_way=still
    ), Verdict.ADVANCED


def overdue(lane: Lane, now: float) -> bool:
    """Return whether an answer on ``lane`` is late."""
    return any(due <= now for due in _dues(lane))


def next_due(lanes: list[Lane]) -> float | None:
    """Return when something becomes late, or None when nothing is awaited."""
    return min((due for lane in lanes for due in _dues(lane)), default=None)


def _dues(lane: Lane) -> list[float]:
    dues = [batch.due for batch in lane.under_way]
    return dues if lane.due is None else [*dues, lane.due]
