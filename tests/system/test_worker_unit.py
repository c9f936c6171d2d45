"""The units of the centre's workers: systemd reads them without a word, they have least rights, the role starts them."""

import json
import os
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


@pytest.mark.system
@pytest.mark.parametrize(
    ("workers", "units"),
    [
        ([], ["tram-centre.service"]),
        (
            [{"name": "ingest-1", "roles": "ingest"}, {"name": "api-1", "roles": "api"}],
            ["tram-centre@ingest-1.service", "tram-centre@api-1.service"],
        ),
    ],
)
def test_the_role_starts_one_unit_for_each_worker(workers, units):
    told = json.dumps({"centre_workers": workers, "tram_directory": "/x"})
    program = Path(sys.executable).with_name("ansible")
    words = [
        "localhost",
        "-i",
        "localhost,",
        "-c",
        "local",
        "-m",
        "ansible.builtin.debug",
        "-a",
        "var=centre_units",
        "-e",
    ]
    said = subprocess.run(
        [program, *words, "@roles/centre/defaults/main.yml", "-e", told],
        cwd=TEMPLATE.parents[3],
        env={**os.environ, "ANSIBLE_FORCE_COLOR": "0", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stdout + said.stderr
    assert json.loads(said.stdout.partition("=>")[2])["centre_units"] == units
