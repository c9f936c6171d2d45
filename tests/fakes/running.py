"""Running a service beside a test, and ending it with the test."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def running(service: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run ``service`` as a task while the block runs; an error of either ends both."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(service)
        yield
        task.cancel()
