"""The code of a certificate for an A4 page, read back from the path that the page gets.

Source: EU DCC, "Technical specifications, volume 4": alphanumeric mode, level Q, a diagonal between
35 and 60 mm.
"""

import re
from math import sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from edge.adapters.certificate_code import (
    LEAST_DIAGONAL_MM,
    MOST_DIAGONAL_MM,
    QUIET_MODULES,
    Level,
    matrix_of,
)
from edge.adapters.slip_reading import codes_in
from edge.ports import SlipUnreadable
from edge.ports.sheet import SheetCode

DOT_MM: Final = 25.4 / 300
"""Modules are whole dots of an office printer: none is a hair wider than the next."""
LEAST_DOTS: Final = 3
"""A quarter of a millimetre; where level Q needs finer ones, M is taken."""
_RUN: Final = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")
_READING_PX: Final = 4


def draw_sheet_code(text: str) -> SheetCode:
    """Return the code of ``text``; the port ``DrawSheetCode``."""
    levels: tuple[Level, ...] = ("Q", "M")
    for level in levels:
        modules = matrix_of(text, level)
        dots = 0 if modules is None else _dots(len(modules))
        if dots >= LEAST_DOTS:
            side = len(modules) + 2 * QUIET_MODULES
            code = SheetCode(side, dots * DOT_MM, level, _path(modules))
            check_path(code, text)
            return code
    raise SlipUnreadable(f"a code of {len(text)} letters does not fit the specification's measures")


def check_path(code: SheetCode, text: str) -> None:
    """Return when the path says ``text``, letter by letter.

    Raises:
        SlipUnreadable: It says something else, or nothing.
    """
    if codes_in(picture_of(code)) != [text.encode()]:
        raise SlipUnreadable("the drawn code does not say what it must")


def picture_of(code: SheetCode) -> npt.NDArray[np.uint8]:
    """Return what the path draws, black 0 and white 255; nothing but such a path is drawn."""
    if _RUN.sub("", code.path):
        raise SlipUnreadable("the drawn code has a line that is no row of modules")
    grey = np.full((code.side, code.side), 255, np.uint8)
    for x, y, length, back in (map(int, run) for run in _RUN.findall(code.path)):
        grey[y, x : x + min(length, back)] = 0
    return np.repeat(np.repeat(grey, _READING_PX, axis=0), _READING_PX, axis=1)


def _dots(modules: int) -> int:
    dots = int(MOST_DIAGONAL_MM / sqrt(2) / DOT_MM) // modules
    return dots if sqrt(2) * modules * dots * DOT_MM >= LEAST_DIAGONAL_MM else 0


def _path(modules: Any) -> str:  # noqa: ANN401 - an array of booleans
    wide = np.pad(modules, QUIET_MODULES).astype(np.int8)
    steps = np.diff(wide, axis=1, prepend=0, append=0)
    runs: list[str] = []
    for y, row in enumerate(steps):
        begins, ends = np.flatnonzero(row == 1), np.flatnonzero(row == -1)
        runs += [f"M{x} {y}h{end - x}v1h-{end - x}z" for x, end in zip(begins, ends, strict=True)]
    return "".join(runs)
