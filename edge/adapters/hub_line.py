"""Connections to a hub of the site: where it may be, who it must prove to be, and one question at a time."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from edge.adapters.device_tls import device_context
from edge.domain import lan
from edge.ports import HubError, HubHints, HubUnavailable

Address = tuple[str, int]
Wanted = Callable[[http.client.HTTPSConnection, float], bool]


class Ways:
    """The addresses at which a hub of a site may answer."""

    def __init__(
        self,
        addresses: Sequence[Address],
        keys_directory: Path,
        *,
        site: str,
        listen: Callable[[], HubHints] | None = None,
        trust_clock: Callable[[], bool] = lambda: True,
        wanted: Wanted | None = None,
    ) -> None:
        """Take where the hub may answer.

        Args:
            wanted: Asked of each that answers, until some time, whether it is the one to talk to.
        """
        self._addresses = tuple(addresses)
        self._listen = listen
        self._hints: HubHints | None = None
        self._listening = threading.Lock()
        self._keys_directory = keys_directory
        self._site = site
        self._trust_clock = trust_clock
        self._wanted = wanted
        self._last: Address | None = None

    def close(self) -> None:
        """Stop listening for hints."""
        with self._listening:
            if self._hints is not None:
                self._hints.close()
                self._hints = None

    def connect(self, until: float) -> http.client.HTTPSConnection:
        """Return a connection to the first that answers and is wanted.

        Raises:
            HubUnavailable: There is none.
            HubError: The own keys cannot be used.
        """
        context = self._tls()
        addresses = self._in_order()
        problem = "no address is known"
        for place, address in enumerate(addresses):
            # One that swallows everything must leave time for the others.
            share = (until - time.monotonic()) / (len(addresses) - place)
            if share <= 0:
                break
            try:
                connection = self._reached(address, share, context)
            except (OSError, http.client.HTTPException, HubError) as error:
                problem = words_of(error)
                continue
            if connection is None:
                problem = "it is not the hub now"
                continue
            self._last = address
            return connection
        self._begin_to_listen()
        raise HubUnavailable(f"no hub answers: {problem}")

    def _reached(
        self, address: Address, seconds: float, context: ssl.SSLContext
    ) -> http.client.HTTPSConnection | None:
        until = time.monotonic() + seconds
        connection = _connected(address, seconds, context, lan.hub_name(self._site))
        wanted = False
        try:
            wanted = self._wanted is None or self._wanted(connection, until)
        finally:
            if not wanted:
                connection.close()
        return connection if wanted else None

    def _begin_to_listen(self) -> None:
        with self._listening:
            if self._hints is None and self._listen is not None:
                self._hints = self._listen()

    def _in_order(self) -> list[Address]:
        heard = self._hints
        known = [*self._addresses, *(heard.addresses() if heard is not None else ())]
        # The one that answered last is likeliest to answer in the time that a claim has.
        first = [self._last] if self._last in known else []
        return list(dict.fromkeys([*first, *known]))

    def _tls(self) -> ssl.SSLContext:
        folder = self._keys_directory
        try:
            return device_context(folder, trust_clock=self._trust_clock())
        except OSError as error:
            raise HubError(f"the keys in {folder} cannot be used for https") from error


class Line:
    """One kept connection; one question at a time, each with one deadline for all of it."""

    def __init__(
        self,
        connect: Callable[[float], http.client.HTTPSConnection],
        seconds: float,
        most: int = lan.MAX_ANSWER_BYTES,
    ) -> None:
        self._connect = connect
        self._most = most
        self._seconds = seconds
        self._guard = threading.Lock()
        self._connection: http.client.HTTPSConnection | None = None

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Return what is answered.

        Raises:
            HubUnavailable: No answer in time.
            HubError: A refusal.
        """
        until = time.monotonic() + self._seconds
        if not self._guard.acquire(timeout=self._seconds):
            raise HubUnavailable("the question before this one is still open")
        try:
            return self._answer(method, path, body, until)
        except (OSError, http.client.HTTPException) as error:
            self._drop()
            raise HubUnavailable(f"no answer from the hub: {words_of(error)}") from error
        except HubError:
            self._drop()
            raise
        finally:
            self._guard.release()

    def close(self) -> None:
        """End the connection. Safe to call twice."""
        with self._guard:
            self._drop()

    def _answer(self, method: str, path: str, body: bytes | None, until: float) -> bytes:
        if self._connection is not None and self._connection.sock is not None:
            try:
                return asked(self._connection, method, path, body, until, self._most)
            except (ConnectionError, ssl.SSLEOFError, http.client.RemoteDisconnected):
                # It idled too long, or the hub was started anew; every question may be repeated.
                self._drop()
        self._connection = self._connect(until)
        return asked(self._connection, method, path, body, until, self._most)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def asked(
    connection: http.client.HTTPSConnection,
    method: str,
    path: str,
    body: bytes | None,
    until: float,
    most: int = lan.MAX_ANSWER_BYTES,
) -> bytes:
    """Return what is answered on a connection.

    Raises:
        OSError: No answer until then.
        HubError: A refusal, or more than ``most`` bytes.
    """
    _leave(connection, until)
    connection.request(method, path, body=body, headers={"content-type": "application/json"})
    _leave(connection, until)
    response = connection.getresponse()
    # Read in one go, with a limit: whoever answers must not fill the memory.
    said = response.read(most + 1)
    if response.status >= http.client.INTERNAL_SERVER_ERROR:
        raise HubUnavailable(f"the hub answered {response.status}")
    if response.status != http.client.OK:
        raise HubError(f"the hub answered {response.status}")
    if len(said) > most:
        raise HubError("the answer is larger than any that is known")
    return said


def _connected(
    address: Address, seconds: float, context: ssl.SSLContext, name: str
) -> http.client.HTTPSConnection:
    host, port = address
    until = time.monotonic() + seconds
    plain = socket.create_connection((host, port), timeout=seconds)
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.settimeout(max(0.001, until - time.monotonic()))
        wire = context.wrap_socket(plain, server_hostname=name)
    except BaseException:
        plain.close()
        raise
    connection = http.client.HTTPSConnection(name, port, context=context)
    connection.sock = wire
    # Without it http.client would connect again by itself, to a name that nobody resolves.
    connection.auto_open = 0
    return connection


def _leave(connection: http.client.HTTPSConnection, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0 or connection.sock is None:
        raise TimeoutError("out of time")
    connection.sock.settimeout(left)


def words_of(error: Exception) -> str:
    """Return what went wrong, without the system's decoration."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
