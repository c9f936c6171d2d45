"""`python -m edge.simulated.printer`: a thermal printer on TCP, with a web page, as its own process."""

import argparse
import signal
import threading
from pathlib import Path

from edge.simulated.printer.machine import VirtualPrinter
from edge.simulated.printer.server import PrinterServer
from edge.simulated.printer.slips import SlipTray
from edge.simulated.printer.web import WebServer

WIDTH_DOTS = {58: 384, 80: 576}


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    options = _options()
    tray = SlipTray(options.slips)
    printer = VirtualPrinter(tray.put, WIDTH_DOTS[options.paper_width_mm])
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with (
        PrinterServer((options.host, options.port), printer) as tcp,
        WebServer((options.host, options.http_port), printer, tray) as web,
    ):
        for server in (tcp, web):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        print(  # noqa: T201 - a program's answer to the person who started it
            f"printer on {options.host}:{tcp.server_address[1]}, "
            f"page at http://{options.host}:{web.server_address[1]}/",
            flush=True,
        )
        stop.wait()
        tcp.shutdown()
        web.shutdown()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="edge.simulated.printer", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100, help="0 takes a free one")
    parser.add_argument("--http-port", type=int, default=9101, help="0 takes a free one")
    parser.add_argument("--slips", type=Path, required=True, metavar="DIRECTORY")
    parser.add_argument("--paper-width-mm", type=int, choices=WIDTH_DOTS, default=80)
    return parser.parse_args()


if __name__ == "__main__":
    main()
