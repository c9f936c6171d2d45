"""The computer under the program, asked through the kernel's files: room, heat, weak power.

Source: Linux kernel, Documentation/driver-api/thermal/sysfs-api.rst; drivers/hwmon/raspberrypi-hwmon.c
(``in0_lcrit_alarm`` is 1 while a Raspberry Pi's firmware reports under-voltage).
"""

import os
from pathlib import Path

from edge.ports import Condition

SENSIBLE_CELSIUS = (-40.0, 150.0)


class LinuxMachine:
    """Asks the kernel.

    Args:
        data_directory: Where the journal lies; its partition is the one that must not fill.
        system: Where the kernel shows its devices.
    """

    def __init__(self, data_directory: Path, *, system: Path = Path("/sys/class")) -> None:
        self._data_directory = data_directory
        self._system = system

    def condition(self) -> Condition:
        return Condition(self._free(), self._celsius(), self._under_voltage())

    def _free(self) -> int | None:
        try:
            found = os.statvfs(self._data_directory)
        except OSError:
            return None
        return found.f_bavail * found.f_frsize

    def _celsius(self) -> float | None:
        zones = sorted(self._system.glob("thermal/thermal_zone*/temp"))
        read = [value / 1000 for value in map(_number, zones) if value is not None]
        low, high = SENSIBLE_CELSIUS
        # A sensor that is not connected says something absurd.
        return max((celsius for celsius in read if low < celsius < high), default=None)

    def _under_voltage(self) -> bool | None:
        for name in sorted(self._system.glob("hwmon/hwmon*/name")):
            if _text(name) == "rpi_volt":
                alarm = _number(name.with_name("in0_lcrit_alarm"))
                return None if alarm is None else alarm == 1
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _number(path: Path) -> int | None:
    try:
        return int(_text(path))
    except ValueError:
        return None
