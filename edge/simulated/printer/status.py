"""The state of the virtual printer and the status bytes that tell it.

Source: Epson ESC/POS command reference, DLE EOT n, GS r n and GS a n.
"""

from dataclasses import dataclass

from edge.ports import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterState:
    """Everything a person may do to the printer.

    Attributes:
        offline: Switched off line at its front panel.
        cutter_error: The knife is jammed.
        silent: Takes bytes and never answers, as a printer that can only be written to.
        rows_left: The roll ends after so many more rows of dots; None is a roll without end.
        bytes_per_second: How fast it takes bytes; None is as fast as they come.
        cut_after_bytes: The connection breaks after so many more bytes; 0 is now.
    """

    paper: Paper = Paper.ENOUGH
    cover_open: bool = False
    offline: bool = False
    cutter_error: bool = False
    silent: bool = False
    rows_left: int | None = None
    bytes_per_second: int | None = None
    cut_after_bytes: int | None = None

    @property
    def prints(self) -> bool:
        """Return whether the printer is on line."""
        stopped = self.cover_open or self.offline or self.cutter_error
        return not stopped and self.paper is not Paper.OUT


def real_time_status(state: PrinterState, which: int) -> bytes:
    """Return the answer to DLE EOT ``which``, 1 to 4."""
    out = state.paper is Paper.OUT
    flags = {
        1: (not state.prints) << 3,
        2: state.cover_open << 2 | out << 5 | state.cutter_error << 6,
        3: state.cutter_error << 3,
        4: _near_end(state) * 0b1100 | out * 0b110_0000,
    }[which]
    return bytes((0b0001_0010 | flags,))


def sensor_status(state: PrinterState) -> bytes:
    """Return the answer to GS r 1."""
    return bytes((_near_end(state) * 0b11 | (state.paper is Paper.OUT) * 0b1100,))


def automatic_status(state: PrinterState) -> bytes:
    """Return the four bytes of automatic status back."""
    first = 0b0001_0000 | (not state.prints) << 3 | state.cover_open << 5
    return bytes((first, state.cutter_error << 3, sensor_status(state)[0], 0))


def _near_end(state: PrinterState) -> bool:
    return state.paper in (Paper.NEAR_END, Paper.OUT)
