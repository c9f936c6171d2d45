"""The virtual printer's web page: the newest slip, and switches for everything that goes wrong.

``GET /`` the page · ``GET /slips`` JSON · ``GET /slips/N.png`` · ``GET /state`` · ``POST /state`` with
any of the fields of ``PrinterState`` as JSON.
"""

import json
import re
from dataclasses import asdict, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import msgspec

from edge.ports import Paper
from edge.simulated.printer.machine import VirtualPrinter
from edge.simulated.printer.slips import SlipTray

PAGE: Final = Path(__file__).with_name("page.html")
MOST_BODY_BYTES: Final = 4096
SLIP_PATH: Final = re.compile(r"/slips/(\d{1,9})\.png")


class Changes(msgspec.Struct, forbid_unknown_fields=True):
    """What ``POST /state`` may change; what is left out stays."""

    paper: Paper | msgspec.UnsetType = msgspec.UNSET
    cover_open: bool | msgspec.UnsetType = msgspec.UNSET
    offline: bool | msgspec.UnsetType = msgspec.UNSET
    cutter_error: bool | msgspec.UnsetType = msgspec.UNSET
    silent: bool | msgspec.UnsetType = msgspec.UNSET
    rows_left: int | msgspec.UnsetType | None = msgspec.UNSET
    bytes_per_second: int | msgspec.UnsetType | None = msgspec.UNSET
    cut_after_bytes: int | msgspec.UnsetType | None = msgspec.UNSET


class WebServer(ThreadingHTTPServer):
    """Serves one printer and its tray."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], printer: VirtualPrinter, tray: SlipTray) -> None:
        self.printer = printer
        self.tray = tray
        super().__init__(address, WebHandler)


class WebHandler(BaseHTTPRequestHandler):
    """One request."""

    server: WebServer
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Answer the page, the slips or the state."""
        path = self.path.partition("?")[0]
        if path == "/":
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", PAGE.read_bytes())
        elif path == "/slips":
            self._json([asdict(slip) for slip in self.server.tray.slips()])
        elif path == "/state":
            self._json(asdict(self.server.printer.state))
        elif match := SLIP_PATH.fullmatch(path):
            self._slip(int(match[1]))
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "nothing is here; see /")

    def do_POST(self) -> None:
        """Change the printer's state."""
        if self.path != "/state":
            self._refuse(HTTPStatus.NOT_FOUND, "only /state can be changed")
            return
        try:
            changes = self._changes()
        except (ValueError, msgspec.MsgspecError) as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
            return
        printer = self.server.printer
        self._json(asdict(printer.change(replace(printer.state, **changes))))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: the demo's terminal shows addresses, not requests."""

    def _changes(self) -> dict[str, Any]:
        length = int(self.headers.get("Content-Length", "0"))
        if not 0 < length <= MOST_BODY_BYTES:
            self.close_connection = True
            raise ValueError(f"send 1 to {MOST_BODY_BYTES} bytes of JSON")
        changes = msgspec.json.decode(self.rfile.read(length), type=Changes)
        for name in ("rows_left", "bytes_per_second", "cut_after_bytes"):
            value = getattr(changes, name)
            if isinstance(value, int) and value < 0:
                raise ValueError(f"{name} must not be negative")
        given = msgspec.structs.asdict(changes).items()
        return {name: value for name, value in given if value is not msgspec.UNSET}

    def _slip(self, number: int) -> None:
        png = self.server.tray.png(number)
        if png is None:
            self._refuse(HTTPStatus.NOT_FOUND, f"no slip {number}")
        else:
            self._send(HTTPStatus.OK, "image/png", png)

    def _json(self, value: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        body = json.dumps(value, ensure_ascii=False).encode()
        self._send(status, "application/json; charset=utf-8", body)

    def _refuse(self, status: HTTPStatus, reason: str) -> None:
        self._json({"error": reason}, status)

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)
