"""HTTP by hand from many clients at once: load for a server that costs next to nothing itself."""

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

_CHUNK = 64 * 1024
SECONDS = 60.0


@dataclass
class Taken:
    """What came of requests.

    Attributes:
        milliseconds: Of each that succeeded.
        statuses: How often each status that is none of a success came; 0: no answer at all.
    """

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def add(self, other: "Taken") -> None:
        """Take in what another run took."""
        self.seconds += other.seconds
        self.milliseconds += other.milliseconds
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count

    def note(self, status: int) -> None:
        """Count a failure."""
        self.statuses[status] = self.statuses.get(status, 0) + 1


Succeeded = Callable[[int, bytes], bool]
"""Says by status and whole answer whether a request did what it should."""


class Client:
    """One client with one connection, opened anew where the server ends it after an answer."""

    def __init__(self, port: int, context: ssl.SSLContext | None) -> None:
        self._port = port
        self._context = context
        self._connection: socket.socket | None = None

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Return status and whole answer."""
        connection = self._connection = self._connection or self._open()
        connection.sendall(request)
        answer = connection.recv(_CHUNK)
        while b"\r\n\r\n" not in answer and (more := connection.recv(_CHUNK)):
            answer += more
        head, _, body = answer.partition(b"\r\n\r\n")
        fields = _fields(head)
        length = int(fields.get(b"content-length", b"0"))
        while len(body) < length and (more := connection.recv(_CHUNK)):
            body += more
        if fields.get(b"connection", b"") == b"close":
            self.close()
        return int(head.split(b" ", 2)[1]), head + b"\r\n\r\n" + body

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self._port), timeout=SECONDS)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context is None:
            return plain
        return self._context.wrap_socket(plain, server_hostname="127.0.0.1")


def load(clients: Sequence[Client], requests: Sequence[bytes], succeeded: Succeeded) -> Taken:
    """Ask all of ``requests`` once, as fast as the clients get answers."""
    left, taken = iter(requests), Taken()
    lock = threading.Lock()

    def work(client: Client) -> None:
        while True:
            with lock:
                request = next(left, None)
            if request is None:
                return
            begun = perf_counter()
            try:
                status, answer = client.ask(request)
            except (OSError, ValueError, IndexError):
                client.close()
                status, answer = 0, b""
            passed = (perf_counter() - begun) * 1000
            with lock:
                if succeeded(status, answer):
                    taken.milliseconds.append(passed)
                else:
                    taken.note(status)

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    begun = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.seconds = perf_counter() - begun
    return taken


def _fields(head: bytes) -> dict[bytes, bytes]:
    pairs = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return {name.strip().lower(): text.strip().lower() for name, _, text in pairs}
