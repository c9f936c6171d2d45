"""Waits for a condition with a deadline; nothing in a test may just sleep and hope."""

import asyncio
import time
from collections.abc import Callable

DEADLINE_SECONDS = 10.0
PATIENCE = 4
"""A deadline is for what never comes: on a machine with other work it is this many times as far off."""
_PACE_SECONDS = 0.005
_SLOWEST_SECONDS = 0.2
_LOOKS_A_PAUSE = 3


async def until(condition: Callable[[], object], *, seconds: float = DEADLINE_SECONDS) -> None:
    """Return once ``condition`` holds; fail when it does not in time."""
    end = time.monotonic() + seconds * PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"did not come true within {seconds * PATIENCE} s: {condition}")
        await asyncio.sleep(_PACE_SECONDS)


def wait_until(condition: Callable[[], object], *, seconds: float = DEADLINE_SECONDS) -> None:
    """Return once ``condition`` holds, without a loop; fail when it does not in time."""
    end = time.monotonic() + seconds * PATIENCE
    while True:
        begun = time.monotonic()
        if condition():
            return
        now = time.monotonic()
        if now > end:
            raise AssertionError(f"did not come true within {seconds * PATIENCE} s: {condition}")
        # A look that takes long is taken less often: what is waited for needs the processor more.
        time.sleep(min(max(_PACE_SECONDS, _LOOKS_A_PAUSE * (now - begun)), _SLOWEST_SECONDS))
