"""The virtual printer's web page: slips to look at, switches for what goes wrong."""

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from factories.printers import a_slip
from PIL import Image

from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.ports import Paper
from edge.simulated.printer.machine import Connection, VirtualPrinter
from edge.simulated.printer.slips import SlipTray
from edge.simulated.printer.web import WebServer


class Site:
    """A virtual printer with its page."""

    def __init__(self, server: WebServer) -> None:
        self.server = server

    def print(self, **changes) -> None:
        connection = Connection(answer=lambda _: None)
        slip = PillowSlipRenderer(80).render(a_slip(**changes))
        self.server.printer.receive(connection, slip)

    def ask(self, method: str, path: str, body: bytes | None = None):
        """Return status, type and body of the answer."""
        line = HTTPConnection(*self.server.server_address, timeout=5)
        line.request(method, path, body)
        answer = line.getresponse()
        kind = answer.headers["Content-Type"]
        content = answer.read()
        line.close()
        return answer.status, kind, content


@pytest.fixture
def tray(tmp_path) -> SlipTray:
    return SlipTray(tmp_path / "slips")


@pytest.fixture
def site(tray) -> Iterator[Site]:
    printer = VirtualPrinter(tray.put)
    printer.attach(Connection(answer=lambda _: None))
    with WebServer(("127.0.0.1", 0), printer, tray) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Site(server)
        server.shutdown()
        thread.join()


def test_the_page_is_vietnamese_and_whole(site):
    status, kind, body = site.ask("GET", "/")

    assert (status, kind) == (200, "text/html; charset=utf-8")
    assert "Máy in ảo" in body.decode()
    assert b'lang="vi"' in body


def test_a_printed_slip_is_listed_with_its_qr_and_can_be_looked_at(site):
    site.print(qr="TRAM1:A012")

    status, kind, body = site.ask("GET", "/slips")
    assert (status, kind) == (200, "application/json; charset=utf-8")
    (slip,) = json.loads(body)
    assert (slip["number"], slip["width"], slip["qr"]) == (1, 576, ["TRAM1:A012"])
    status, kind, body = site.ask("GET", "/slips/1.png")
    assert (status, kind, body[:4]) == (200, "image/png", b"\x89PNG")


def test_slips_of_an_earlier_run_stay_and_count_on(site, tmp_path):
    site.print(qr="TRAM1:A012")

    later = SlipTray(tmp_path / "slips")
    assert later.slips() == site.server.tray.slips()
    later.put(Image.new("1", (384, 100), 1))

    assert [slip.number for slip in later.slips()] == [1, 2]


def test_files_that_are_no_slips_are_left_alone(tmp_path):
    (tmp_path / "slip-x.png").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"")

    assert SlipTray(tmp_path).slips() == []


def test_a_switch_changes_what_it_names_and_nothing_else(site):
    site.ask("POST", "/state", b'{"cover_open": true}')

    status, _, body = site.ask("POST", "/state", b'{"paper": "out"}')

    assert status == 200
    assert json.loads(body)["cover_open"] is True
    assert site.server.printer.state.paper is Paper.OUT
    assert json.loads(site.ask("GET", "/state")[2])["paper"] == "out"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"paper": "plenty"}',
        b'{"cover": true}',
        b'{"cut_after_bytes": -1}',
        b'{"rows_left": 0.5}',
        b"\xff",
        b'{"cover_open": ' + b" " * 5000 + b"true}",
    ],
)
def test_a_wrong_switch_is_refused_with_a_reason_and_changes_nothing(site, body):
    before = site.server.printer.state

    status, _, answer = site.ask("POST", "/state", body)

    assert status == 400
    assert json.loads(answer)["error"]
    assert site.server.printer.state == before


@pytest.mark.parametrize("path", ["/slips/1.png", "/slips/../x", "/etc/passwd", "/slips/x.png"])
def test_what_is_not_there_is_not_found(site, path):
    assert site.ask("GET", path)[0] == 404


def test_only_the_state_can_be_changed(site):
    assert site.ask("POST", "/slips", b"{}")[0] == 404
