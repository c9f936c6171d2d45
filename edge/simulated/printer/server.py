"""TCP port 9100: gives what hosts send to the virtual printer."""

import socket
import socketserver
import struct
import threading

from edge.simulated.printer.machine import Connection, VirtualPrinter

PIECE_BYTES = 4096
SLOW_PIECES_A_SECOND = 20
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class PrinterServer(socketserver.ThreadingTCPServer):
    """Serves any number of hosts at once; all print on the one roll."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], printer: VirtualPrinter) -> None:
        self.printer = printer
        self.stopped = threading.Event()
        super().__init__(address, PrinterHandler)

    def shutdown(self) -> None:
        """Stop, breaking every connection."""
        self.stopped.set()
        super().shutdown()
        self.printer.drop_all()


class PrinterHandler(socketserver.BaseRequestHandler):
    """One host."""

    server: PrinterServer
    request: socket.socket

    def handle(self) -> None:
        """Read until the host leaves or the line is cut."""
        connection = Connection(answer=self._answer, drop=self._drop)
        printer = self.server.printer
        self.request.settimeout(None)
        printer.attach(connection)
        try:
            while data := self._read(printer.state.bytes_per_second):
                printer.receive(connection, data)
        finally:
            printer.detach(connection)

    def _read(self, bytes_per_second: int | None) -> bytes:
        piece = PIECE_BYTES
        if bytes_per_second:
            piece = max(1, bytes_per_second // SLOW_PIECES_A_SECOND)
            self.server.stopped.wait(piece / bytes_per_second)
        try:
            return self.request.recv(piece)
        except OSError:  # reset by the host, or cut by us
            return b""

    def _answer(self, data: bytes) -> None:
        try:
            self.request.sendall(data, socket.MSG_DONTWAIT)
        except OSError:
            # A host that left, or never reads, gets no answer: what a printer does.
            return

    def _drop(self) -> None:
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
        try:
            self.request.shutdown(socket.SHUT_RD)
        except OSError:
            return
