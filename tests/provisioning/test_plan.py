"""What each command would do, decided without touching anything."""

import pytest
from factories.installations import SITE, kiosk

from protocol.identity import DeviceId
from protocol.registry import DeviceStatus
from provisioning.domain.installation import Installation, Site
from provisioning.domain.plan import plan_device, plan_init, plan_revocation, plan_site
from provisioning.domain.refusal import Refused
from provisioning.domain.steps import (
    ACL,
    CopyFile,
    IssueCertificate,
    MakeAuthority,
    MakeSealingKey,
    PublishRegistry,
    Step,
    WriteFile,
)

INSTALLATION = Installation()
HERE = "/srv/made-here"
MADE = frozenset(
    {
        "tram.toml",
        "ca/ca.crt",
        "ca/ca.key",
        "registry.crt",
        "registry.cose",
        "broker/server.crt",
        "broker/ca.crt",
        "broker/acl",
        "broker/mosquitto.conf",
        "centre/centre.crt",
        "centre/ack.crt",
        "centre/bulk.crt",
        "centre/seal.key",
        "centre/seal.pub",
        "centre/ca.crt",
        "centre/registry.crt",
        "centre/registry.cose",
        "centre/central.toml",
    }
)


def written(steps: list[Step], name: str) -> str:
    return next(step.content for step in steps if isinstance(step, WriteFile) and step.name == name)


def test_an_empty_directory_gets_every_file() -> None:
    steps = plan_init(INSTALLATION, frozenset(), HERE, "lan")

    assert [type(step) for step in steps] == [
        WriteFile,
        MakeAuthority,
        IssueCertificate,
        IssueCertificate,
        CopyFile,
        WriteFile,
        WriteFile,
        IssueCertificate,
        IssueCertificate,
        IssueCertificate,
        MakeSealingKey,
        CopyFile,
        CopyFile,
        WriteFile,
        PublishRegistry,
    ]


def test_a_complete_installation_needs_nothing() -> None:
    assert plan_init(INSTALLATION, MADE, HERE, "lan") == []


def test_only_what_is_missing_is_made() -> None:
    steps = plan_init(INSTALLATION, MADE - {"broker/server.crt", "centre/seal.pub"}, HERE, "lan")

    assert [type(step) for step in steps] == [IssueCertificate, MakeSealingKey]


def test_a_lost_root_is_not_replaced_by_a_new_one() -> None:
    with pytest.raises(Refused, match="backup"):
        plan_init(INSTALLATION, MADE - {"ca/ca.crt", "ca/ca.key"}, HERE, "lan")


def test_the_brokers_certificate_names_its_hosts() -> None:
    installation = Installation(broker_hosts=("mqtt.tram.example", "192.0.2.7"))

    steps = plan_init(installation, MADE - {"broker/server.crt"}, HERE, "lan")

    assert [step.hosts for step in steps if isinstance(step, IssueCertificate)] == [
        ("mqtt.tram.example", "192.0.2.7")
    ]


def test_files_used_in_place_carry_the_paths_of_this_directory() -> None:
    steps = plan_init(INSTALLATION, frozenset(), HERE, "lan")

    conf = written(steps, "broker/mosquitto.conf")
    assert "user lan\n" in conf
    assert "cafile /srv/made-here/broker/ca.crt\n" in conf
    assert 'data_directory = "data"\n' in written(steps, "centre/central.toml")


def test_files_to_be_installed_carry_the_paths_of_their_machine() -> None:
    installation = Installation(installed_at="/etc/tram")

    steps = plan_init(installation, frozenset(), HERE, "lan")

    conf = written(steps, "broker/mosquitto.conf")
    assert "user mosquitto\n" in conf
    assert "keyfile /etc/tram/broker/server.key\n" in conf
    assert HERE not in conf
    central = written(steps, "centre/central.toml")
    assert 'data_directory = "/var/lib/tram-centre"\n' in central


def test_the_access_rules_can_be_read_by_the_broker_alone() -> None:
    steps = plan_init(INSTALLATION, frozenset(), HERE, "lan")

    modes = [step.mode for step in steps if isinstance(step, WriteFile) and step.name == ACL]
    assert modes == [0o600]


def test_a_site_has_its_key_before_it_has_its_name() -> None:
    steps = plan_site(SITE, MADE)

    assert [type(step) for step in steps] == [MakeSealingKey, CopyFile, WriteFile]
    assert 'name = "Trạm Y tế Phước Dinh"\n' in written(steps, "sites/phuoc-dinh/site.toml")


def test_a_site_is_added_once() -> None:
    with pytest.raises(Refused, match="there already"):
        plan_site(SITE, MADE | {"sites/phuoc-dinh/site.toml"})


def test_nothing_is_added_before_init() -> None:
    with pytest.raises(Refused, match="tram-provision init"):
        plan_site(SITE, frozenset())
    with pytest.raises(Refused, match="tram-provision init"):
        plan_device(kiosk(), SITE, INSTALLATION, {}, frozenset())
    with pytest.raises(Refused, match="tram-provision init"):
        plan_revocation(DeviceId("kiosk-0001"), {}, frozenset())


def test_a_device_is_registered_last() -> None:
    steps = plan_device(kiosk(), SITE, INSTALLATION, {}, MADE)

    assert steps[-1] == PublishRegistry(
        add=("kiosk-0001", "phuoc-dinh", "devices/kiosk-0001/device.crt")
    )


def test_the_site_remembers_the_prefix_before_the_device_is_made() -> None:
    steps = plan_device(kiosk(prefix="C"), SITE, INSTALLATION, {}, MADE)

    assert steps[0].name == "sites/phuoc-dinh/site.toml"
    assert 'kiosk-0001 = "C"\n' in written(steps, "sites/phuoc-dinh/site.toml")
    assert 'ticket_prefix = "C"\n' in written(steps, "devices/kiosk-0001/edge.toml")


def test_a_device_is_issued_once() -> None:
    with pytest.raises(Refused, match="there already; nothing was changed"):
        plan_device(kiosk(), SITE, INSTALLATION, {"kiosk-0001": DeviceStatus.ACTIVE}, MADE)


def test_a_revoked_id_is_never_given_again() -> None:
    with pytest.raises(Refused, match="new id"):
        plan_device(kiosk(), SITE, INSTALLATION, {"kiosk-0001": DeviceStatus.REVOKED}, MADE)


@pytest.mark.parametrize("name", ["centre", "broker", "registry", "centre-ack"])
def test_no_device_may_carry_a_name_with_rights_of_its_own(name: str) -> None:
    with pytest.raises(Refused, match="another device id"):
        plan_device(kiosk(name), SITE, INSTALLATION, {}, MADE)


def test_revocation_reaches_the_centre_before_the_broker() -> None:
    devices = {"kiosk-0001": DeviceStatus.ACTIVE, "kiosk-0002": DeviceStatus.ACTIVE}

    steps = plan_revocation(DeviceId("kiosk-0001"), devices, MADE)

    assert steps[0] == PublishRegistry(revoke=DeviceId("kiosk-0001"))
    assert "user kiosk-0001\ntopic deny #\n" in written(steps, ACL)
    assert "kiosk-0002" not in written(steps, ACL)


def test_revoking_again_mends_the_brokers_rules_and_signs_nothing() -> None:
    devices = {"kiosk-0001": DeviceStatus.REVOKED, "kiosk-0003": DeviceStatus.REVOKED}

    steps = plan_revocation(DeviceId("kiosk-0001"), devices, MADE)

    assert [type(step) for step in steps] == [WriteFile]
    assert "user kiosk-0003\n" in written(steps, ACL)


def test_an_unknown_device_cannot_be_revoked() -> None:
    with pytest.raises(Refused, match="device list"):
        plan_revocation(DeviceId("kiosk-0009"), {}, MADE)


def test_no_kiosk_gets_the_prefix_of_slips_printed_beforehand() -> None:
    with pytest.raises(Refused, match="printed beforehand"):
        Site("bac-ai", "Trạm Y tế Bác Ái").prefix_for("kiosk-0001", "GY")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    every = [*letters, *(first + second for first in letters for second in letters)]
    taken = {f"kiosk-{place:04d}": each for place, each in enumerate(every[: every.index("GY")])}

    assert Site("bac-ai", "Trạm", prefixes=taken).prefix_for("kiosk-9999", None) == "GZ"


def test_the_next_free_prefix_is_taken() -> None:
    site = Site("bac-ai", "Trạm Y tế Bác Ái", prefixes={"kiosk-0001": "A", "kiosk-0002": "C"})

    assert site.prefix_for("kiosk-0003", None) == "B"


def test_after_z_come_pairs() -> None:
    used = {f"kiosk-{number}": chr(ord("A") + number) for number in range(26)}

    assert Site("bac-ai", "Bác Ái", prefixes=used).prefix_for("kiosk-99", None) == "AA"


def test_a_site_can_run_out_of_prefixes() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    every = [*letters, *(one + two for one in letters for two in letters)]
    site = Site("bac-ai", "Bác Ái", prefixes={f"kiosk-{prefix}": prefix for prefix in every})

    with pytest.raises(Refused, match="every ticket prefix"):
        site.prefix_for("kiosk-new", None)


def test_a_kiosk_keeps_the_prefix_that_it_has() -> None:
    site = Site("bac-ai", "Bác Ái", prefixes={"kiosk-0001": "B"})

    assert site.prefix_for("kiosk-0001", None) == "B"
    assert site.prefix_for("kiosk-0001", "B") == "B"
    with pytest.raises(Refused, match="prints numbers with B"):
        site.prefix_for("kiosk-0001", "A")


def test_a_wish_that_nobody_has_is_granted() -> None:
    site = Site("bac-ai", "Bác Ái", prefixes={"kiosk-0001": "A", "kiosk-0002": "B"})

    assert site.prefix_for("kiosk-0003", "K") == "K"


def test_two_kiosks_of_a_site_never_share_a_prefix() -> None:
    site = Site("bac-ai", "Bác Ái", prefixes={"kiosk-0001": "A"})

    with pytest.raises(Refused, match="kiosk-0001 at this site prints numbers with A already"):
        site.prefix_for("kiosk-0002", "A")


@pytest.mark.parametrize("wish", ["", "a", "A1", "ABC", "Đ", "A\n"])
def test_a_prefix_is_one_or_two_plain_letters(wish: str) -> None:
    with pytest.raises(Refused, match="one or two letters"):
        Site("bac-ai", "Bác Ái").prefix_for("kiosk-0001", wish)
