"""Settings that a person gives: what is refused, and what the advice is."""

import tomllib

import pytest
from factories.installations import SITE, kiosk

from provisioning.domain import toml
from provisioning.domain.broker_files import acl, mosquitto_conf
from provisioning.domain.installation import Camera, Installation, Printer, Site
from provisioning.domain.refusal import Refused
from provisioning.domain.settings_files import central_toml, edge_toml, tram_toml


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"broker_hosts": ()}, "--broker-host"),
        ({"broker_hosts": ("mqtts://broker",)}, "without scheme"),
        ({"broker_hosts": ("broker:8883",)}, "without scheme"),
        ({"broker_hosts": ("",)}, "without scheme"),
        ({"broker_port": 0}, "1 to 65535"),
        ({"api_port": 65536}, "1 to 65535"),
        ({"installed_at": "etc/tram"}, "absolute"),
        ({"broker_user": "mosquitto\nallow_anonymous true"}, "line break"),
        ({"installed_at": "/etc/tram\nallow_anonymous true"}, "line break"),
    ],
)
def test_an_installation_that_cannot_work_is_refused(
    settings: dict[str, object], advice: str
) -> None:
    with pytest.raises(Refused, match=advice):
        Installation(**settings)


@pytest.mark.parametrize("host", ["localhost", "mqtt.tram.example", "192.0.2.7", "2001:db8::7"])
def test_a_broker_may_have_names_and_addresses(host: str) -> None:
    assert Installation(broker_hosts=(host,)).broker_hosts == (host,)


def test_a_site_needs_a_name() -> None:
    with pytest.raises(Refused, match="--name"):
        Site("bac-ai", "  ")


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"driver": "network"}, "--printer-host"),
        ({"driver": "usb", "vendor_id": 0x04B8}, "--printer-product"),
        ({"driver": "serial"}, "--printer-device"),
        ({"driver": "none", "paper_width_mm": 76}, "80 or 58"),
    ],
)
def test_a_printer_that_cannot_be_reached_is_refused(
    settings: dict[str, object], advice: str
) -> None:
    with pytest.raises(Refused, match=advice):
        Printer(**settings)


def test_a_camera_of_files_needs_a_folder() -> None:
    with pytest.raises(Refused, match="--camera-path"):
        Camera(driver="files")


def test_a_kiosks_addresses_and_ports_are_checked() -> None:
    with pytest.raises(Refused, match="neither a host name"):
        kiosk(broker_host="broker/8883")
    with pytest.raises(Refused, match="is no port"):
        kiosk(ui_port=-1)


def test_a_refusal_says_what_and_what_next() -> None:
    refusal = Refused("the disk is full", "make room")

    assert str(refusal) == "the disk is full; make room"
    assert (refusal.reason, refusal.advice) == ("the disk is full", "make room")


def test_settings_survive_the_way_through_toml() -> None:
    installation = Installation(broker_hosts=("mqtt.tram.example",), broker_store="/var/lib/m")

    fields = tomllib.loads(tram_toml(installation))

    assert fields["broker_hosts"] == ["mqtt.tram.example"]
    assert fields["broker_store"] == "/var/lib/m"
    assert "installed_at" not in fields


@pytest.mark.parametrize(
    "text",
    ['"', "\\", "dòng\nmới", "\t\x00\x1f\x7f", "Trạm Y tế Phước Dinh", "ꨀꨇꩉ", "🩹", "] # = '''"],
)
def test_any_text_survives_the_way_through_toml(text: str) -> None:
    document = toml.render("", {"a b": text, "list": (text,), "yes": True, "no": False, "n": 7})

    expected = {"a b": text, "list": [text], "yes": True, "no": False, "n": 7}
    assert tomllib.loads(document) == expected


def test_an_empty_table_is_left_out() -> None:
    assert toml.render("why", {"a": None}, {"t": {"b": None}}) == "# why\n"


def test_the_centre_finds_broker_database_and_platform() -> None:
    installation = Installation(
        broker_hosts=("mqtt.tram.example", "192.0.2.7"), centre_data="/srv/centre"
    )

    assert tomllib.loads(central_toml(installation)) == {
        "database_url": "sqlite:///central.db",
        "data_directory": "/srv/centre",
        "keys_directory": ".",
        "broker": {"host": "mqtt.tram.example", "port": 8883},
        "platform": {"url": "http://127.0.0.1:8090/fhir"},
        "api": {"host": "127.0.0.1", "port": 8070},
        "bulk": {"host": "0.0.0.0", "port": 8443},
    }


def test_the_centre_is_given_further_settings_as_they_are_written() -> None:
    more = '[accounts.communes]\nbac-ai = ["phuoc-dai"]\n'
    settings = tomllib.loads(central_toml(Installation(more=more)))

    assert settings["accounts"] == {"communes": {"bac-ai": ["phuoc-dai"]}}


def test_an_installed_centre_knows_where_its_backups_lie() -> None:
    settings = tomllib.loads(central_toml(Installation(installed_at="/etc/tram")))

    assert settings["backup"] == {"directory": "/var/backups/tram-centre"}


def test_a_centre_on_another_machine_than_the_broker_is_found_under_its_own_name() -> None:
    apart = Installation(centre_hosts=("centre.tram.example",), bulk_port=443)

    settings = tomllib.loads(edge_toml(kiosk(), SITE, "A", apart))

    assert settings["centre"] == {"host": "centre.tram.example", "port": 443}


def test_a_kiosk_gets_only_what_its_drivers_need() -> None:
    camera = Camera(driver="opencv", device=0, width=1280, height=720)
    printer = Printer(driver="usb", vendor_id=0x04B8, product_id=0x0202, paper_width_mm=58)
    asked = kiosk(camera=camera, printer=printer, broker_host="10.0.0.1", broker_port=1)

    assert tomllib.loads(edge_toml(asked, SITE, "A", Installation(installed_at="/etc/tram"))) == {
        "device": "kiosk-0001",
        "site": "phuoc-dinh",
        "site_name": "Trạm Y tế Phước Dinh",
        "time_zone": "Asia/Ho_Chi_Minh",
        "ticket_prefix": "A",
        "data_directory": "/var/lib/tram-edge",
        "keys_directory": ".",
        "broker": {"host": "10.0.0.1", "port": 1},
        "centre": {"host": "localhost", "port": 8443},
        "camera": {"driver": "opencv", "device": 0, "width": 1280, "height": 720},
        "printer": {
            "driver": "usb",
            "vendor_id": 1208,
            "product_id": 514,
            "paper_width_mm": 58,
        },
        "ui": {"host": "127.0.0.1", "port": 8080},
    }


def test_a_kiosk_with_a_virtual_printer_knows_where_its_page_is() -> None:
    asked = kiosk(virtual_printer="http://127.0.0.1:19101/")

    settings = tomllib.loads(edge_toml(asked, SITE, "A", Installation()))

    assert settings["ui"]["virtual_printer"] == "http://127.0.0.1:19101/"


def test_the_broker_listens_where_it_was_told() -> None:
    bound = mosquitto_conf(Installation(broker_bind="127.0.0.1"), "/b", "mosquitto")
    open_to_all = mosquitto_conf(Installation(), "/b", "mosquitto")

    assert "\nlistener 8883 127.0.0.1\n" in bound
    assert "\nlistener 8883\n" in open_to_all


def test_the_broker_keeps_sessions_only_where_it_was_told() -> None:
    kept = mosquitto_conf(Installation(broker_store="/var/lib/mosquitto"), "/b", "mosquitto")
    forgotten = mosquitto_conf(Installation(), "/b", "mosquitto")

    assert "\npersistence true\npersistence_location /var/lib/mosquitto/\n" in kept
    assert "\npersistence false\n" in forgotten


def test_the_access_rules_are_these() -> None:
    expected = """\
# Made by tram-provision; mosquitto reads it again on SIGHUP.
user centre
topic read tram/v1/+/+/up/#
topic write tram/v1/+/+/dn/#

pattern write tram/v1/+/%u/up/#
pattern read tram/v1/+/%u/dn/#
"""

    assert acl() == expected


def test_workers_have_a_listener_of_their_own_only_where_it_is_asked_for() -> None:
    shared = mosquitto_conf(Installation(broker_worker_port=8884), "/b", "mosquitto")
    alone = mosquitto_conf(Installation(), "/b", "mosquitto")

    assert "listener 8884" in shared
    assert alone.count("listener ") == shared.count("listener ") - 1


def test_a_port_for_workers_is_checked_like_any_other() -> None:
    with pytest.raises(Refused, match="70000"):
        Installation(broker_worker_port=70_000)
