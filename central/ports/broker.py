"""The line to the devices."""

from collections.abc import Callable
from typing import Protocol


class Broker(Protocol):
    """The centre's connection to one broker."""

    def connect(
        self, on_message: Callable[[str, bytes], None], on_closed: Callable[[str], None]
    ) -> None:
        """Connect, subscribe to everything devices say, return when granted.

        Args:
            on_message: Gets topic and payload; any thread; must only enqueue.
            on_closed: Gets the reason, once, when the connection ends; any thread.

        Raises:
            BrokerUnavailable: No broker in time, or it refused.
        """
        ...

    def listen(self, shards: frozenset[str] | None) -> None:
        """From now on hear the devices of these shards; None, as at the start, for all.

        Before ``connect`` or at any time after it; never blocks.
        """
        ...

    def publish(self, topic: str, payload: bytes) -> None:
        """Hand a message to the broker; no promise.

        Raises:
            BrokerUnavailable: The connection has ended.
        """
        ...

    def close(self) -> None:
        """End the connection. Safe to call twice."""
        ...
