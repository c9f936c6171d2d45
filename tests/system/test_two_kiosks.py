"""Two kiosks of one site, real programs: numbers never meet, and what one said is never the other's."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from factories.installations import kiosk
from factories.local_sites import RunningSite, running_site, wait_for

from provisioning.adapters.local_processes import LocalProcesses, free_ports
from provisioning.bootstrap import open_provisioner
from provisioning.domain import local_site
from provisioning.domain.local_site import Program

pytestmark = pytest.mark.system

EACH = 4
SECOND = "kiosk-0002"


@pytest.fixture
def kiosks(tmp_path):
    """Yield the site as each of its two kiosks sees it."""
    with running_site(tmp_path) as first:
        port = free_ports(1)[0]
        provisioner = open_provisioner(tmp_path / "provisioned")
        provisioner.issue_device(kiosk(SECOND, ui_port=port))
        settings = tmp_path / "provisioned" / "devices" / SECOND / "edge.toml"
        program, page = first.site.program(local_site.KIOSK), local_site.url(port, "")
        command = (*program.command[:-1], str(settings))
        programs = LocalProcesses(tmp_path / "logs-of-the-second")
        second = RunningSite(tmp_path, first.site)
        second.kiosk_url = page
        try:
            started = Program(SECOND, command, (port,), f"{page}/state")
            programs.start(started)
            programs.wait_ready(started, 60)
            yield first, second
        finally:
            second.http.close()
            programs.stop_all()


def serve(site: RunningSite, numbers: range) -> list[str]:
    """Check people in at one kiosk, one after another; return their tickets."""
    tickets = []
    for number in numbers:
        site.http.post(f"{site.kiosk_url}/touch/back")
        site.wait_for_screen("attract")
        site.type_number(f"058185{number:06d}")
        tickets.append(site.wait_for_screen("done")["ticket"])
    return tickets


def test_two_kiosks_number_apart_and_every_visit_arrives_under_its_own(kiosks):
    first, second = kiosks
    with ThreadPoolExecutor(2) as people:
        one = people.submit(serve, first, range(100, 100 + EACH))
        other = people.submit(serve, second, range(200, 200 + EACH))

    wait_for(lambda: len(first.visits()) == 2 * EACH, "all visits")

    assert one.result() == ["A001", "A002", "A003", "A004"]
    assert other.result() == ["B001", "B002", "B003", "B004"]
    assert Counter((v["device"], v["ticket"][0]) for v in first.visits()) == {
        ("kiosk-0001", "A"): EACH,
        (SECOND, "B"): EACH,
    }


def test_a_person_at_both_kiosks_is_refused_at_neither(kiosks):
    first, second = kiosks

    tickets = [serve(first, range(300, 301)), serve(second, range(300, 301))]

    assert tickets == [["A001"], ["B001"]]
    wait_for(lambda: len(first.visits()) == 2, "both visits")
    wait_for(
        lambda: {visit["state"] for visit in first.visits()} == {"reconciled"}, "both records", 60
    )
