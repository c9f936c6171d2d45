"""What a form of the hub's pages brings: a few short texts, brought at once.

Whoever sends slowly is waited for ten seconds. When very many send slowly, the slowest go first: whoever
sends a form as a browser does is done before their turn comes.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

MOST_BYTES: Final = 16 * 1024
"""Every field of our longest form, filled to its end with Vietnamese letters, is nine bytes a letter."""
MOST_FIELDS: Final = 60
MOST_SLOW: Final = 256
"""Far more than a hundred desks that press at the same moment: a busy hub reads none of theirs at once."""
BODY_SECONDS: Final = 10.0
_MOST_DRAINED: Final = 1024 * 1024


class FormRefused(Exception):  # noqa: N818 - what happened to it
    """A form was not taken; ``word`` of ``site.po`` says why, nothing was done."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status, self.word = status, word


class Patience:
    """Waits for what forms bring; for so many at once and no more."""

    def __init__(self, most: int = MOST_SLOW, seconds: float = BODY_SECONDS) -> None:
        self._most = most
        self._seconds = seconds
        self._waiting: dict[asyncio.Timeout, None] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    @asynccontextmanager
    async def wait(self) -> AsyncIterator[None]:
        """Let a form be read for as long as it may take; ends the oldest where too many are read.

        Raises:
            TimeoutError: It took too long.
        """
        while len(self._waiting) >= self._most:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            if not oldest.expired():  # Its own time may be over at this moment.
                oldest.reschedule(0)
        async with asyncio.timeout(self._seconds) as timeout:
            self._waiting[timeout] = None
            try:
                yield
            finally:
                self._waiting.pop(timeout, None)


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form.

    Raises:
        FormRefused: It is longer than any form of ours, is none at all, or came too slowly.
    """
    patience: Patience = request.app.state.patience
    try:
        async with patience.wait():
            body = await _body(request)
    except TimeoutError:
        raise FormRefused(408, "form.too_slow") from None
    if len(body) > MOST_BYTES:
        raise FormRefused(413, "form.too_long")
    try:
        text = body.decode("ascii")
        fields = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise FormRefused(400, "form.unreadable") from None
    return dict(fields)


async def _body(request: Request) -> bytes:
    """Return what is sent; of what is too long only the beginning, the rest is read and dropped.

    A browser hears an answer once it has sent all.
    """
    body, length = bytearray(), 0
    async for part in request.stream():
        length += len(part)
        if len(body) <= MOST_BYTES:
            body += part
        if length > _MOST_DRAINED:
            break
    return bytes(body)
