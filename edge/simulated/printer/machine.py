"""The virtual printer: connections, state, paper and the slips it cut.

Real-time requests are answered when they arrive. Everything else waits in one buffer while the printer
does not print (no paper, cover open, off line, jammed) and is printed once it does again: a slip that
was cut short by the end of the roll goes on with the new one. A full buffer takes no more bytes.
Safe to use from several threads.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from PIL import Image

from edge.ports import Paper
from edge.simulated.printer.canvas import MOST_ROWS, Canvas
from edge.simulated.printer.commands import (
    AskSensors,
    AutomaticStatus,
    Columns,
    Command,
    Cut,
    Raster,
    Text,
)
from edge.simulated.printer.drawing import draw
from edge.simulated.printer.interpreter import Interpreter, RealTimeScanner
from edge.simulated.printer.status import (
    PrinterState,
    automatic_status,
    real_time_status,
    sensor_status,
)

BUFFER_BYTES: Final = 128 * 1024

Take = Callable[[Image.Image], None]
"""Gets each slip that was cut, black on white."""


@dataclass(eq=False)
class Connection:
    """One host's line to the printer.

    Attributes:
        answer: Sends bytes to the host.
        drop: Breaks the line at once.
    """

    answer: Callable[[bytes], None]
    drop: Callable[[], None] = lambda: None
    automatic: bool = False
    interpreter: Interpreter = field(default_factory=Interpreter)
    scanner: RealTimeScanner = field(default_factory=RealTimeScanner)


class VirtualPrinter:
    """A printer ``width`` dots wide."""

    def __init__(self, take: Take, width: int = 576) -> None:
        """Args: ``take`` gets the slips; ``width`` is 576 dots for 80 mm paper, 384 for 58 mm."""
        self._take = take
        self._canvas = Canvas(width)
        self._state = PrinterState()
        self._waiting: deque[tuple[Connection, Command, int]] = deque()
        self._connections: set[Connection] = set()
        self._lock = threading.RLock()
        self._room = threading.Condition(self._lock)

    @property
    def state(self) -> PrinterState:
        """Return what the printer's state is now."""
        return self._state

    def change(self, state: PrinterState) -> PrinterState:
        """Take a new state; waiting slips are printed if the printer prints again."""
        with self._lock:
            self._state = state
            self._report()
            self._print_waiting()
            if self._state.cut_after_bytes == 0:
                self.drop_all()
            return self._state

    def attach(self, connection: Connection) -> None:
        """Take a new connection."""
        with self._lock:
            self._connections.add(connection)

    def detach(self, connection: Connection) -> None:
        """Forget a connection; what it sent whole is still printed."""
        with self._lock:
            self._connections.discard(connection)
            self._room.notify_all()

    def drop_all(self) -> None:
        """Break every connection."""
        with self._lock:
            for connection in self._connections:
                connection.drop()
            self._connections.clear()
            self._room.notify_all()

    def receive(self, connection: Connection, data: bytes) -> None:
        """Take bytes as they come; blocks while the buffer is full."""
        with self._lock:
            data = self._before_the_cut(data)
            for which in connection.scanner.feed(data):
                self._answer(connection, real_time_status(self._state, which))
            for command in connection.interpreter.feed(data):
                self._waiting.append((connection, command, _size(command)))
            self._print_waiting()
            if self._state.cut_after_bytes == 0:
                self.drop_all()
            self._room.wait_for(lambda: self._has_room(connection))

    def _has_room(self, connection: Connection) -> bool:
        gone = connection not in self._connections
        return gone or sum(size for _, _, size in self._waiting) < BUFFER_BYTES

    def _before_the_cut(self, data: bytes) -> bytes:
        left = self._state.cut_after_bytes
        if left is None:
            return data
        taken = data[:left]
        self._state = replace(self._state, cut_after_bytes=left - len(taken))
        return taken

    def _answer(self, connection: Connection, data: bytes) -> None:
        if not self._state.silent:
            connection.answer(data)

    def _report(self) -> None:
        for connection in self._connections:
            if connection.automatic:
                self._answer(connection, automatic_status(self._state))

    def _print_waiting(self) -> None:
        while self._waiting and self._state.prints:
            connection, command, _ = self._waiting.popleft()
            before = self._canvas.height
            self._obey(connection, command)
            self._use_paper(self._canvas.height - before)
            if self._canvas.height >= MOST_ROWS:
                self._take(self._canvas.take())
        self._room.notify_all()

    def _use_paper(self, rows: int) -> None:
        left = self._state.rows_left
        if left is None:
            return
        left -= max(0, rows)
        if left > 0:
            self._state = replace(self._state, rows_left=left)
            return
        self._state = replace(self._state, rows_left=None, paper=Paper.OUT)
        self._report()

    def _obey(self, connection: Connection, command: Command) -> None:
        match command:
            case Cut(dots):
                self._canvas.feed(dots)
                self._take(self._canvas.take())
            case AskSensors(which) if which in (1, 49):
                self._answer(connection, sensor_status(self._state))
            case AskSensors():
                self._answer(connection, b"\x00")
            case AutomaticStatus(mask):
                connection.automatic = mask != 0
                if connection.automatic:
                    self._answer(connection, automatic_status(self._state))
            case _:
                draw(self._canvas, command)


def _size(command: Command) -> int:
    match command:
        case Raster(_, rows):
            return len(rows)
        case Text(data) | Columns(_, data):
            return len(data)
        case _:
            return 16
