"""Which programs make a whole site on one machine."""

from dataclasses import replace

from provisioning.domain.local_site import LocalPorts, accounts_import, programs, roster_import, url

PORTS = LocalPorts(
    broker=1,
    platform=2,
    centre=3,
    printer=4,
    printer_page=5,
    kiosk=6,
    bulk=7,
    hub_devices=8,
    hub_pages=9,
)


def test_the_programs_start_in_the_order_in_which_they_need_each_other() -> None:
    started = programs("/srv/demo", PORTS, "/venv/bin/python", "/usr/sbin/mosquitto")

    assert [program.name for program in started] == [
        "broker",
        "platform",
        "centre",
        "printer",
        "kiosk",
    ]
    assert [port for program in started for port in program.listens] == [1, 2, 3, 7, 4, 5, 6, 8, 9]


def test_a_hub_apart_starts_before_the_kiosk_that_follows_it() -> None:
    apart = replace(PORTS, hub_screen=10)

    started = programs("/srv/demo", apart, "/venv/bin/python", "/usr/sbin/mosquitto")

    assert [(program.name, program.listens) for program in started[-2:]] == [
        ("hub", (10, 8, 9)),
        ("kiosk", (6,)),
    ]
    assert started[-2].command[-1].endswith("/devices/hub-0001/edge.toml")


def test_every_program_reads_what_provisioning_made() -> None:
    commands = {
        program.name: " ".join(program.command)
        for program in programs("/srv/demo", PORTS, "/venv/bin/python", "/usr/sbin/mosquitto")
    }

    assert commands["broker"].endswith("-c /srv/demo/provisioned/broker/mosquitto.conf")
    assert commands["centre"].endswith("--config /srv/demo/provisioned/centre/central.toml")
    assert commands["kiosk"].endswith("--config /srv/demo/provisioned/devices/kiosk-0001/edge.toml")


def test_a_list_is_taken_by_the_centres_own_command() -> None:
    added = roster_import("/srv/demo", "/venv/bin/python", "/a.csv", replace=False)
    replaced = roster_import("/srv/demo", "/venv/bin/python", "/a.csv", replace=True)

    assert " ".join(added.command) == (
        "/venv/bin/python -m central roster import /a.csv --site phuoc-dinh"
        " --config /srv/demo/provisioned/centre/central.toml"
    )
    assert replaced.command == (*added.command, "--replace")


def test_accounts_are_added_by_the_centres_own_command_and_no_password_is_on_the_line() -> None:
    added = accounts_import("/srv/demo", "/venv/bin/python", "centre-accounts.csv")

    assert " ".join(added.command) == (
        "/venv/bin/python -m central account import /srv/demo/centre-accounts.csv"
        " --config /srv/demo/provisioned/centre/central.toml"
    )


def test_a_page_of_this_machine_has_an_address() -> None:
    assert url(18070, "/api/summary") == "http://127.0.0.1:18070/api/summary"
