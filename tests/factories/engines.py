"""Scan engines at a desk: one that types keys, one at a serial line, one that is only simulated."""

import os
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from edge.adapters.scanner_evdev import EVENT, EvdevScanner
from edge.adapters.scanner_keys import KEYPAD, PLAIN, SHIFTED
from edge.adapters.scanner_serial import SerialScanner
from edge.ports import Scanner
from edge.simulated.scanner import SimulatedScanner

LEFT_SHIFT, LEFT_ALT, ENTER = 42, 56, 28
_KEY, _SYN = 1, 0
_CODES = {letter: (code, False) for code, letter in PLAIN.items()} | {
    letter: (code, True) for code, letter in SHIFTED.items() if letter not in PLAIN.values()
}
_DIGITS = {digit: code for code, digit in KEYPAD.items()}


class Engine(Protocol):
    """What a person does with an engine."""

    scanner: Scanner

    def scan(self, payload: bytes) -> None: ...
    def begin(self, payload: bytes) -> None: ...
    def unplug(self) -> None: ...
    def plug_in(self) -> None: ...


def event(kind: int, code: int, value: int, at: float = 1.0) -> bytes:
    """Return one event as the kernel writes it."""
    return EVENT.pack(int(at), int(at % 1 * 1e6), kind, code, value)


def stroke(key: int, at: float = 1.0) -> bytes:
    """Return the events of a key going down and up."""
    return b"".join(event(_KEY, key, value, at) + event(_SYN, 0, 0, at) for value in (1, 0))


def held(key: int, inner: bytes, at: float = 1.0) -> bytes:
    """Return the events of ``inner`` while ``key`` is held."""
    return event(_KEY, key, 1, at) + inner + event(_KEY, key, 0, at)


def alt(number: int, at: float = 1.0) -> bytes:
    """Return the events of Alt held while a number is typed on the keypad; bytes begin with a 0."""
    digits = str(number) if number > 255 else f"0{number}"
    return held(LEFT_ALT, b"".join(stroke(_DIGITS[digit], at) for digit in digits), at)


def typed(payload: bytes, at: float = 1.0) -> bytes:
    """Return the events of an engine that types ``payload``; what is not ASCII as Alt codes."""
    events = b""
    for byte in payload:
        code, shifted = _CODES.get(chr(byte), (None, False))
        if code is None:
            events += alt(byte, at)
        else:
            events += held(LEFT_SHIFT, stroke(code, at), at) if shifted else stroke(code, at)
    return events


@dataclass
class TypingEngine:
    """An engine that types: a named pipe takes the place of its input device."""

    path: Path

    def __post_init__(self) -> None:
        self.taken: list[int] = []
        self._end: int | None = None
        self.plug_in()
        self.scanner = EvdevScanner(str(self.path), take=self.taken.append)

    def write(self, events: bytes) -> None:
        os.write(self._end, events)

    def scan(self, payload: bytes) -> None:
        self.write(typed(payload) + stroke(ENTER))

    def begin(self, payload: bytes) -> None:
        self.write(typed(payload))

    def unplug(self) -> None:
        os.close(self._end)
        self._end = None
        self.path.unlink()

    def plug_in(self) -> None:
        os.mkfifo(self.path)
        self._end = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        # A pipe ends for its reader when no writer is left, so the other end must not be ours.
        reader = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        writer = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
        os.close(self._end)
        self._end = writer
        self._reader = reader


@dataclass
class SerialEngine:
    """An engine at a serial line: a pair of pseudo terminals."""

    path: Path

    def __post_init__(self) -> None:
        self.plug_in()
        self.scanner = SerialScanner(str(self.path), 9600)

    def write(self, data: bytes) -> None:
        os.write(self._ours, data)

    def scan(self, payload: bytes) -> None:
        self.write(payload + b"\r\n")

    def begin(self, payload: bytes) -> None:
        self.write(payload)

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self._theirs)
        os.close(self._ours)

    def plug_in(self) -> None:
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.path.symlink_to(os.ttyname(self._theirs))


class PlainEngine:
    """The simulated engine."""

    def __init__(self) -> None:
        self.scanner = SimulatedScanner()

    def scan(self, payload: bytes) -> None:
        self.scanner.scan(payload)

    def begin(self, payload: bytes) -> None:
        """A simulated engine gives whole codes or none."""

    def unplug(self) -> None:
        self.scanner.unplug()

    def plug_in(self) -> None:
        self.scanner.plug_in()


@contextmanager
def engine(kind: str, directory: Path) -> Iterator[Engine]:
    """Yield an engine of ``kind`` that is plugged in; its scanner is not open yet."""
    made: Engine
    match kind:
        case "hid":
            made = TypingEngine(directory / "event7")
        case "serial":
            made = SerialEngine(directory / "ttyACM0")
        case _:
            made = PlainEngine()
    try:
        yield made
    finally:
        made.scanner.close()
