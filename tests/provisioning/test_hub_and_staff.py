"""A site's hub and its staff, from the command to the files that the hub reads."""

import tomllib
from pathlib import Path

import pytest
from click.testing import Result
from cryptography import x509
from factories.installations import kiosk, provisioned
from typer.testing import CliRunner

from protocol.errors import WireError
from protocol.staff import Role
from protocol.vault import decode_vault
from protocol.vault_keys import NewMember, open_secrets, unwrap
from provisioning.bootstrap import open_provisioner
from provisioning.cli.main import app
from provisioning.domain.installation import Hub
from provisioning.domain.refusal import Refused

SITE = "phuoc-dinh"
PASSWORD = "nắng gió Phan Rang"
HEAD = NewMember("truong-tram", Role.HEAD, "Chamaléa Thị Trưởng", PASSWORD)
NURSE = NewMember("tiem-1", Role.INJECTION, "Đổng Thị Tiêm", "chín mươi chín")
HUB = Hub(addresses=("192.0.2.10", "tram.example"))


def run(directory: Path, *words: str, typed: str | None = None) -> Result:
    told = [*words, "-d", str(directory)]
    return CliRunner().invoke(app, told, obj=open_provisioner, input=typed)


def settings_of(directory: Path, device: str) -> dict:
    return tomllib.loads((directory / f"devices/{device}/edge.toml").read_text())


def vault(directory: Path, name: str = f"sites/{SITE}/vault.json"):
    return decode_vault((directory / name).read_bytes()).vault


def with_head(directory: Path, *devices: str):
    provisioner = provisioned(directory, *devices)
    provisioner.add_staff(SITE, HEAD)
    return provisioner


def test_the_heads_password_opens_the_sites_own_sealing_key(tmp_path: Path) -> None:
    with_head(tmp_path)

    key = unwrap(vault(tmp_path), HEAD.login, PASSWORD)

    pem = (tmp_path / f"sites/{SITE}/seal.key").read_bytes()
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    seal = load_pem_private_key(pem, None)
    opened = open_secrets(vault(tmp_path), key)
    assert opened.site_key.private_bytes_raw() == seal.private_bytes_raw()
    assert len(opened.site_secret) == 32
    assert (tmp_path / f"sites/{SITE}/vault.key").read_bytes() == key


def test_vault_and_its_key_are_for_the_owner_alone(tmp_path: Path) -> None:
    with_head(tmp_path).issue_device(kiosk("kiosk-0001", hub=HUB))

    names = [f"sites/{SITE}/vault.key", f"sites/{SITE}/vault.json", "devices/kiosk-0001/vault.json"]
    assert [oct((tmp_path / name).stat().st_mode & 0o777) for name in names] == ["0o600"] * 3


def test_no_name_and_no_password_is_readable_in_the_vault(tmp_path: Path) -> None:
    with_head(tmp_path)

    data = (tmp_path / f"sites/{SITE}/vault.json").read_bytes()

    assert [text for text in (HEAD.name, PASSWORD) if text.encode() in data] == []


def test_the_hub_gets_all_that_it_needs(tmp_path: Path) -> None:
    with_head(tmp_path).issue_device(kiosk("kiosk-0001", hub=HUB))

    folder = tmp_path / "devices/kiosk-0001"
    names = {path.name for path in folder.iterdir()}
    certificate = x509.load_pem_x509_certificate((folder / "hub.crt").read_bytes())
    alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"hub.crt", "hub.key", "vault.json", "registry.cose", "registry.crt"} <= names
    assert {str(each.value) for each in alternative} == {
        "192.0.2.10", "tram.example", "phuoc-dinh-hub.local",
    }  # fmt: skip
    assert settings_of(tmp_path, "kiosk-0001")["hub"] == {
        "enabled": True,
        "addresses": ["192.0.2.10", "tram.example"],
        "device_port": 8445,
        "page_port": 8446,
    }


def test_every_kiosk_of_the_site_finds_the_hub_whenever_it_was_issued(tmp_path: Path) -> None:
    provisioner = with_head(tmp_path, "kiosk-0001")
    before = settings_of(tmp_path, "kiosk-0001")
    provisioner.issue_device(kiosk("kiosk-0002", hub=HUB))
    provisioner.issue_device(kiosk("kiosk-0003"))

    told = {"addresses": ["192.0.2.10", "tram.example"], "device_port": 8445, "page_port": 8446}
    assert settings_of(tmp_path, "kiosk-0001") == before | {"hub": told}
    assert settings_of(tmp_path, "kiosk-0003")["hub"] == told


def test_the_hubs_registry_keeps_up_with_the_centres(tmp_path: Path) -> None:
    provisioner = with_head(tmp_path)
    provisioner.issue_device(kiosk("kiosk-0001", hub=HUB))

    written = provisioner.issue_device(kiosk("kiosk-0002"))

    copy = tmp_path / "devices/kiosk-0001/registry.cose"
    assert "devices/kiosk-0001/registry.cose" in written
    assert copy.read_bytes() == (tmp_path / "registry.cose").read_bytes()


def test_a_change_of_staff_reaches_the_hubs_folder(tmp_path: Path) -> None:
    provisioner = with_head(tmp_path)
    provisioner.issue_device(kiosk("kiosk-0001", hub=HUB))

    provisioner.add_staff(SITE, NURSE)

    at_hub = vault(tmp_path, "devices/kiosk-0001/vault.json")
    assert {each.login for each in at_hub.staff} == {HEAD.login, NURSE.login}
    assert at_hub.issue == 2


def test_a_site_has_one_hub_until_that_is_revoked(tmp_path: Path) -> None:
    provisioner = with_head(tmp_path)
    provisioner.issue_device(kiosk("kiosk-0001", hub=HUB))

    with pytest.raises(Refused, match="is the hub"):
        provisioner.issue_device(kiosk("kiosk-0002", hub=HUB))
    provisioner.revoke_device("kiosk-0001")
    provisioner.issue_device(kiosk("kiosk-0003", hub=HUB))

    assert provisioner.site(SITE).hub_device == "kiosk-0003"


def test_no_hub_is_issued_at_which_nobody_could_log_in(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path)

    with pytest.raises(Refused) as refused:
        provisioner.issue_device(kiosk("kiosk-0001", hub=HUB))

    assert "staff add" in refused.value.advice


@pytest.mark.parametrize(
    ("hub", "reason"),
    [
        ({"addresses": ()}, "no address"),
        ({"addresses": ("http://x",)}, "neither a host name"),
        ({"addresses": ("x.example",), "page_port": 8445}, "two ports are one"),
        ({"addresses": ("x.example",), "device_port": 0}, "no port"),
    ],
)
def test_a_hub_that_cannot_be_is_refused(hub: dict, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        Hub(**hub)


def test_the_last_head_stays_and_nobody_else_begins_a_list(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path)
    with pytest.raises(Refused, match="no list"):
        provisioner.remove_staff(SITE, HEAD.login)
    with pytest.raises(Refused, match="must be a head"):
        provisioner.add_staff(SITE, NURSE)
    provisioner.add_staff(SITE, HEAD)
    lesser = NewMember(HEAD.login, Role.RECEPTION, HEAD.name, PASSWORD)

    with pytest.raises(Refused, match="only head"):
        provisioner.remove_staff(SITE, HEAD.login)
    with pytest.raises(Refused, match="only head"):
        provisioner.add_staff(SITE, lesser)
    with pytest.raises(Refused, match="not on provisioning's list"):
        provisioner.remove_staff(SITE, "nobody")


@pytest.mark.parametrize(
    ("login", "name", "password", "error"),
    [
        ("Trưởng", "A", PASSWORD, WireError),
        ("truong", " ", PASSWORD, WireError),
        ("truong", "A", "ngắn", Refused),
    ],
)
def test_nothing_is_written_for_somebody_who_cannot_be_added(
    tmp_path: Path, login: str, name: str, password: str, error: type[Exception]
) -> None:
    provisioner = provisioned(tmp_path)

    with pytest.raises(error):
        provisioner.add_staff(SITE, NewMember(login, Role.HEAD, name, password))

    assert not (tmp_path / f"sites/{SITE}/vault.key").exists()


@pytest.fixture
def secret(tmp_path: Path) -> str:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n", encoding="utf-8")
    return str(file)


def test_the_head_is_named_with_the_site(tmp_path: Path, secret: str) -> None:
    run(tmp_path, "init", "--broker-bind", "127.0.0.1")

    made = run(
        tmp_path, "site", "add", SITE, "--name", "Trạm", "--head", HEAD.login,
        "--head-name", HEAD.name, "--password-file", secret,
    )  # fmt: skip
    listed = run(tmp_path, "staff", "list", "--site", SITE)

    assert made.exit_code == 0
    assert f"made  sites/{SITE}/vault.json\n" in made.stdout
    assert PASSWORD not in made.output
    assert listed.stdout == f"{HEAD.login}\thead\t{HEAD.name}\n"


def test_the_password_is_asked_twice_and_shown_never(tmp_path: Path) -> None:
    run(tmp_path, "init", "--broker-bind", "127.0.0.1")
    run(tmp_path, "site", "add", SITE, "--name", "Trạm")

    words = ("staff", "add", HEAD.login, "--site", SITE)
    differing = run(tmp_path, *words, typed=f"{PASSWORD}\nmột câu khác\n")
    right = run(tmp_path, *words, typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert differing.exit_code != 0
    assert right.exit_code == 0
    assert PASSWORD not in differing.output + right.output
    assert unwrap(vault(tmp_path), HEAD.login, PASSWORD) is not None


def test_staff_are_added_and_removed_and_a_hub_is_issued_by_command(
    tmp_path: Path, secret: str
) -> None:
    run(tmp_path, "init", "--broker-bind", "127.0.0.1")
    run(tmp_path, "site", "add", SITE, "--name", "Trạm")

    def staff(*words: str) -> Result:
        return run(tmp_path, "staff", *words, "--site", SITE)

    results = [
        staff("add", HEAD.login, "--password-file", secret),
        staff("add", "tiem-1", "--role", "injection", "--password-file", secret),
        run(
            tmp_path, "device", "issue", "kiosk-0001", "--site", SITE, "--printer", "none",
            "--hub", "--hub-address", "192.0.2.10", "--hub-page-port", "443",
        ),
        staff("remove", "tiem-1"),
    ]  # fmt: skip

    assert [each.exit_code for each in results] == [0, 0, 0, 0]
    assert "copy devices/kiosk-0001/vault.json to the hub" in results[-1].stdout
    assert settings_of(tmp_path, "kiosk-0001")["hub"]["page_port"] == 443
    assert staff("list").stdout == f"{HEAD.login}\thead\t{HEAD.login}\n"


def test_a_site_without_staff_lists_nobody(tmp_path: Path) -> None:
    run(tmp_path, "init", "--broker-bind", "127.0.0.1")
    run(tmp_path, "site", "add", SITE, "--name", "Trạm")

    assert run(tmp_path, "staff", "list", "--site", SITE).stdout == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "tiem-1", "--role", "king"), 2),
        (("add", "tiem-1", "--password-file", "/nonexistent/password"), 2),
        (("remove", "tiem-1"), 1),
    ],
)
def test_wrong_use_is_told_in_words(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    run(tmp_path, "init", "--broker-bind", "127.0.0.1")
    run(tmp_path, "site", "add", SITE, "--name", "Trạm")

    assert run(tmp_path, "staff", *words, "--site", SITE).exit_code == code


def test_a_step_names_the_files_of_a_vault() -> None:
    from provisioning.domain import steps

    assert steps.made_by(steps.ChangeVault(SITE)) == {
        f"sites/{SITE}/vault.json", f"sites/{SITE}/vault.key",
    }  # fmt: skip
