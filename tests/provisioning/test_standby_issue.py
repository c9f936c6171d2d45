"""A standby and the command that makes it the hub, as provisioning writes them."""

import tomllib
from pathlib import Path

import pytest
from factories.installations import kiosk, provisioned
from factories.vaults import HEAD
from typer.testing import CliRunner

from protocol import cose
from protocol.hub_command import open_hub_command
from protocol.identity import DeviceId
from provisioning.bootstrap import open_provisioner
from provisioning.cli.main import app
from provisioning.domain.installation import Hub
from provisioning.domain.refusal import Refused

SITE, FIRST, SECOND = "phuoc-dinh", "hub-0001", "hub-0002"


def with_standby(directory: Path):
    provisioner = provisioned(directory, "kiosk-0001")
    provisioner.add_staff(SITE, HEAD)
    provisioner.issue_device(kiosk(FIRST, hub=Hub(addresses=("192.0.2.10",))))
    kept = directory / "devices/kiosk-0001/edge.toml"
    kept.write_text(kept.read_text() + "answer_ms = 300\n")
    provisioner.issue_device(kiosk(SECOND, hub=Hub(addresses=("192.0.2.11",)), standby=True))
    return provisioner


def settings_of(directory: Path, device: str) -> dict:
    return tomllib.loads((directory / f"devices/{device}/edge.toml").read_text())["hub"]


def command(directory: Path):
    certificate = cose.load_certificate((directory / "registry.crt").read_bytes())
    message = (directory / f"sites/{SITE}/hub-command.cose").read_bytes()
    return open_hub_command(message, certificate, SITE)


def test_hub_and_standby_know_each_other_and_kiosks_know_both(tmp_path: Path) -> None:
    with_standby(tmp_path).issue_device(kiosk("kiosk-0002"))

    first, second = settings_of(tmp_path, FIRST), settings_of(tmp_path, SECOND)
    assert (first["standby"], first["other_addresses"]) == (SECOND, ["192.0.2.11:8445"])
    assert (second["standby_of"], second["other_addresses"]) == (FIRST, ["192.0.2.10:8445"])
    assert second["enabled"]
    assert "standby" not in second
    both = {"addresses": ["192.0.2.10", "192.0.2.11"], "device_port": 8445, "page_port": 8446}
    assert settings_of(tmp_path, "kiosk-0001") == both | {"answer_ms": 300}
    assert settings_of(tmp_path, "kiosk-0002") == both


def test_a_standby_gets_what_a_hub_has_and_every_device_what_it_believes_a_command_by(
    tmp_path: Path,
) -> None:
    with_standby(tmp_path)

    names = {path.name for path in (tmp_path / "devices" / SECOND).iterdir()}
    assert {"hub.crt", "hub.key", "vault.json", "registry.cose", "registry.crt"} <= names
    for device in ("kiosk-0001", FIRST, SECOND):
        copy = tmp_path / "devices" / device / "registry.crt"
        assert copy.read_bytes() == (tmp_path / "registry.crt").read_bytes()


def test_each_command_has_a_higher_number_than_the_one_before(tmp_path: Path) -> None:
    provisioner = with_standby(tmp_path)

    provisioner.promote_hub(SITE, SECOND)
    first = command(tmp_path)
    provisioner.promote_hub(SITE, FIRST)

    assert (first.device, first.serial) == (SECOND, 1)
    assert (command(tmp_path).device, command(tmp_path).serial) == (FIRST, 2)


def test_a_change_of_staff_reaches_the_standbys_folder(tmp_path: Path) -> None:
    provisioner = with_standby(tmp_path)

    written = provisioner.add_staff(SITE, HEAD)

    assert {f"devices/{FIRST}/vault.json", f"devices/{SECOND}/vault.json"} <= set(written)


def test_a_kiosk_is_not_made_the_hub(tmp_path: Path) -> None:
    provisioner = with_standby(tmp_path)

    with pytest.raises(Refused, match="neither the hub"):
        provisioner.promote_hub(SITE, "kiosk-0001")
    provisioner.revoke_device(DeviceId(SECOND))
    with pytest.raises(Refused, match="revoked"):
        provisioner.promote_hub(SITE, SECOND)


def test_a_standby_needs_a_hub_and_a_site_has_one(tmp_path: Path) -> None:
    provisioner = with_standby(tmp_path)

    with pytest.raises(Refused, match="stands by"):
        provisioner.issue_device(kiosk("hub-0003", hub=Hub(addresses=("::1",)), standby=True))
    provisioner.add_site("bac-ai", "Trạm Y tế Bác Ái")
    with pytest.raises(Refused, match="no hub"):
        provisioner.issue_device(
            kiosk("hub-0004", site="bac-ai", hub=Hub(addresses=("::1",)), standby=True)
        )


def test_who_stood_by_gets_a_standby_of_its_own_when_the_first_hub_is_lost(tmp_path: Path) -> None:
    provisioner = with_standby(tmp_path)
    provisioner.promote_hub(SITE, SECOND)
    provisioner.revoke_device(FIRST)

    provisioner.issue_device(kiosk("hub-0003", hub=Hub(addresses=("2001:db8::3",)), standby=True))

    second, third = settings_of(tmp_path, SECOND), settings_of(tmp_path, "hub-0003")
    assert second["standby"] == "hub-0003"
    assert second["other_addresses"] == ["[2001:db8::3]:8445"]
    assert "standby_of" not in second
    assert third["standby_of"] == SECOND
    assert settings_of(tmp_path, "kiosk-0001")["addresses"] == ["192.0.2.11", "2001:db8::3"]


def test_the_commands_say_what_to_do_next(tmp_path: Path) -> None:
    with_standby(tmp_path)
    words = ["hub", "promote", "--site", SITE, "--device", SECOND, "-d", str(tmp_path)]

    said = CliRunner().invoke(app, words, obj=open_provisioner)
    both = CliRunner().invoke(
        app,
        ["device", "issue", "x", "--site", SITE, "--hub", "--standby", "-d", str(tmp_path)],
        obj=open_provisioner,
    )

    assert said.exit_code == 0, said.output
    assert "python -m edge promote" in said.output
    assert both.exit_code == 2
