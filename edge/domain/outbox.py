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
        due: When the answer to the hello is overdue; None once it came.
        window: Batches that may be under way, as the centre last said.
        heard: The newest ``now`` of the centre; an acknowledgement older than that is stale.
        resting: Until when nothing more is sent, after a whole pass was not acknowledged.
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
    passes: int = 0
    resting: float = 0.0

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


def may_send(lane: Lane, now: float) -> bool:
    """Return whether another batch may go out on ``lane``."""
    greeted = lane.due is None
    return (
        greeted
        and not lane.diverged
        and now >= lane.resting
        and lane.sent < lane.last
        and len(lane.under_way) < lane.window
    )


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
        return replace(heard, diverged=True, under_way=()), Verdict.DIVERGED
    through = min(ack.through, lane.last)
    if through < lane.acked:
        return replace(heard, acked=through, sent=through, under_way=()), Verdict.REWOUND
    if through == lane.acked:
        return heard, Verdict.REPEATED
    still = tuple(batch for batch in lane.under_way if batch.through > through)
    return replace(
        heard, acked=through, sent=max(lane.sent, through), under_way=still, passes=0
    ), Verdict.ADVANCED


def overdue(lane: Lane, now: float) -> bool:
    """Return whether an answer on ``lane`` is late."""
    return any(due <= now for due in _dues(lane))


def give_up(lane: Lane, now: float, rest: float) -> Lane:
    """Return an earlier epoch's lane after a time-out: go on behind what was not acknowledged.

    A hole in a salvaged journal keeps the centre's word below it for ever; what lies above must
    reach the centre all the same. After a whole pass the lane rests and begins again.
    """
    if lane.due is not None or lane.sent >= lane.last:
        passes = lane.passes + 1
        return replace(
            lane, due=None, sent=lane.acked, under_way=(), passes=passes, resting=now + rest
        )
    return replace(lane, under_way=())


def next_due(lanes: list[Lane], now: float) -> float | None:
    """Return when something becomes late or may start again, or None when nothing is awaited."""
    times = [due for lane in lanes for due in _dues(lane)]
    times += [lane.resting for lane in lanes if lane.resting > now]
    return min(times, default=None)


def _dues(lane: Lane) -> list[float]:
    dues = [batch.due for batch in lane.under_way]
    return dues if lane.due is None else [*dues, lane.due]
