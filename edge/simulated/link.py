"""A link to a centre in the same process, which answers, loses, delays or lies as told."""

from collections.abc import Callable
from dataclasses import dataclass, field

from edge.ports import LinkUnavailable


@dataclass
class SimulatedExchange:
    """A broker and what listens behind it; outlives the links made from it.

    Attributes:
        answer: Gets each message (kind, payload), returns what to deliver on the ack topic.
        refusing: Reason why connections are refused now, None while they are granted.
        published: Every message handed over, in order.
    """

    answer: Callable[[str, bytes], list[bytes]] = field(default=lambda _kind, _payload: [])
    refusing: str | None = None
    published: list[tuple[str, bytes]] = field(default_factory=list)
    connects: int = 0
    live: "SimulatedLink | None" = None

    def new_link(self) -> "SimulatedLink":
        """Return a link that was never connected."""
        return SimulatedLink(self)

    def cut(self, reason: str) -> None:
        """End the live connection, as a broker does that goes away."""
        if self.live is not None:
            self.live.end(reason)

    def deliver(self, message: bytes) -> None:
        """Deliver a message on the ack topic unasked."""
        if self.live is not None and self.live.on_ack is not None:
            self.live.on_ack(message)

    def notify(self, message: bytes) -> None:
        """Deliver a message on the notice topic."""
        if self.live is not None:
            self.live.on_notice(message)


class SimulatedLink:
    """See the port."""

    def __init__(self, exchange: SimulatedExchange) -> None:
        self._exchange = exchange
        self.on_ack: Callable[[bytes], None] | None = None
        self.on_notice: Callable[[bytes], None] = _ignore
        self._on_closed: Callable[[str], None] | None = None

    def connect(
        self,
        on_ack: Callable[[bytes], None],
        on_closed: Callable[[str], None],
        on_notice: Callable[[bytes], None] | None = None,
    ) -> None:
        self._exchange.connects += 1
        if self._exchange.refusing is not None:
            raise LinkUnavailable(self._exchange.refusing)
        self.on_ack, self._on_closed = on_ack, on_closed
        self.on_notice = on_notice or _ignore
        self._exchange.live = self

    def publish(self, kind: str, payload: bytes) -> None:
        if self._on_closed is None or self.on_ack is None:
            raise LinkUnavailable("the connection has ended")
        self._exchange.published.append((kind, payload))
        for message in self._exchange.answer(kind, payload):
            self.on_ack(message)

    def end(self, reason: str) -> None:
        """End this connection with ``reason``; further calls do nothing."""
        told, self._on_closed = self._on_closed, None
        if self._exchange.live is self:
            self._exchange.live = None
        if told is not None:
            told(reason)

    def close(self) -> None:
        self.end("closed by us")


def _ignore(_message: bytes) -> None:
    pass
