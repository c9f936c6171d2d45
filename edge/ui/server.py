"""Serves the pages on this machine, inside the program's own event loop and under its own signals."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

from edge.ui.crowd import CountedListener, Crowd


class AddressTaken(Exception):  # noqa: N818 - what happened
    """The screen's address cannot be listened on."""


def listen(host: str, port: int, crowd: Crowd | None = None) -> socket.socket:
    """Return a socket that listens, so that a taken address is known before anything starts.

    Args:
        crowd: Counts who is connected, where others than this machine can reach the port.

    Raises:
        AddressTaken: Another program has the port, or the host is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise AddressTaken(
            f"cannot answer at {host}:{port}: {error.strerror}; "
            "stop the other program or change [ui] in the settings"
        ) from error
    # Inherited by every connection. asyncio sets it only where a socket names its protocol, which
    # this one does not; without it an answer on a kept connection waits 40 ms for the peer's ACK.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening if crowd is None else CountedListener(listening, crowd)


class PageServer(uvicorn.Server):
    """Uvicorn without its own signal handling: the program stops everything in one order."""

    def __init__(self, app: Starlette) -> None:
        """Make a server for ``app``."""
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        self.answers = asyncio.Event()
        self.ended = asyncio.Event()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer until ``stop``; open answers end first, and ``ended`` says so."""
        try:
            await super().serve(sockets)
        finally:
            self.ended.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the program."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so by ``answers``."""
        await super().startup(sockets)
        self.answers.set()

    def stop(self) -> None:
        """Let open answers end, then return from ``serve``."""
        self.should_exit = True
