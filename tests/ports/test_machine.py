"""What a machine says of itself."""

from pathlib import Path

import pytest

from edge.adapters.machine_linux import LinuxMachine
from edge.simulated.machine import SimulatedMachine


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """Return the kernel's files of a Raspberry Pi: two sensors, one of them not connected."""
    write(tmp_path / "thermal/thermal_zone0/temp", "61234\n")
    write(tmp_path / "thermal/thermal_zone1/temp", "-274000\n")
    write(tmp_path / "hwmon/hwmon0/name", "cpu_thermal\n")
    write(tmp_path / "hwmon/hwmon1/name", "rpi_volt\n")
    write(tmp_path / "hwmon/hwmon1/in0_lcrit_alarm", "0\n")
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("kind", ["linux", "simulated"])
def test_a_machine_says_how_much_room_is_left(kind: str, system: Path) -> None:
    machine = SimulatedMachine() if kind == "simulated" else LinuxMachine(system, system=system)

    assert machine.condition().disk_free_bytes > 1 << 20


def test_the_hottest_sensible_sensor_counts(system: Path) -> None:
    assert LinuxMachine(system, system=system).condition().celsius == pytest.approx(61.234)


@pytest.mark.parametrize(("says", "expected"), [("0\n", False), ("1\n", True), ("", None)])
def test_weak_power_is_what_the_pis_firmware_says(system: Path, says: str, expected) -> None:
    write(system / "hwmon/hwmon1/in0_lcrit_alarm", says)

    assert LinuxMachine(system, system=system).condition().under_voltage is expected


def test_what_a_machine_cannot_tell_is_none(tmp_path: Path) -> None:
    condition = LinuxMachine(tmp_path / "gone", system=tmp_path).condition()

    assert (condition.disk_free_bytes, condition.celsius, condition.under_voltage) == (None,) * 3
