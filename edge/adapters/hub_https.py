"""The hub by https on the site's network, with the device's own certificate.

Whoever answers proves in the handshake that it is the hub of this site: its certificate must carry
the hub's name, signed by the installation's authority. So an address may come from anywhere, even
from a multicast answer.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from edge.domain import lan
from edge.domain.lan import Claim, ClaimAnswer, DayKey, HubState, Run, Taken, Waiting
from edge.ports import HubError, HubHints, HubUnavailable
from protocol.errors import WireError

_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME
CLAIM_SECONDS = 0.4
OTHER_SECONDS = 5.0
Address = tuple[str, int]
_Said = TypeVar("_Said", ClaimAnswer, Taken, DayKey, HubState, Waiting)


class HttpsHub:
    """The port ``Hub``."""

    def __init__(
        self,
        addresses: Sequence[Address],
        keys_directory: Path,
        *,
        site: str,
        listen: Callable[[], HubHints] | None = None,
        trust_clock: Callable[[], bool] = lambda: True,
        claim_seconds: float = CLAIM_SECONDS,
        other_seconds: float = OTHER_SECONDS,
    ) -> None:
        """Take where the hub may answer.

        Args:
            addresses: Tried in this order, before any hint.
            keys_directory: Holds ``ca.crt device.crt device.key``.
            listen: Begins to listen for hints where else the hub may be; called only once no address
                answers, so that a site whose addresses are right pays nothing for it.
            trust_clock: Asked at each connection; False says that the clock may be years off: then
                the hub's certificate is not refused for its dates.
            claim_seconds: A claim is answered in this time, connecting included, or not at all.
        """
        self._addresses = tuple(addresses)
        self._listen = listen
        self._hints: HubHints | None = None
        self._listening = threading.Lock()
        self._keys_directory = keys_directory
        self._site = site
        self._trust_clock = trust_clock
        self._claims = _Line(self._connect, claim_seconds)
        self._rest = _Line(self._connect, other_seconds)
        self._last: Address | None = None

    def claim(self, claim: Claim) -> ClaimAnswer:
        return _read(ClaimAnswer, self._claims.ask("POST", lan.CLAIMS, lan.encode(claim)))

    def hand_over(self, run: Run) -> Taken:
        return _read(Taken, self._rest.ask("POST", lan.ARRIVALS, lan.encode(run)))

    def day_key(self) -> DayKey:
        return _read(DayKey, self._rest.ask("GET", lan.KEYS))

    def waiting(self) -> tuple[int, int] | None:
        return _read(Waiting, self._rest.ask("GET", lan.WAITING)).minutes

    def who(self) -> HubState:
        return _read(HubState, self._rest.ask("GET", lan.HUB))

    def close(self) -> None:
        self._claims.close()
        self._rest.close()
        with self._listening:
            if self._hints is not None:
                self._hints.close()
                self._hints = None

    def _connect(self, until: float) -> http.client.HTTPSConnection:
        context = self._tls()
        addresses = self._in_order()
        problem = "no address is known"
        for place, address in enumerate(addresses):
            # One that swallows everything must leave time for the others.
            share = (until - time.monotonic()) / (len(addresses) - place)
            if share <= 0:
                break
            try:
                connection = _connected(address, share, context, lan.hub_name(self._site))
            except OSError as error:
                problem = _words(error)
                continue
            self._last = address
            return connection
        self._begin_to_listen()
        raise HubUnavailable(f"no hub answers: {problem}")

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
            context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
            context.load_cert_chain(str(folder / "device.crt"), str(folder / "device.key"))
        except (OSError, ssl.SSLError) as error:
            raise HubError(f"the keys in {folder} cannot be used for https") from error
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if not self._trust_clock():
            context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
        return context


class _Line:
    """One kept connection; one question at a time, each with one deadline for all of it."""

    def __init__(
        self, connect: Callable[[float], http.client.HTTPSConnection], seconds: float
    ) -> None:
        self._connect = connect
        self._seconds = seconds
        self._guard = threading.Lock()
        self._connection: http.client.HTTPSConnection | None = None

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        until = time.monotonic() + self._seconds
        if not self._guard.acquire(timeout=self._seconds):
            raise HubUnavailable("the question before this one is still open")
        try:
            return self._answer(method, path, body, until)
        except (OSError, http.client.HTTPException) as error:
            self._drop()
            raise HubUnavailable(f"no answer from the hub: {_words(error)}") from error
        except HubError:
            self._drop()
            raise
        finally:
            self._guard.release()

    def close(self) -> None:
        with self._guard:
            self._drop()

    def _answer(self, method: str, path: str, body: bytes | None, until: float) -> bytes:
        if self._connection is not None and self._connection.sock is not None:
            try:
                return self._once(self._connection, method, path, body, until)
            except (ConnectionError, ssl.SSLEOFError, http.client.RemoteDisconnected):
                # It idled too long, or the hub was started anew; every question may be repeated.
                self._drop()
        self._connection = self._connect(until)
        return self._once(self._connection, method, path, body, until)

    def _once(
        self,
        connection: http.client.HTTPSConnection,
        method: str,
        path: str,
        body: bytes | None,
        until: float,
    ) -> bytes:
        _leave(connection, until)
        connection.request(method, path, body=body, headers={"content-type": "application/json"})
        _leave(connection, until)
        response = connection.getresponse()
        # Read in one go, with a limit: whoever answers must not fill the memory.
        said = response.read(lan.MAX_ANSWER_BYTES + 1)
        if response.status >= http.client.INTERNAL_SERVER_ERROR:
            raise HubUnavailable(f"the hub answered {response.status}")
        if response.status != http.client.OK:
            raise HubError(f"the hub answered {response.status}")
        if len(said) > lan.MAX_ANSWER_BYTES:
            raise HubError("the answer is larger than any that is known")
        return said

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


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


def _read(kind: type[_Said], data: bytes) -> _Said:
    try:
        return lan.decode(kind, data)
    except WireError as error:
        raise HubError(f"the hub's answer is {error}") from error


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
