"""Published lists for certificates, and a keeper that serves them by real http on this machine."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from factories.certificates import ec_key, rsa_key, signer_certificate

SIGNERS = (signer_certificate(ec_key()), signer_certificate(rsa_key()))
HASH = bytes(range(16))


def trust_json(*certificates: bytes, others: tuple[object, ...] = ()) -> bytes:
    """Return a published trust list; ``others`` stand in it as they are."""
    published = [base64.b64encode(each).decode() for each in certificates or SIGNERS]
    return json.dumps([*published, *others]).encode()


def revocations_json(*hashes: bytes) -> bytes:
    return json.dumps({"uci": [base64.b64encode(each).decode() for each in hashes]}).encode()


class Keeper:
    """Serves ``body`` with ``etag``; notes with which tag each question came."""

    def __init__(self) -> None:
        self.body = trust_json()
        self.etag = '"1"'
        self.status = 200
        self.asked: list[str] = []
        self.url = ""


@contextmanager
def keeper() -> Iterator[Keeper]:
    """Serve until left."""
    keeping = Keeper()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tag = self.headers.get("if-none-match", "")
            keeping.asked.append(tag)
            status = 304 if tag and tag == keeping.etag else keeping.status
            body = keeping.body if status == 200 else b""
            self.send_response(status)
            if keeping.etag:
                self.send_header("etag", keeping.etag)
            if status != 304:
                self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    keeping.url = f"http://127.0.0.1:{server.server_address[1]}/list.json"
    try:
        yield keeping
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
