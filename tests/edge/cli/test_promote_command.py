"""``python -m edge promote``: a command is taken when it is signed, newer, and for this site."""

from pathlib import Path

import pytest
from factories.installations import kiosk, provisioned
from factories.vaults import HEAD

from edge.bootstrap.promote import keep_command
from edge.cli.promote import run
from provisioning.domain.installation import Hub

SITE, FIRST, SECOND = "phuoc-dinh", "hub-0001", "hub-0002"


def promote(directory: Path, device: str, command: Path) -> int:
    config = directory / "devices" / device / "edge.toml"
    return run([str(command), "--config", str(config)], "/none", keep_command)


def test_a_command_is_taken_once_and_only_what_is_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    provisioner = provisioned(tmp_path, "kiosk-0001")
    provisioner.add_staff(SITE, HEAD)
    provisioner.issue_device(kiosk(FIRST, hub=Hub(addresses=("192.0.2.10",))))
    provisioner.issue_device(kiosk(SECOND, hub=Hub(addresses=("192.0.2.11",)), standby=True))
    provisioner.promote_hub(SITE, SECOND)
    command = tmp_path / "sites" / SITE / "hub-command.cose"
    (tmp_path / "forged").write_bytes(command.read_bytes()[:-1] + b"x")
    (tmp_path / "empty").write_bytes(b"")

    codes = [promote(tmp_path, device, command) for device in (SECOND, FIRST, "kiosk-0001")]
    said = capsys.readouterr().out
    again = promote(tmp_path, SECOND, command)
    assert "not newer than 1" in capsys.readouterr().err
    wrong = [promote(tmp_path, FIRST, tmp_path / name) for name in ("forged", "empty", "nothing")]
    nowhere = run([str(command), "--config", str(tmp_path / "no.toml")], "/none", keep_command)

    assert codes == [0, 0, 0]
    assert "hub-0002 becomes the hub" in said
    assert "hub-0001 stands by" in said
    assert "kiosk-0001 follows it" in said
    assert (again, wrong, nowhere) == (1, [1, 1, 1], 1)
    kept = tmp_path / "devices" / SECOND / "data" / "hub-command.cose"
    assert kept.read_bytes() == command.read_bytes()
