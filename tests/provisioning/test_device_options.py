"""Scan engine and centre of one kiosk, as its issue is given them."""

import tomllib
from pathlib import Path

import pytest
from factories.installations import SITE, kiosk
from typer.testing import CliRunner

from provisioning.bootstrap import open_provisioner
from provisioning.cli.main import app
from provisioning.domain.installation import Installation, Kiosk, Scanner
from provisioning.domain.refusal import Refused
from provisioning.domain.settings_files import edge_toml


def settings(**changes: object) -> dict[str, dict[str, object]]:
    return tomllib.loads(edge_toml(kiosk(**changes), SITE, "A", Installation()))


def test_a_scan_engine_stands_in_the_settings() -> None:
    engine = Scanner(driver="hid", device="/dev/input/by-id/usb-engine-event-kbd")

    assert settings(scanner=engine)["scanner"] == {
        "driver": "hid",
        "device": "/dev/input/by-id/usb-engine-event-kbd",
    }


def test_without_a_scan_engine_nothing_is_said_of_one() -> None:
    assert "scanner" not in settings()


def test_a_kiosk_may_reach_the_centre_by_another_name_and_port() -> None:
    found = settings(centre_host="10.1.2.3", centre_port=9443)

    assert found["centre"] == {"host": "10.1.2.3", "port": 9443}


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ({"driver": "serial"}, "--scanner-device"),
        ({"device": "/dev/ttyACM0"}, "--scanner hid or serial"),
        ({"driver": "hid", "device": "/dev/x\nhost = 1"}, "line break"),
    ],
)
def test_half_a_scan_engine_is_refused(given: dict[str, str], advice: str) -> None:
    with pytest.raises(Refused, match=advice):
        Scanner(**given)


@pytest.mark.parametrize("wrong", [{"centre_host": "https://centre"}, {"centre_port": 0}])
def test_a_centre_that_cannot_be_reached_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refused):
        Kiosk(device="kiosk-0001", site="phuoc-dinh", **wrong)


def test_the_command_takes_them(tmp_path: Path) -> None:
    def run(*words: str) -> None:
        result = CliRunner().invoke(
            app, [*words, "--directory", str(tmp_path)], obj=open_provisioner
        )
        assert result.exit_code == 0, result.output

    run("init")
    run("site", "add", "phuoc-dinh", "--name", "Trạm Y tế Phước Dinh")
    run(
        *("device", "issue", "kiosk-0001", "--site", "phuoc-dinh", "--printer", "none"),
        *("--scanner", "serial", "--scanner-device", "/dev/ttyACM0"),
        *("--centre-host", "centre.example", "--centre-port", "9443"),
    )

    found = tomllib.loads((tmp_path / "devices/kiosk-0001/edge.toml").read_text())
    assert found["scanner"] == {"driver": "serial", "device": "/dev/ttyACM0"}
    assert found["centre"] == {"host": "centre.example", "port": 9443}
