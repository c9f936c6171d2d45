"""Tells everybody who watches that something changed, and that all is well when nothing does."""

import asyncio
from collections.abc import AsyncIterator


class Changes:
    """Counts versions. Whoever watches gets a number at each change, None when for a while none came.

    Attributes:
        watchers: How many watch now; without any there is no need to look.
    """

    def __init__(self, heartbeat_seconds: float = 10.0) -> None:
        self.watchers = 0
        self._heartbeat_seconds = heartbeat_seconds
        self._version = 0
        self._closed = False
        self._changed = asyncio.Condition()

    async def watch(self) -> AsyncIterator[int | None]:
        """Yield a number whenever something changed, None when for a while nothing did."""
        self.watchers += 1
        try:
            seen = self._version
            yield seen
            while not self._closed:
                changed = await self._next(seen)
                yield changed
                seen = seen if changed is None else changed
        finally:
            self.watchers -= 1

    async def tell(self) -> None:
        """Say that something changed."""
        async with self._changed:
            self._version += 1
            self._changed.notify_all()

    async def close(self) -> None:
        """End every ``watch``, so that the server can stop."""
        self._closed = True
        async with self._changed:
            self._changed.notify_all()

    async def _next(self, seen: int) -> int | None:
        """Return the version after ``seen``, or None when nothing changed within a heartbeat."""
        try:
            async with asyncio.timeout(self._heartbeat_seconds), self._changed:
                await self._changed.wait_for(lambda: self._closed or self._version != seen)
        except TimeoutError:
            return None
        return self._version
