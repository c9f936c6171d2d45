"""What is wrong with this machine, in codes that a volunteer reads aloud, and when it may not serve.

The network is not a fault: a kiosk works without. Nor does a dead printer stop anybody: the number
fills the screen. Only what prevents every check-in puts the kiosk out of order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class FaultCode(StrEnum):
    """What is wrong, most pressing first. D02 comes from the journal itself, which finds out first."""

    DISK_FULL = "D01"
    JOURNAL_FAILED = "D02"
    DISK_NEARLY_FULL = "D03"
    PAPER_OUT = "P01"
    PRINTER_SILENT = "P02"
    COVER_OPEN = "P03"
    PAPER_LOW = "P04"
    CAMERA_FAILED = "C01"
    SCANNER_FAILED = "C02"
    SCREEN_DEAD = "S01"
    HOT = "H01"
    POWER_WEAK = "H02"
    CLOCK_UNSURE = "T01"


OUT_OF_ORDER: Final = frozenset({FaultCode.DISK_FULL, FaultCode.JOURNAL_FAILED})
"""Nothing can be kept safe with these; whatever else is broken, a person can still be checked in."""

PrinterSays = Literal["ready", "paper_low", "paper_out", "cover_open", "unreachable", "unknown"]
_PRINTER: Final[dict[PrinterSays, FaultCode]] = {
    "paper_out": FaultCode.PAPER_OUT,
    "unreachable": FaultCode.PRINTER_SILENT,
    "cover_open": FaultCode.COVER_OPEN,
    "paper_low": FaultCode.PAPER_LOW,
}

DISK_LOW_BYTES, DISK_ROOMY_BYTES = 300 << 20, 400 << 20
DISK_FULL_BYTES, DISK_MENDED_BYTES = 2 << 20, 16 << 20
"""Less than the journal and its write-ahead log need for one more check-in; enough for many."""
HOT_CELSIUS, COOLED_CELSIUS = 80.0, 72.0
"""A Raspberry Pi slows down at 80 °C and hard at 85 °C. Source: Raspberry Pi documentation, "Thermal"."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the parts say of themselves; None where nobody can tell.

    Attributes:
        disk_free_bytes: Room where the journal lies.
        celsius: Temperature of the processor.
        under_voltage: The power supply is too weak now.
    """

    disk_free_bytes: int | None = None
    celsius: float | None = None
    under_voltage: bool | None = None
    clock_ok: bool = True
    printer: PrinterSays = "unknown"
    camera_works: bool = True
    scanner_works: bool = True
    screen_works: bool = True


def assess(vitals: Vitals, before: Iterable[FaultCode] = ()) -> tuple[FaultCode, ...]:
    """Return the faults that hold now, most pressing first.

    A fault by a measure that swings (room, heat) stays until the measure is well inside again.
    """
    had = frozenset(before)
    found = {*_by_disk(vitals, had), *_by_heat(vitals, had)}
    if vitals.printer in _PRINTER:
        found.add(_PRINTER[vitals.printer])
    found.update(code for code, holds in _by_word(vitals).items() if holds)
    return tuple(code for code in FaultCode if code in found)


def out_of_order(faults: Iterable[FaultCode]) -> FaultCode | None:
    """Return the fault that prevents every check-in, or None while people can be served."""
    held = frozenset(faults) & OUT_OF_ORDER
    return next((code for code in FaultCode if code in held), None)


def _by_word(vitals: Vitals) -> dict[FaultCode, bool]:
    return {
        FaultCode.CAMERA_FAILED: not vitals.camera_works,
        FaultCode.SCANNER_FAILED: not vitals.scanner_works,
        FaultCode.SCREEN_DEAD: not vitals.screen_works,
        FaultCode.POWER_WEAK: bool(vitals.under_voltage),
        FaultCode.CLOCK_UNSURE: not vitals.clock_ok,
    }


def _by_disk(vitals: Vitals, had: frozenset[FaultCode]) -> set[FaultCode]:
    free = vitals.disk_free_bytes
    if free is None:
        return set()
    if free < (DISK_MENDED_BYTES if FaultCode.DISK_FULL in had else DISK_FULL_BYTES):
        return {FaultCode.DISK_FULL}
    least = DISK_ROOMY_BYTES if FaultCode.DISK_NEARLY_FULL in had else DISK_LOW_BYTES
    return {FaultCode.DISK_NEARLY_FULL} if free < least else set()


def _by_heat(vitals: Vitals, had: frozenset[FaultCode]) -> set[FaultCode]:
    if vitals.celsius is None:
        return set()
    most = COOLED_CELSIUS if FaultCode.HOT in had else HOT_CELSIUS
    return {FaultCode.HOT} if vitals.celsius > most else set()
