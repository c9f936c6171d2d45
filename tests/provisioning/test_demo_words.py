"""What the demo prepares and tells, without starting it."""

import re
import stat
import tomllib
from pathlib import Path

import pytest
from factories.installations import provisioned

from protocol.vault import decode_vault
from protocol.vault_keys import unwrap
from provisioning.bootstrap import DEMO_PORTS, open_local_site
from provisioning.cli import demo_words
from provisioning.domain.installation import Kiosk
from provisioning.domain.local_people import LEADERS, STAFF
from provisioning.domain.refusal import Refused
from provisioning.ports import StoreError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what the second start made, after the first one was cut short."""
    directory = tmp_path_factory.mktemp("demo")
    site = open_local_site(directory)
    passwords = site.passwords
    site._provisioner.issue_device = pulled  # type: ignore[method-assign]
    with pytest.raises(StoreError):
        site.prepare()
    open_local_site(directory).prepare()
    assert open_local_site(directory).passwords == passwords
    return directory


def pulled(kiosk: Kiosk) -> list[str]:
    raise StoreError(f"the plug was pulled before {kiosk.device}")


def told(directory: Path) -> str:
    site = open_local_site(directory)
    return demo_words.ready(site.ports, site.passwords, str(directory), site.fingerprint())


def test_it_tells_every_address_and_every_log_in_with_its_password(made: Path) -> None:
    text, passwords = told(made), open_local_site(made).passwords

    assert [
        address for _, address, _ in demo_words.addresses(DEMO_PORTS) if address not in text
    ] == []
    lines = {tuple(line.split()[:2]) for line in text.splitlines() if line.startswith("  ")}
    assert [
        login for login, *_ in (*STAFF, *LEADERS) if (login, passwords[login]) not in lines
    ] == []
    assert re.search(r"SHA-256 of the certificate: ([0-9A-F]{2}:){31}[0-9A-F]{2}\n", text)


def test_a_second_start_tells_the_same(made: Path) -> None:
    before = told(made)
    open_local_site(made).prepare()

    assert told(made) == before


def test_the_passwords_open_the_site_and_lie_in_a_file_for_their_owner_alone(made: Path) -> None:
    vault = decode_vault((made / "provisioned/devices/hub-0001/vault.json").read_bytes()).vault
    passwords = open_local_site(made).passwords

    assert all(unwrap(vault, login, passwords[login]) for login, *_ in STAFF[:2])
    assert stat.S_IMODE((made / "log-ins.json").stat().st_mode) == 0o600
    kept = {"log-ins.json", "centre-accounts.csv"}
    others = [path for path in made.rglob("*") if path.is_file() and path.name not in kept]
    assert [
        p for p in others if any(each.encode() in p.read_bytes() for each in passwords.values())
    ] == []


def test_the_hub_is_a_program_of_its_own_and_the_kiosk_follows_it(made: Path) -> None:
    hub, kiosk = (
        tomllib.loads((made / f"provisioned/devices/{device}/edge.toml").read_text())
        for device in ("hub-0001", "kiosk-0001")
    )

    assert hub["hub"]["enabled"]
    assert "enabled" not in kiosk["hub"]
    assert kiosk["hub"]["page_port"] == hub["hub"]["page_port"] == DEMO_PORTS.hub_pages
    assert hub["phone_address"] == kiosk["phone_address"] == "https://127.0.0.1:18446"
    assert hub["vaccines"][0]["lots"]
    assert kiosk["records"] == {"driver": "centre"}


def test_what_another_version_made_is_left_alone_and_the_advice_says_how_to_begin_anew(
    tmp_path: Path,
) -> None:
    provisioned(tmp_path / "provisioned", "kiosk-0001")

    with pytest.raises(Refused) as refused:
        open_local_site(tmp_path).prepare()

    assert "make demo-reset" in refused.value.advice


def test_a_file_of_log_ins_that_is_damaged_is_named(tmp_path: Path) -> None:
    (tmp_path / "log-ins.json").write_text("{")

    with pytest.raises(StoreError, match=r"log-ins\.json"):
        open_local_site(tmp_path).prepare()
