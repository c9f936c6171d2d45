"""Serves the web application inside the centre's own event loop and stops when told to."""

import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

_SECONDS_FOR_LAST_ANSWERS = 2


class ListenError(OSError):
    """The address is taken or is not this machine's."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 lets the system choose.

    Raises:
        ListenError: Nobody can listen there.
    """
    try:
        return socket.create_server((host, port), family=_family(host))
    except OSError as error:
        raise ListenError(f"cannot listen on {host} port {port}: {error.strerror}") from error


class Server(uvicorn.Server):
    """Uvicorn that leaves the signals to the program."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_SECONDS_FOR_LAST_ANSWERS,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal: ``__main__`` has them."""
        yield

    def stop(self) -> None:
        """Let ``serve`` return soon; open event streams are ended."""
        self.should_exit = True


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
