"""ESC/POS bytes to commands, in pieces as they come; pure. No bytes whatever make it fail.

Commands that draw nothing here are skipped with their data; a byte that starts no command is dropped,
as printers do. Real-time requests (DLE EOT) are found by ``RealTimeScanner``, which looks at all bytes
before they are taken apart, for a printer answers them even in the midst of a picture.
"""

import re
from typing import Final

from edge.simulated.printer.builders import Builder
from edge.simulated.printer.commands import Command, EndLine, Text
from edge.simulated.printer.grammar import (
    DATA_BYTES,
    DLE,
    ESC,
    FS,
    GS,
    PARAMETER_BYTES,
)

MOST_DATA_BYTES: Final = 1 << 20
"""A larger picture is taken and thrown away: the longest slip holds less."""

MOST_ENDED_BY_ZERO: Final = 256
LETTERS: Final = re.compile(rb"[^\x00-\x1f\x7f]+")
DROPPED: Final = re.compile(rb"[\x00-\x09\x0b-\x0f\x11-\x1a\x1e\x1f\x7f]+")
LINE_FEED: Final = 0x0A


class RealTimeScanner:
    """Finds DLE EOT 1 to 4 in a stream, wherever it stands, also across pieces."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> list[int]:
        """Return the numbers asked for, in order."""
        seen = self._tail + data
        self._tail = seen[-2:]
        asked = []
        at = seen.find(b"\x10\x04")
        while 0 <= at < len(seen) - 2:
            if 1 <= seen[at + 2] <= 4:
                asked.append(seen[at + 2])
            at = seen.find(b"\x10\x04", at + 1)
        return asked


class Interpreter:
    """Takes the bytes of one connection apart."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._skip = 0
        self._builder = Builder()

    def feed(self, data: bytes) -> list[Command]:
        """Return the commands that ``data`` completes."""
        self._data += data
        done: list[Command] = []
        while self._data:
            if self._skip:
                self._drop_skipped()
                continue
            taken, commands = self._next()
            if not taken:
                break
            del self._data[:taken]
            done += commands
        return done

    def _drop_skipped(self) -> None:
        count = min(self._skip, len(self._data))
        del self._data[:count]
        self._skip -= count

    def _next(self) -> tuple[int, list[Command]]:
        """Return how many bytes the first command takes, 0 when it is not all there yet."""
        first = self._data[0]
        if first in (DLE, ESC, FS, GS):
            return self._escaped()
        if first == LINE_FEED:
            return 1, [EndLine()]
        if dropped := DROPPED.match(self._data):
            return dropped.end(), []
        end = next(LETTERS.finditer(self._data)).end()
        return end, [Text(bytes(self._data[:end]))]

    def _escaped(self) -> tuple[int, list[Command]]:
        if len(self._data) < 2:
            return 0, []
        kind, name = self._data[:2]
        count = PARAMETER_BYTES.get((kind, name))
        if count is None:
            return 2, []
        head = 2 + count
        if len(self._data) < head:
            return 0, []
        parameters = bytes(self._data[2:head])
        measure = DATA_BYTES.get((kind, name))
        length = measure(parameters) if measure else 0
        if length is None:
            return self._to_zero(head), []
        if length > MOST_DATA_BYTES:
            self._skip = length
            return head, []
        if len(self._data) < head + length:
            return 0, []
        data = bytes(self._data[head : head + length])
        return head + length, self._builder.build(kind, name, parameters, data)

    def _to_zero(self, head: int) -> int:
        end = self._data.find(0, head, head + MOST_ENDED_BY_ZERO)
        if end >= 0:
            return end + 1
        return head if len(self._data) >= head + MOST_ENDED_BY_ZERO else 0
