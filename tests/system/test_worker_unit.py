"""The unit of one of the centre's workers: systemd reads it without a word, and it has least rights."""

import subprocess
import sys
from pathlib import Path

import jinja2
import pytest

TEMPLATE = Path(__file__).parents[2] / "ansible/roles/centre/templates/tram-centre.service.j2"


@pytest.fixture
def unit(tmp_path):
    """Return the path of the unit, written for a release that is there."""
    python = tmp_path / "opt/central/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    drawn = jinja2.Template(TEMPLATE.read_text(), trim_blocks=True).render(
        common_opt=tmp_path / "opt",
        common_etc="/etc/tram",
        centre_data_directory="/var/lib/tram-centre",
        centre_of_workers=True,
    )
    path = tmp_path / "tram-centre@.service"
    path.write_text(drawn)
    return path


def analysed(*arguments):
    return subprocess.run(
        ["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.mark.system
def test_the_unit_of_a_worker_is_in_order_and_has_least_rights(unit):
    verified = analysed("verify", "--man=no", unit.with_name("tram-centre@ingest-1.service"))
    secure = analysed("security", "--offline=true", "--threshold=20", unit)

    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    assert secure.returncode == 0, secure.stdout


def test_a_worker_is_told_its_roles_and_has_a_name_of_its_own_on_every_machine(unit):
    (command,) = [line for line in unit.read_text().splitlines() if "ExecStart=" in line]

    assert command.endswith("--roles ${ROLES} --worker %i.%l --metrics-port ${METRICS_PORT}")
    assert "EnvironmentFile=/etc/tram/centre/workers/%i.env" in unit.read_text()
