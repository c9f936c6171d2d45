"""Messages between the broker's thread and the ingest loop, bounded in bytes."""

import asyncio
import threading
import time
from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the broker delivered it.

    Attributes:
        via: Number of the broker that it came by.
        at: When it came, by the monotonic clock.
    """

    topic: str
    payload: bytes
    via: int = 0
    at: float = field(default=0.0, compare=False)


class Inbox:
    """Takes from any thread, gives to the loop that made it."""

    def __init__(self, most_bytes: int, linger_seconds: float = 0.0) -> None:
        """Make an empty inbox.

        Args:
            linger_seconds: How long the first message waits for company: a commit costs the same
                for one as for many.
            most_bytes: Beyond this, messages are dropped and counted in ``shed``: no
                acknowledgement will cover them, so their devices send them again.
        """
        self._most_bytes = most_bytes
        self._linger_seconds = linger_seconds
        self._held_bytes = 0
        self._messages: deque[Message] = deque()
        self._lock = threading.Lock()
        self._filled = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.shed = 0

    def put(self, topic: str, payload: bytes, via: int = 0) -> None:
        """Hold a message, or drop it when too much is held. From any thread; never blocks."""
        with self._lock:
            if self._held_bytes + len(payload) > self._most_bytes:
                self.shed += 1
                return
            self._held_bytes += len(payload)
            self._messages.append(Message(topic, payload, via, time.monotonic()))
            first = len(self._messages) == 1
        if first and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._filled.set)

    async def take(self, most: int) -> list[Message]:
        """Wait until there is something, and return what is there, ``most`` at most."""
        await self._filled.wait()
        if len(self._messages) < most:
            await asyncio.sleep(self._linger_seconds)
        with self._lock:
            taken = [self._messages.popleft() for _ in range(min(most, len(self._messages)))]
            self._held_bytes -= sum(len(message.payload) for message in taken)
            if not self._messages:
                self._filled.clear()
        return taken
