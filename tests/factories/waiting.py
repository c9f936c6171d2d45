"""Waits for a condition with a deadline; nothing in a test may just sleep and hope."""

import asyncio
import time
from collections.abc import Callable

DEADLINE_SECONDS = 10.0
_PACE_SECONDS = 0.005


async def until(condition: Callable[[], object], *, seconds: float = DEADLINE_SECONDS) -> None:
    """Return once ``condition`` holds; fail when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"did not come true within {seconds} s: {condition}")
        await asyncio.sleep(_PACE_SECONDS)


def wait_until(condition: Callable[[], object], *, seconds: float = DEADLINE_SECONDS) -> None:
    """Return once ``condition`` holds, without a loop; fail when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"did not come true within {seconds} s: {condition}")
        time.sleep(_PACE_SECONDS)
