"""What only a printer on a network does to a kiosk."""

import select
import socket
import threading
import time

import pytest
from factories.printers import a_slip, on_network, wait_until

from edge.adapters.printer_escpos import network_printer
from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.ports import Paper, PrinterStatus, PrinterUnavailable


@pytest.fixture(scope="module")
def slip() -> bytes:
    return PillowSlipRenderer(80).render(a_slip())


def test_an_address_where_nobody_listens_is_unavailable(slip):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        printer = network_printer("127.0.0.1", nobody.getsockname()[1], 0.3)

        with pytest.raises(PrinterUnavailable, match="ConnectionRefusedError"):
            printer.status()
        with pytest.raises(PrinterUnavailable):
            printer.send(slip)


def test_a_name_that_no_server_knows_is_unavailable():
    with pytest.raises(PrinterUnavailable, match="gaierror"):
        network_printer("printer.invalid", 9100, 0.3).status()


def test_a_peer_that_closes_is_never_read_as_enough_paper():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        printer = network_printer("127.0.0.1", listener.getsockname()[1], 1)

        def close_at_once():
            peer, _ = listener.accept()
            peer.recv(3)
            peer.close()

        thread = threading.Thread(target=close_at_once)
        thread.start()
        with pytest.raises(PrinterUnavailable):
            printer.status()
        thread.join()


def test_a_line_that_breaks_within_a_slip_is_unavailable_and_the_next_slip_is_whole(slip):
    with on_network() as wired:
        wired.printer.status()
        wired.change(cut_after_bytes=9_000)

        # The kernel may take a whole slip before it hears of the break: then the status tells.
        with pytest.raises(PrinterUnavailable):
            _send_and_ask(wired.printer, slip)

        wired.change(cut_after_bytes=None)
        wired.printer.send(slip)
        assert wired.slip(1).height > 600
        assert len(wired.slips) == 1


def _send_and_ask(printer, data: bytes) -> None:
    printer.send(data)
    printer.status()


def test_a_connection_that_the_printer_dropped_while_idle_is_opened_anew(slip):
    with on_network() as wired:
        wired.printer.send(slip)
        wired.slip(1)
        wired.machine.drop_all()
        wait_until(lambda: _has_heard(wired.printer), "the kiosk's side has heard of it")

        wired.printer.send(slip)

        assert wired.slip(2)


def test_a_slow_printer_gets_its_slip_whole(slip):
    with on_network() as wired:
        wired.change(bytes_per_second=100_000)

        wired.printer.send(slip)

        assert wired.slip(1).height > 600


def test_a_printer_with_a_full_buffer_is_unavailable_within_the_time_out():
    with on_network(timeout_seconds=0.2) as wired:
        wired.printer.status()
        lines = b"\x1dv0\x00\x48\x00\x00\x01" + bytes(72 * 256)
        data = lines * 600
        begun = time.monotonic()
        wired.change(rows_left=1)

        with pytest.raises(PrinterUnavailable, match="TimeoutError"):
            wired.printer.send(data)

        assert time.monotonic() - begun < 5


def test_automatic_status_is_not_taken_for_an_answer():
    with on_network() as wired:
        wired.printer.send(b"\x1da\xff")
        wired.change(paper=Paper.NEAR_END)
        wired.change(paper=Paper.ENOUGH)

        assert wired.printer.status() == PrinterStatus(online=True, paper=Paper.ENOUGH)


def test_a_printer_off_line_says_why(slip):
    with on_network() as wired:
        wired.change(cutter_error=True)

        with pytest.raises(PrinterUnavailable, match="the cutter is jammed; clear it"):
            wired.printer.send(slip)


def test_two_kiosks_share_one_printer(slip):
    with on_network() as wired:
        other = network_printer(*_address(wired.printer), 1)

        wired.printer.send(slip)
        wait_until(lambda: len(wired.slips) == 1, "the first slip is cut")
        other.send(slip)

        assert wired.slip(2).tobytes() == wired.slip(1).tobytes()
        other.close()


def _has_heard(printer) -> bool:
    return bool(select.select([printer._transport._device], [], [], 0)[0])


def _address(printer) -> tuple[str, int]:
    host, _, port = printer._name.rpartition(":")
    return host, int(port)
