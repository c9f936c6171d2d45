"""Every command as a person types it."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from provisioning.bootstrap import open_provisioner
from provisioning.cli.main import app

SITE = ("site", "add", "phuoc-dinh", "--name", "Trạm Y tế Phước Dinh")
PHUOC_DINH = ("--site", "phuoc-dinh", "--printer", "none")
ISSUE = ("device", "issue", "kiosk-0001", *PHUOC_DINH)


def run(directory: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "-d", str(directory)], obj=open_provisioner)


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    directory = tmp_path / "installation"
    assert run(directory, "init", "--broker-bind", "127.0.0.1").exit_code == 0
    assert run(directory, *SITE).exit_code == 0
    return directory


def test_init_names_what_it_made_what_is_next_and_when_certificates_end(tmp_path: Path) -> None:
    result = run(tmp_path, "init", "--broker-host", "mqtt.tram.example", "--broker-port", "9883")

    assert result.exit_code == 0
    assert "made  ca/ca.key\n" in result.stdout
    assert f"in    {tmp_path}\n" in result.stdout
    assert "next  tram-provision site add SITE --name NAME\n" in result.stdout
    assert re.search(r"^valid until 20\d\d-\d\d-\d\d  broker/server\.crt$", result.stdout, re.M)
    central = tomllib.loads((tmp_path / "centre/central.toml").read_text())
    assert central["broker"] == {"host": "mqtt.tram.example", "port": 9883}


def test_a_second_init_says_that_nothing_was_changed(installation: Path) -> None:
    result = run(installation, "init", "--broker-bind", "127.0.0.1")

    assert result.exit_code == 0
    assert result.stdout.startswith("everything is there already; nothing was changed\n")
    assert "made" not in result.stdout


def test_an_init_with_other_settings_is_refused_with_advice(installation: Path) -> None:
    result = run(installation, "init", "--broker-bind", "127.0.0.1", "--api-port", "9070")

    assert result.exit_code == 1
    assert result.stderr == (
        "refused: this directory holds an installation with other settings: api_port is 8070\n"
        "next:    leave these options as they were, or make another directory\n"
    )


def test_a_site_is_added(installation: Path) -> None:
    result = run(installation, "site", "add", "bac-ai", "--name", "Trạm Y tế Bác Ái")

    assert result.exit_code == 0
    assert "next  tram-provision device issue DEVICE --site bac-ai\n" in result.stdout
    site = tomllib.loads((installation / "sites/bac-ai/site.toml").read_text())
    assert site == {
        "site": "bac-ai",
        "name": "Trạm Y tế Bác Ái",
        "time_zone": "Asia/Ho_Chi_Minh",
    }


def test_a_device_is_issued_with_every_option(installation: Path) -> None:
    result = run(
        installation,
        *ISSUE,
        *("--prefix", "K", "--first-stage", "Bàn 1"),
        *("--camera", "opencv", "--camera-device", "2"),
        *("--camera-width", "1920", "--camera-height", "1080", "--frames-per-second", "5"),
        *("--printer", "usb", "--printer-vendor", "0x04b8", "--printer-product", "514"),
        *("--paper-width-mm", "58", "--ui-host", "0.0.0.0", "--ui-port", "8081"),
        *("--broker-host", "192.0.2.7", "--broker-port", "443", "--data-directory", "/srv/journal"),
    )

    assert result.exit_code == 0
    assert tomllib.loads((installation / "devices/kiosk-0001/edge.toml").read_text()) == {
        "device": "kiosk-0001",
        "site": "phuoc-dinh",
        "site_name": "Trạm Y tế Phước Dinh",
        "time_zone": "Asia/Ho_Chi_Minh",
        "ticket_prefix": "K",
        "first_stage": "Bàn 1",
        "data_directory": "/srv/journal",
        "keys_directory": ".",
        "broker": {"host": "192.0.2.7", "port": 443},
        "centre": {"host": "localhost", "port": 8443},
        "camera": {
            "driver": "opencv",
            "device": 2,
            "width": 1920,
            "height": 1080,
            "frames_per_second": 5,
        },
        "printer": {"driver": "usb", "vendor_id": 1208, "product_id": 514, "paper_width_mm": 58},
        "ui": {"host": "0.0.0.0", "port": 8081},
    }


def test_a_camera_can_be_a_device_file(installation: Path) -> None:
    words = ("--camera", "opencv", "--camera-device", "/dev/video0")

    assert run(installation, *ISSUE, *words).exit_code == 0
    settings = tomllib.loads((installation / "devices/kiosk-0001/edge.toml").read_text())
    assert settings["camera"] == {"driver": "opencv", "device": "/dev/video0"}


def test_a_usb_id_that_is_no_number_is_wrong_use(installation: Path) -> None:
    result = run(installation, *ISSUE, "--printer-vendor", "Epson")

    assert result.exit_code == 2
    assert "0x04b8" in result.stderr


def test_devices_are_listed_in_columns(installation: Path) -> None:
    run(installation, *ISSUE)

    result = run(installation, "device", "list")

    assert re.fullmatch(r"kiosk-0001\tphuoc-dinh\tactive\t20\d\d-\d\d-\d\d\n", result.stdout)


def test_a_device_is_revoked_whatever_a_sites_file_says(installation: Path) -> None:
    for words in (SITE, ISSUE):
        run(installation, *words)
    damaged = installation / "sites" / "moi" / "site.toml"
    damaged.parent.mkdir()
    damaged.write_text("name = ")

    assert run(installation, "device", "revoke", "kiosk-0001").exit_code == 0


def test_a_device_is_revoked(installation: Path) -> None:
    run(installation, *ISSUE)

    result = run(installation, "device", "revoke", "kiosk-0001")

    assert result.exit_code == 0
    assert "made  centre/registry.cose\n" in result.stdout
    assert "SIGHUP" in result.stdout
    assert "\trevoked\t" in run(installation, "device", "list").stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("device", "revoke", "kiosk-0009"), 1, "tram-provision device list"),
        (("device", "issue", "centre", *PHUOC_DINH), 1, "choose another device id"),
        ((*ISSUE, "--site", "bac-ai"), 1, "tram-provision site add"),
        (("device", "issue", "kiosk-0001", "--site", "phuoc-dinh"), 1, "--printer-vendor"),
        ((*ISSUE, "--printer", "network"), 1, "--printer-host"),
        (("device", "issue", "KIOSK", *PHUOC_DINH), 2, "1 to 32 of a-z"),
        (SITE, 1, "there already"),
        ((*ISSUE, "--camera", "webcam"), 2, "picamera2"),
    ],
)
def test_an_error_tells_what_to_do_next(
    installation: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    result = run(installation, *words)

    assert result.exit_code == code
    assert told in result.stderr


@pytest.mark.parametrize("words", [SITE, ISSUE, ("device", "list"), ("device", "revoke", "k")])
def test_every_command_before_init_points_to_init(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run(tmp_path / "nothing", *words)

    assert result.exit_code == 1
    assert "next:    run tram-provision init first" in result.stderr


def test_a_directory_that_cannot_be_written_ends_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    result = run(tmp_path / "file/installation", "init")

    assert result.exit_code == 3
    assert result.stderr.startswith("error: cannot lock .")


@pytest.mark.parametrize(
    "words", [(), ("init",), ("site",), ("site", "add"), ("device",), ("device", "issue")]
)
def test_help_is_there_for_every_command(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*words, "--help"])

    assert result.exit_code == 0
    assert "Usage:" in result.stdout
