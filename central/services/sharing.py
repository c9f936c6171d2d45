"""One answer for all who ask for the same at the same time: what takes long is done once."""

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar, cast

from central.ports import StoreError

LONG_SECONDS: Final = 1.0
IDLE_FOR_EACH_SECOND: Final = 9.0
"""What takes long gets a tenth of the time, however many ask, and leaves the rest to others."""

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Turn(Generic[Answer]):
    """What those who ask for one thing wait for.

    Attributes:
        begun: How many readings were begun.
        number: Which of them ``outcome`` came from.
        good_until: Until when ``outcome`` serves who asks later, too.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    begun: int = 0
    number: int = 0
    outcome: Answer | StoreError | None = None
    good_until: float = 0.0


class Shared(Generic[Key, Answer]):
    """Reads for all who wait at once; nobody gets what was read before they asked.

    Unless reading takes long: then one answer serves for nine times as long as it took; a failure
    never does.
    """

    def __init__(
        self, read: Callable[[Key], Answer], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Make it. Args: ``read`` blocks, and is called in a thread, once at a time for each key."""
        self._read = read
        self._monotonic = monotonic
        self._turns: dict[Key, _Turn[Answer]] = {}

    async def get(self, key: Key) -> Answer:
        """Return what ``read`` says of ``key``.

        Raises:
            StoreError: No answer now, for none of those who wait.
        """
        turn = self._turns.setdefault(key, _Turn())
        turn.waiting += 1
        asked = turn.begun
        try:
            async with turn.lock:
                if turn.number <= asked and self._monotonic() >= turn.good_until:
                    await self._take(key, turn)
                outcome = turn.outcome
        finally:
            turn.waiting -= 1
            self._tidy()
        if isinstance(outcome, StoreError):
            raise outcome
        return cast("Answer", outcome)

    async def _take(self, key: Key, turn: _Turn[Answer]) -> None:
        turn.begun += 1
        number, began = turn.begun, self._monotonic()
        try:
            turn.outcome = await asyncio.to_thread(self._read, key)
        except StoreError as error:
            turn.outcome = error
        turn.number, ended = number, self._monotonic()
        # That a database is away takes long to find out, too: whoever asks next asks it again.
        if ended - began > LONG_SECONDS and not isinstance(turn.outcome, StoreError):
            turn.good_until = ended + (ended - began) * IDLE_FOR_EACH_SECOND

    def _tidy(self) -> None:
        """Forget what nobody waits for and nobody may be given any more."""
        now = self._monotonic()
        over = [
            key for key, one in self._turns.items() if not one.waiting and one.good_until <= now
        ]
        for key in over:
            del self._turns[key]
