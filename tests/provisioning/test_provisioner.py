"""The commands on a real directory: what is made, what is never touched again."""

import fcntl
import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_pem_private_key,
    load_pem_public_key,
)
from factories.installations import SITE, kiosk, provisioned

from protocol import cose
from protocol.errors import WireError
from protocol.registry import DeviceStatus, open_registry
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Installation
from provisioning.domain.refusal import Refused
from provisioning.ports import StoreError

INSTALLATION = Installation(broker_bind="127.0.0.1")


def tree(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def registry(directory: Path):
    certificate = cose.load_certificate((directory / "registry.crt").read_bytes())
    return open_registry((directory / "registry.cose").read_bytes(), certificate)


def test_the_tree_is_the_one_that_all_parts_expect(tmp_path: Path) -> None:
    provisioned(tmp_path, "kiosk-0001")

    assert sorted(tree(tmp_path)) == [
        ".lock",
        "broker/acl",
        "broker/ca.crt",
        "broker/mosquitto.conf",
        "broker/server.crt",
        "broker/server.key",
        "ca/ca.crt",
        "ca/ca.key",
        "ca/registry.key",
        "centre/ack.crt",
        "centre/ack.key",
        "centre/bulk.crt",
        "centre/bulk.key",
        "centre/ca.crt",
        "centre/central.toml",
        "centre/centre.crt",
        "centre/centre.key",
        "centre/registry.cose",
        "centre/registry.crt",
        "centre/seal.key",
        "centre/seal.pub",
        "centre/sites/phuoc-dinh.pub",
        "devices/kiosk-0001/ack.crt",
        "devices/kiosk-0001/ca.crt",
        "devices/kiosk-0001/centre-seal.pub",
        "devices/kiosk-0001/device.crt",
        "devices/kiosk-0001/device.key",
        "devices/kiosk-0001/edge.toml",
        "devices/kiosk-0001/registry.crt",
        "devices/kiosk-0001/site-seal.pub",
        "registry.cose",
        "registry.crt",
        "sites/phuoc-dinh/seal.key",
        "sites/phuoc-dinh/seal.pub",
        "sites/phuoc-dinh/site.toml",
        "tram.toml",
    ]


def test_no_key_and_no_directory_is_open_to_others(tmp_path: Path) -> None:
    provisioned(tmp_path / "made", "kiosk-0001")

    keys = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.key")}
    folders = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_dir()}
    assert keys == {0o600}
    assert folders == {0o700}


def test_no_folder_of_a_device_holds_the_key_of_another_part(tmp_path: Path) -> None:
    provisioned(tmp_path, "kiosk-0001", "kiosk-0002")

    keys = [path.name for path in (tmp_path / "devices").rglob("*.key")]
    assert keys == ["device.key", "device.key"]
    first, second = ((tmp_path / f"devices/kiosk-000{n}/device.key").read_bytes() for n in (1, 2))
    assert first != second


def test_a_second_init_changes_nothing(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path, "kiosk-0001")
    before = tree(tmp_path)

    assert provisioner.init(INSTALLATION) == []
    assert tree(tmp_path) == before


def test_an_init_with_other_settings_changes_nothing_and_says_which(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path)
    before = tree(tmp_path)

    with pytest.raises(Refused, match="broker_port is 8883"):
        provisioner.init(Installation(broker_bind="127.0.0.1", broker_port=9883))
    assert tree(tmp_path) == before


def test_an_installation_of_before_the_rosters_gets_the_certificate_that_it_lacks(
    tmp_path: Path,
) -> None:
    provisioner = provisioned(tmp_path, "kiosk-0001")
    settings = tmp_path / "tram.toml"
    before = [line for line in settings.read_text().splitlines() if "bulk" not in line]
    settings.write_text("\n".join(before))
    (tmp_path / "centre/bulk.crt").unlink()
    (tmp_path / "centre/bulk.key").unlink()

    written = provisioner.init(Installation(broker_bind="127.0.0.1", bulk_port=18443))

    assert written == ["centre/bulk.key", "centre/bulk.crt"]


@pytest.mark.parametrize("lost", ["centre/seal.pub", "broker/server.crt", "ca/ca.crt"])
def test_a_file_that_was_lost_is_made_again_from_its_key(tmp_path: Path, lost: str) -> None:
    provisioner = provisioned(tmp_path)
    keys = {name: data for name, data in tree(tmp_path).items() if name.endswith(".key")}
    (tmp_path / lost).unlink()

    assert provisioner.init(INSTALLATION) == [lost]
    assert {name: data for name, data in tree(tmp_path).items() if name.endswith(".key")} == keys


def test_the_registry_names_every_device_and_its_certificate(tmp_path: Path) -> None:
    provisioned(tmp_path, "kiosk-0001", "kiosk-0002")

    entries = registry(tmp_path).devices
    assert [(entry.device, entry.site) for entry in entries] == [
        ("kiosk-0001", "phuoc-dinh"),
        ("kiosk-0002", "phuoc-dinh"),
    ]
    certificate = cose.load_certificate((tmp_path / "devices/kiosk-0002/device.crt").read_bytes())
    assert entries[1].certificate == certificate.public_bytes(Encoding.DER)


def test_the_registry_says_what_people_call_each_site(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path, "kiosk-0001")
    assert registry(tmp_path).sites == {SITE.site: SITE.name}

    provisioner.add_site("bac-ai", "Trạm y tế Bác Ái")
    provisioner.issue_device(kiosk("kiosk-0002"))

    assert registry(tmp_path).sites == {SITE.site: SITE.name, "bac-ai": "Trạm y tế Bác Ái"}


def test_a_site_s_file_without_a_name_is_named(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path)
    (tmp_path / "sites/bac-ai").mkdir()
    (tmp_path / "sites/bac-ai/site.toml").write_text("name =")

    with pytest.raises(StoreError, match=r"sites/bac-ai/site\.toml names no site"):
        provisioner.issue_device(kiosk("kiosk-0001"))


def test_every_issue_of_the_registry_has_a_higher_serial(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path, "kiosk-0001")
    assert registry(tmp_path).serial == 2

    provisioner.revoke_device("kiosk-0001")

    assert registry(tmp_path).serial == 3
    assert datetime.fromisoformat(registry(tmp_path).issued_at).tzinfo == UTC


def test_the_centre_has_the_same_registry(tmp_path: Path) -> None:
    provisioned(tmp_path, "kiosk-0001")

    copy = tmp_path / "centre/registry.cose"
    assert copy.read_bytes() == (tmp_path / "registry.cose").read_bytes()


def test_a_copy_that_a_dying_command_left_behind_is_mended_by_the_next(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path)
    old = (tmp_path / "registry.cose").read_bytes()
    provisioner.issue_device(kiosk())
    (tmp_path / "centre/registry.cose").write_bytes(old)

    assert provisioner.init(INSTALLATION) == ["centre/registry.cose"]
    assert (tmp_path / "centre/registry.cose").read_bytes() != old


def test_a_device_that_was_cut_short_is_finished_with_the_same_key(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in ("registry.cose",)}
    provisioner.issue_device(kiosk())
    key = (tmp_path / "devices/kiosk-0001/device.key").read_bytes()
    certificate = (tmp_path / "devices/kiosk-0001/device.crt").read_bytes()
    (tmp_path / "registry.cose").write_bytes(before["registry.cose"])
    (tmp_path / "devices/kiosk-0001/edge.toml").unlink()

    provisioner.issue_device(kiosk())

    assert (tmp_path / "devices/kiosk-0001/device.key").read_bytes() == key
    assert (tmp_path / "devices/kiosk-0001/device.crt").read_bytes() == certificate
    assert [entry.device for entry in registry(tmp_path).devices] == ["kiosk-0001"]
    assert (tmp_path / "devices/kiosk-0001/edge.toml").exists()


def test_a_revoked_device_is_listed_as_revoked(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path, "kiosk-0001", "kiosk-0002")

    provisioner.revoke_device("kiosk-0001")

    assert [(entry.device, entry.status) for entry in provisioner.devices()] == [
        ("kiosk-0001", DeviceStatus.REVOKED),
        ("kiosk-0002", DeviceStatus.ACTIVE),
    ]


def test_kiosks_of_one_site_get_prefixes_of_their_own(tmp_path: Path) -> None:
    provisioned(tmp_path, "kiosk-0001", "kiosk-0002")

    prefixes = [
        tomllib.loads((tmp_path / f"devices/{device}/edge.toml").read_text())["ticket_prefix"]
        for device in ("kiosk-0001", "kiosk-0002")
    ]
    assert prefixes == ["A", "B"]


def test_sealing_keys_are_x25519_and_their_halves_fit(tmp_path: Path) -> None:
    provisioned(tmp_path, "kiosk-0001")

    site = load_pem_private_key((tmp_path / "sites/phuoc-dinh/seal.key").read_bytes(), None)
    given = load_pem_public_key((tmp_path / "devices/kiosk-0001/site-seal.pub").read_bytes())
    assert site.public_key() == given


@pytest.mark.parametrize("site", ["../ca", "Phước Dinh", "", "a/b"])
def test_a_site_id_that_is_a_path_is_refused(tmp_path: Path, site: str) -> None:
    provisioner = provisioned(tmp_path)

    with pytest.raises(WireError, match="bad_site_id"):
        provisioner.add_site(site, "Trạm Y tế")
    with pytest.raises(WireError, match="bad_site_id"):
        provisioner.issue_device(kiosk(site=site))


@pytest.mark.parametrize("device", ["../ca", "KIOSK", "kiosk/#", "+"])
def test_a_device_id_outside_the_grammar_is_refused(tmp_path: Path, device: str) -> None:
    provisioner = provisioned(tmp_path)

    with pytest.raises(WireError, match="bad_device_id"):
        provisioner.issue_device(kiosk(device))
    with pytest.raises(WireError, match="bad_device_id"):
        provisioner.revoke_device(device)


def test_a_device_needs_a_site_that_is_there(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path)

    with pytest.raises(Refused, match="tram-provision site add"):
        provisioner.issue_device(kiosk(site="bac-ai"))


def test_a_site_lies_in_a_time_zone_that_exists(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Asia/Ho_Chi_Minh"):
        provisioned(tmp_path).add_site("bac-ai", "Trạm Y tế Bác Ái", "Asia/Phan_Rang")


def test_a_mistyped_directory_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="tram-provision init"):
        open_provisioner(tmp_path / "typo").add_site(SITE.site, SITE.name)
    assert not (tmp_path / "typo").exists()


def test_two_commands_at_once_cannot_lose_a_device(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path)
    handle = os.open(tmp_path / ".lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)

    with pytest.raises(StoreError, match="another tram-provision"):
        provisioner.issue_device(kiosk())
    os.close(handle)

    assert provisioner.issue_device(kiosk())


def test_a_registry_of_another_installation_is_not_extended(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path / "ours")
    provisioned(tmp_path / "theirs")
    theirs = (tmp_path / "theirs/registry.cose").read_bytes()
    (tmp_path / "ours/registry.cose").write_bytes(theirs)

    with pytest.raises(WireError, match="bad_signature"):
        provisioner.issue_device(kiosk())


def test_settings_that_are_no_toml_are_named(tmp_path: Path) -> None:
    provisioner = provisioned(tmp_path)
    (tmp_path / "tram.toml").write_text("broker_hosts = [")

    with pytest.raises(StoreError, match=r"tram\.toml is no TOML"):
        provisioner.installation()


def test_the_certificates_of_the_installation_are_listed_with_their_last_day(
    tmp_path: Path,
) -> None:
    last_days = provisioned(tmp_path).certificates()

    assert sorted(last_days) == [
        "broker/server.crt",
        "ca/ca.crt",
        "centre/ack.crt",
        "centre/bulk.crt",
        "centre/centre.crt",
        "registry.crt",
    ]
    assert min(last_days.values()) > datetime(2028, 1, 1, tzinfo=UTC)
