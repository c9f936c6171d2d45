"""The time that the conversation knows."""

from edge.ports import Clock


def milliseconds(clock: Clock) -> int:
    """Return milliseconds since the machine's boot: the conversation's only time."""
    return clock.boottime_ns() // 1_000_000
