"""Parts of a kiosk that fail when a test says so."""

import threading
from collections.abc import Callable, Sequence

import numpy as np

from edge.ports import (
    CameraUnavailable,
    Code,
    Counter,
    DiskFull,
    Draft,
    Entry,
    Frame,
    JobState,
    Journal,
    Paper,
    Printer,
    PrinterStatus,
    PrinterUnavailable,
    PrintJob,
    Roll,
    Slip,
)


class PowerCut(RuntimeError):  # noqa: N818 - what happened
    """The machine stops here; nothing after it happens."""


class FillingDisk:
    """A journal whose disk is full while ``full`` is set."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.full = False

    def __getattr__(self, name: str):
        return getattr(self._journal, name)

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        jobs: Sequence[PrintJob] = (),
        counter: Counter | None = None,
        roll: Roll | None = None,
    ) -> list[Entry]:
        self._check()
        return self._journal.append(drafts, jobs=jobs, counter=counter, roll=roll)

    def move_job(self, job: str, state: JobState) -> None:
        self._check()
        self._journal.move_job(job, state)

    def _check(self) -> None:
        if self.full:
            raise DiskFull("no space left on device")


class Power:
    """Cuts the power before the step with number ``at``; counts steps from 0."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.steps = 0

    def wrap(self, part, *names: str):
        """Return ``part`` with each call of ``names`` as a step."""
        return _Powered(part, frozenset(names), self.step)

    def step(self) -> None:
        if self.steps >= self._at:
            raise PowerCut(f"before step {self.steps}")
        self.steps += 1


class _Powered:
    def __init__(self, part, names: frozenset[str], step: Callable[[], None]) -> None:
        self._part = part
        self._names = names
        self._step = step

    def __getattr__(self, name: str):
        found = getattr(self._part, name)
        if name not in self._names:
            return found

        def stepped(*args, **values):
            self._step()
            return found(*args, **values)

        return stepped


class NotingPrinter:
    """Takes slips as bytes and notes them; answers as ``status_now`` and ``failure`` say."""

    def __init__(self, *, knows: bool = True) -> None:
        self.sent: list[bytes] = []
        self.status_now = PrinterStatus(online=True, paper=Paper.ENOUGH, knows=knows)
        self.after_send: PrinterStatus | None = None
        self.silent = False
        self.breaks_while_sending: Exception | None = None
        self.hold = threading.Event()
        self.hold.set()

    def status(self) -> PrinterStatus:
        if self.silent:
            raise PrinterUnavailable("no answer")
        return self.status_now

    def send(self, data: bytes) -> None:
        assert self.hold.wait(60)
        self.sent.append(data)
        if self.breaks_while_sending is not None:
            raise self.breaks_while_sending
        if self.after_send is not None:
            self.status_now = self.after_send

    def close(self) -> None:
        pass


class PlainSlips:
    """Writes a slip as its number in plain letters."""

    def render(self, slip: Slip) -> bytes:
        return f"{slip.ticket} {slip.masked_name}".encode()

    def paper_mm(self, data: bytes) -> int:
        return len(data)


class KeptSlips(PlainSlips):
    """Keeps what stands on each slip beside."""

    def __init__(self) -> None:
        self.slips: list[Slip] = []

    def render(self, slip: Slip) -> bytes:
        self.slips.append(slip)
        return super().render(slip)


class NoFont:
    """What building the printer comes to where the font is not installed yet."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self.installed = False

    def __call__(self):
        if not self.installed:
            raise PrinterUnavailable("the font is not installed")
        return self._printer, PlainSlips()


class ShownCodes:
    """A camera and decoder in one: each frame is a list of payloads, or a failure."""

    def __init__(self, *frames: list[bytes] | None) -> None:
        """Args: ``frames`` in turn; None says that the camera goes away."""
        self._frames = list(frames)
        self._shown: list[list[bytes]] = [[]]
        self.opened = 0
        self.forgotten = 0
        self.symbology = "QRCode"

    def open(self) -> None:
        self.opened += 1

    def frame(self) -> Frame:
        """Return a frame whose brightness is the number of what it shows."""
        if not self._frames:
            return np.zeros((2, 2), np.uint8)
        shown = self._frames.pop(0)
        if shown is None:
            raise CameraUnavailable("the cable is out")
        self._shown.append(shown)
        return np.full((2, 2), len(self._shown) - 1, np.uint8)

    def close(self) -> None:
        pass

    def decode(self, frame: Frame) -> list[Code]:
        return [Code(payload, self.symbology) for payload in self._shown[frame[0, 0]]]

    def forget(self) -> None:
        self.forgotten += 1
