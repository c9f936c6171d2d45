"""Parameters and data of an ESC/POS command to what it asks for."""

from collections.abc import Callable
from typing import Final

from edge.simulated.printer.commands import (
    Align,
    Alignment,
    AskSensors,
    AutomaticStatus,
    Columns,
    Command,
    Cut,
    Emphasise,
    FeedDots,
    FeedLines,
    Initialise,
    LineSpacing,
    QrCode,
    Raster,
    Scale,
)
from edge.simulated.printer.grammar import ESC, GS, column_bytes, number

ALIGNMENTS: Final = {0: Alignment.LEFT, 1: Alignment.CENTRE, 2: Alignment.RIGHT}
MOST_TIMES: Final = 8
QR_SYMBOL, GRAPHICS = ord("k"), ord("L")


def _align(p: bytes) -> list[Command]:
    to = ALIGNMENTS.get(p[0] - 48 if p[0] >= 48 else p[0])
    return [] if to is None else [Align(to)]


def _letters(p: bytes) -> list[Command]:
    return [
        Emphasise(on=bool(p[0] & 0b1000)),
        Scale(width=1 + bool(p[0] & 0b10_0000), height=1 + bool(p[0] & 0b1_0000)),
    ]


def _scale(p: bytes) -> list[Command]:
    width, height = (p[0] >> 4) + 1, (p[0] & 0b1111) + 1
    return [Scale(width, height)] if max(width, height) <= MOST_TIMES else []


PLAIN: Final[dict[tuple[int, int], Callable[[bytes], list[Command]]]] = {
    (ESC, ord("@")): lambda _: [Initialise()],
    (ESC, ord("!")): _letters,
    (ESC, ord("E")): lambda p: [Emphasise(on=bool(p[0] & 1))],
    (ESC, ord("G")): lambda p: [Emphasise(on=bool(p[0] & 1))],
    (ESC, ord("a")): _align,
    (ESC, ord("d")): lambda p: [FeedLines(p[0])],
    (ESC, ord("J")): lambda p: [FeedDots(p[0])],
    (ESC, ord("3")): lambda p: [LineSpacing(p[0])],
    (ESC, ord("2")): lambda _: [LineSpacing(None)],
    (ESC, ord("i")): lambda _: [Cut(0)],
    (ESC, ord("m")): lambda _: [Cut(0)],
    (GS, ord("!")): _scale,
    (GS, ord("r")): lambda p: [AskSensors(p[0])],
    (GS, ord("a")): lambda p: [AutomaticStatus(p[0])],
}


class Builder:
    """Builds commands; remembers the QR and the picture that are stored first and printed later."""

    def __init__(self) -> None:
        self._qr = b""
        self._qr_dots = 3
        self._qr_error = "l"
        self._graphics: Raster | None = None

    def build(self, kind: int, name: int, parameters: bytes, data: bytes) -> list[Command]:
        """Return what the command asks for; nothing when it draws nothing here."""
        if plain := PLAIN.get((kind, name)):
            return plain(parameters)
        if (kind, name) == (ESC, ord("*")):
            return _columns(parameters, data)
        if (kind, name) == (GS, ord("v")):
            return _raster(parameters, data)
        if (kind, name) == (GS, ord("V")):
            return [Cut(data[0] if data else 0)]
        if (kind, name) in ((GS, ord("(")), (GS, ord("8"))):
            return self._function(parameters[0], data)
        return []

    def _function(self, group: int, data: bytes) -> list[Command]:
        if group == QR_SYMBOL:
            return self._qr_symbol(data)
        if group == GRAPHICS:
            return self._graphics_data(data)
        return []

    def _qr_symbol(self, data: bytes) -> list[Command]:
        match data[:2], data[2:]:
            case b"1C", rest if rest:
                self._qr_dots = max(1, min(16, rest[0]))
            case b"1E", rest if rest:
                self._qr_error = {48: "l", 49: "m", 50: "q", 51: "h"}.get(rest[0], "l")
            case b"1P", rest:
                self._qr = rest[1:]
            case b"1Q", _ if self._qr:
                return [QrCode(self._qr, self._qr_dots, self._qr_error)]
            case _:
                pass
        return []

    def _graphics_data(self, data: bytes) -> list[Command]:
        if data[:2] in (b"0\x02", b"02") and self._graphics:
            return [self._graphics]
        if data[:3] == b"0p0" and len(data) >= 10:
            width_bytes = (number(data[6:8]) + 7) // 8
            whole = len(data[10:]) // width_bytes * width_bytes if width_bytes else 0
            picture = Raster(width_bytes, data[10 : 10 + whole], *_times(data[3:5]))
            self._graphics = picture if whole else None
        return []


def _times(data: bytes) -> tuple[int, int]:
    return (2 if data[0] == 2 else 1, 2 if data[1] == 2 else 1)


def _raster(p: bytes, data: bytes) -> list[Command]:
    mode = p[1] & 0b11
    width_bytes = number(p[2:4])
    if not data:
        return []
    return [Raster(width_bytes, data, wide=1 + (mode & 1), high=1 + (mode >> 1))]


def _columns(p: bytes, data: bytes) -> list[Command]:
    if p[0] not in (0, 1, 32, 33):
        return []
    height_bytes = column_bytes(p[0])
    return [Columns(height_bytes, data, wide=1 + (p[0] % 2 == 0), high=3 // height_bytes)]
