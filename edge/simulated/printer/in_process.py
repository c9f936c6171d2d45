"""The printer port straight on a virtual printer, with no connection between."""

from PIL import Image

from edge.ports import (
    CoverOpen,
    Paper,
    PaperOut,
    PrinterStatus,
    PrinterUnavailable,
)
from edge.simulated.printer.machine import Connection, VirtualPrinter


class SimulatedPrinter:
    """A printer for tests and for a kiosk with no hardware.

    Attributes:
        slips: Pictures of the slips that were cut, oldest first.
    """

    def __init__(self, width: int = 576) -> None:
        self.slips: list[Image.Image] = []
        self.machine = VirtualPrinter(self.slips.append, width)
        self._connection: Connection | None = None

    def status(self) -> PrinterStatus:
        state = self.machine.state
        if state.silent or state.cut_after_bytes == 0:
            raise PrinterUnavailable("the simulated printer gives no status")
        paper = Paper.UNKNOWN if state.cover_open else state.paper
        return PrinterStatus(online=state.prints, paper=paper, cover_open=state.cover_open)

    def send(self, data: bytes) -> None:
        status = self.status()
        if status.cover_open:
            raise CoverOpen("the simulated printer's cover is open")
        if status.paper is Paper.OUT:
            raise PaperOut("the simulated printer's roll is empty")
        if not status.online:
            raise PrinterUnavailable("the simulated printer is off line")
        self.machine.receive(self._line(), data)
        if self._connection is None:
            raise PrinterUnavailable("the line to the simulated printer broke")

    def close(self) -> None:
        if self._connection:
            self.machine.detach(self._connection)
            self._connection = None

    def _line(self) -> Connection:
        if self._connection is None:
            self._connection = Connection(answer=lambda _: None, drop=self._dropped)
            self.machine.attach(self._connection)
        return self._connection

    def _dropped(self) -> None:
        self._connection = None
