"""The playbook on a real Debian 13 machine with a real systemd: what runs, and what a second run does."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from factories.installations import SITE, kiosk, provisioned
from factories.local_sites import person, photo
from factories.machines import ENTER, PROJECT, Machine, booted
from factories.vaults import HEAD
from factories.waiting import wait_until

from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Hub, Installation

pytestmark = pytest.mark.system

ANSIBLE = PROJECT / "ansible"
KIOSK = "http://127.0.0.1:8080"
CENTRE = "http://127.0.0.1:8070"
# Copied, so that both runs build from the same source whatever happens in the checkout meanwhile.
SOURCE = (
    *("protocol", "edge", "central", "provisioning", "pyproject.toml", "README.md", "LICENSE"),
    *("requirements-central.lock", "requirements-edge.lock"),
)
UNITS = ("tram-broker.service", "tram-centre.service", "tram-edge.service")


def playbook(inventory: Path, *options: str) -> str:
    program = Path(sys.executable).with_name("ansible-playbook")
    result = subprocess.run(
        [str(program), "--inventory", str(inventory), *options, "playbooks/site.yml"],
        cwd=ANSIBLE,
        env={**os.environ, "ANSIBLE_FORCE_COLOR": "0", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
    return result.stdout


def recap(output: str, host: str) -> dict[str, int]:
    line = next(line for line in output.splitlines() if line.startswith(f"{host} "))
    return {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", line)}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with booted(tmp_path_factory.mktemp("machine")) as running:
        yield running


@pytest.fixture(scope="module")
def inventory(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("inventory")
    provisioner = open_provisioner(directory / "installation")
    provisioner.init(Installation(installed_at="/etc/tram"))
    provisioner.add_site(SITE.site, SITE.name, head=HEAD)
    provisioner.issue_device(kiosk(hub=Hub(addresses=("127.0.0.1",))))
    checkout = directory / "checkout"
    subprocess.run(
        ["cp", "-a", "--parents", *SOURCE, str(_made(checkout))], cwd=PROJECT, check=True
    )
    host = {
        "ansible_host": str(machine.root),
        "ansible_ssh_executable": str(ENTER.with_name("machine_ssh")),
        "ansible_ssh_args": "",
        "ansible_ssh_transfer_method": "piped",
        "tram_directory": str(directory / "installation"),
        "site_device": "kiosk-0001",
        "site_uses_devices": False,
        "site_network": "192.0.2.0/24",
        # What the rules say is tested in test_alert_rules.py.
        "monitoring_packages": [],
        "monitoring_start": False,
        # No screen is connected there; the browser's own tests are in test_kiosk_browser.py.
        "kiosk_browser_packages": [],
        "kiosk_browser_start": False,
    }
    roles = ("broker", "centre", "monitoring", "sites", "screens")
    groups = {group: {"hosts": {"pi": host}} for group in roles}
    groups["all"] = {"vars": {"common_checkout": str(checkout)}}
    (directory / "hosts.json").write_text(json.dumps(groups))
    return directory / "hosts.json"


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


@pytest.fixture(scope="module")
def converged(inventory: Path) -> str:
    return playbook(inventory)


def ask(machine: Machine, address: str, data: str = "None") -> str:
    """Return what a program inside the machine answers."""
    script = (
        f"import urllib.request as web; print(web.urlopen({address!r}, {data}).read().decode())"
    )
    return machine.says("python3", "-c", script, own_network=True)


def summary(machine: Machine) -> dict[str, object]:
    """Return the centre's figures, read by an account that is made for it on the terminal."""
    python, settings = "/opt/tram/central/bin/python", "/etc/tram/centre/central.toml"
    account = f"{python} -m central account add tinh --role province --config {settings}"
    password = "TRAM_ACCOUNT_PASSWORD=mot-hai-ba-bon"
    machine.says("runuser", "-u", "tram-centre", "--", "env", password, *account.split())
    script = f"""
import http.cookiejar, urllib.parse, urllib.request as web
opener = web.build_opener(web.HTTPCookieProcessor(http.cookiejar.CookieJar()))
opener.addheaders = [("origin", {CENTRE!r})]
form = {{"login": "tinh", "password": "mot-hai-ba-bon"}}
opener.open({CENTRE!r} + "/login", urllib.parse.urlencode(form).encode())
print(opener.open({CENTRE!r} + "/api/summary").read().decode())
"""
    return json.loads(machine.says("python3", "-c", script, own_network=True))


def test_ansible_lint_has_nothing_to_say() -> None:
    program = Path(sys.executable).with_name("ansible-lint")

    result = subprocess.run(
        [str(program), "--offline", "--profile", "production"],
        cwd=ANSIBLE,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.usefixtures("converged")
@pytest.mark.parametrize("unit", UNITS)
def test_a_bare_machine_runs_broker_centre_and_kiosk(machine: Machine, unit: str) -> None:
    wait_until(lambda: machine.says("systemctl", "is-active", unit) == "active", seconds=60)

    assert machine.says("systemctl", "is-enabled", unit) == "enabled"
    assert machine.says("systemctl", "show", "--property=NRestarts", unit) == "NRestarts=0"


@pytest.mark.usefixtures("converged")
def test_a_card_held_up_there_reaches_the_centre_there(machine: Machine) -> None:
    (machine.root / "srv/card.jpg").write_bytes(photo(person(1)))

    ask(machine, f"{KIOSK}/simulator/hold-up", "open('/srv/card.jpg', 'rb').read()")

    wait_until(lambda: [site["arrivals"] for site in summary(machine)["sites"]] == [1], seconds=60)
    assert json.loads(ask(machine, f"{KIOSK}/state"))["ticket"] == "A001"
    # As a hub it goes on to write what happens in the queue.
    wait_until(lambda: json.loads(ask(machine, f"{KIOSK}/state"))["unsent"] == 0, seconds=60)


@pytest.mark.usefixtures("converged")
@pytest.mark.parametrize("unit", UNITS)
def test_a_killed_program_comes_back(machine: Machine, unit: str) -> None:
    machine.says("systemctl", "kill", "--signal=KILL", unit)

    restarted = "NRestarts=1"
    wait_until(
        lambda: (
            machine.says("systemctl", "show", "--property=NRestarts", unit) == restarted
            and machine.run("systemctl", "is-active", unit).stdout.strip() == "active"
        ),
        seconds=60,
    )


@pytest.mark.usefixtures("converged")
def test_a_kiosk_that_hangs_is_started_anew_by_its_watchdog(machine: Machine) -> None:
    before = machine.says("systemctl", "show", "--property=MainPID", "tram-edge.service")

    machine.says("systemctl", "kill", "--signal=STOP", "tram-edge.service")

    wait_until(
        lambda: (
            machine.says("systemctl", "show", "--property=MainPID", "tram-edge.service")
            not in {before, "MainPID=0"}
        ),
        seconds=90,
    )


@pytest.mark.usefixtures("converged")
def test_the_centre_backs_itself_up_with_least_rights(machine: Machine) -> None:
    assert machine.says("systemctl", "is-enabled", "tram-backup.timer") == "enabled"

    machine.starts("tram-backup.service")

    found = machine.says("find", "/var/backups/tram-centre", "-type", "f", "-printf", "%m %u %f\\n")
    assert sorted(found.splitlines()) == [
        "600 tram-centre central.db",
        "600 tram-centre manifest.json",
    ]


@pytest.mark.usefixtures("converged")
def test_units_run_with_least_rights(machine: Machine) -> None:
    paths = [f"/etc/systemd/system/{unit}" for unit in (*UNITS, "tram-backup.service")]

    result = machine.run(
        "systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", *paths
    )

    assert result.returncode == 0, result.stdout
    assert result.stdout.count("Overall exposure level") == len(paths)


def test_a_kiosk_with_camera_and_printer_of_its_own_has_least_rights_too(tmp_path: Path) -> None:
    template = (ANSIBLE / "roles/site/templates/tram-edge.service.j2").read_text()
    unit = tmp_path / "tram-edge.service"
    unit.write_text(
        jinja2.Template(template, trim_blocks=True).render(
            common_opt="/opt/tram",
            common_etc="/etc/tram",
            site_data_directory="/var/lib/tram-edge",
            site_uses_devices=True,
        )
    )

    result = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout


@pytest.mark.usefixtures("converged")
def test_keys_are_readable_by_their_program_alone(machine: Machine) -> None:
    found = machine.says("find", "/etc/tram", "-type", "f", "-printf", "%m %u %P\\n")

    assert {line.split()[0] for line in found.splitlines()} == {"600"}
    owners = {line.split()[1] for line in found.splitlines() if line.endswith(".key")}
    assert owners == {"mosquitto", "tram-centre", "tram-edge"}


@pytest.mark.usefixtures("converged")
def test_staff_log_in_at_a_hub_and_it_gives_its_site_the_time(machine: Machine) -> None:
    script = f"""
import http.client, ssl, urllib.parse
trusted = ssl.create_default_context(cafile="/etc/tram/edge/ca.crt")
hub = http.client.HTTPSConnection("127.0.0.1", 8446, context=trusted)
form = urllib.parse.urlencode({{"login": {HEAD.login!r}, "password": {HEAD.password!r}}})
hub.request("POST", "/login", form, {{"Origin": "https://127.0.0.1:8446"}})
answer = hub.getresponse()
print(answer.status, answer.headers["location"])
"""

    def logs_in() -> bool:
        # It may still be starting.
        said = machine.run("python3", "-c", script, own_network=True)
        return said.returncode == 0 and said.stdout.strip() == "303 /"

    wait_until(logs_in, seconds=60)
    assert "allow 192.0.2.0/24" in machine.says("cat", "/etc/chrony/conf.d/tram-hub.conf")


@pytest.mark.usefixtures("converged")
def test_the_screen_shows_one_page_and_its_unit_is_in_order(machine: Machine) -> None:
    rules = json.loads(machine.says("cat", "/etc/chromium/policies/managed/tram-kiosk.json"))

    assert (rules["URLBlocklist"], rules["URLAllowlist"]) == (["*"], [KIOSK])
    assert rules["TranslateEnabled"] is False
    assert machine.says("systemd-analyze", "verify", "tram-screen.service") == ""


def test_a_second_run_changes_nothing(converged: str, inventory: Path) -> None:
    assert recap(converged, "pi")["changed"] > 0

    second = recap(playbook(inventory), "pi")

    assert (second["changed"], second["failed"]) == (0, 0)


def test_files_made_for_another_place_are_refused_with_advice(
    inventory: Path, tmp_path: Path
) -> None:
    provisioned(tmp_path / "elsewhere")
    hosts = inventory.read_text().replace(
        str(inventory.parent / "installation"), str(tmp_path / "elsewhere")
    )
    (tmp_path / "hosts.json").write_text(hosts)

    # Refused before a package is looked at, so none is built.
    options = ("--limit", "pi", "--extra-vars", "tram_wheel=none.whl")
    with pytest.raises(AssertionError, match="tram-provision init --installed-at /etc/tram"):
        playbook(tmp_path / "hosts.json", *options)
