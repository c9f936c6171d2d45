"""The way to the centre."""

from collections.abc import Callable
from typing import Protocol


class Link(Protocol):
    """One connection to a broker. A fresh one for each try; callbacks only hand messages over."""

    def connect(
        self,
        on_ack: Callable[[bytes], None],
        on_closed: Callable[[str], None],
        on_notice: Callable[[bytes], None] | None = None,
    ) -> None:
        """Connect, subscribe, return when both are granted.

        Args:
            on_ack: Gets the bytes of each message on the device's ``dn/ack`` topic; any thread.
            on_notice: The same of its ``dn/notice`` topic; by default nobody listens.
            on_closed: Gets the reason, once, when the connection ends; any thread.

        Raises:
            LinkUnavailable: No broker in time, or it refused.
        """
        ...

    def publish(self, kind: str, payload: bytes) -> None:
        """Hand a message of ``kind`` (``hello``, ``batch``, ``state``) to the broker; no promise.

        Raises:
            LinkUnavailable: The connection has ended.
        """
        ...

    def close(self) -> None:
        """End the connection. Safe to call twice."""
        ...
