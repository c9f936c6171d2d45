"""What goes over a wire to a server: a relay in between that notes the head of each request."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

_NOT_RELAYED = {"transfer-encoding", "connection", "content-encoding", "content-length"}


@dataclass
class Wire:
    """A way to a server.

    Attributes:
        heads: Line and headers of every request so far, as any server or proxy may log them.
    """

    url: str = ""
    heads: list[str] = field(default_factory=list)


@contextmanager
def watched(url: str) -> Iterator[Wire]:
    """Return another address of the server at ``url``."""
    wire, there = Wire(), httpx.URL(url)

    class Relay(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def relay(self) -> None:
            wire.heads.append(f"{self.requestline}\n{self.headers}")
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
            answer = client.request(
                self.command, there.join(self.path), content=body, headers=headers
            )
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in _NOT_RELAYED:
                    self.send_header(name, value)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = relay  # noqa: N815 - the library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with (
        httpx.Client(trust_env=False, verify=False, timeout=10) as client,
        ThreadingHTTPServer(("127.0.0.1", 0), Relay) as server,
    ):
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        try:
            wire.url = f"http://127.0.0.1:{server.server_port}{there.path}"
            yield wire
        finally:
            server.shutdown()
            thread.join()
