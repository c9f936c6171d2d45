"""A hub and two kiosks as real programs: one number for one person, the hub killed in between."""

import sqlite3
import ssl
import subprocess
from collections import Counter
from contextlib import closing, suppress

import httpx
import pytest
from factories.installations import kiosk
from factories.kiosk_programs import command_of, screen_of
from factories.lan import asked
from factories.vaults import HEAD, HEAD_PASSWORD
from factories.waiting import wait_until

from edge.adapters.hub_https import HttpsHub
from edge.domain.lan import Run
from edge.ports import HubUnavailable
from protocol.events import decode_body, decode_event
from protocol.site_events import Arrived
from provisioning.adapters.local_processes import free_ports
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Camera, Hub, Installation, Printer

pytestmark = pytest.mark.system

SITE, HUB = "phuoc-dinh", "hub-0001"
FIRST, SECOND = "kiosk-0001", "kiosk-0002"


class Site:
    """Three programs on this machine, each of which can be killed and started."""

    def __init__(self, directory):
        self.directory = directory
        ports = free_ports(5)
        self.pages = dict(zip((HUB, FIRST, SECOND), ports[:3], strict=True))
        self.device_port = ports[3]
        hub = Hub(
            addresses=("127.0.0.1",), device_port=ports[3], page_port=ports[4], bind="127.0.0.1"
        )
        provisioner = open_provisioner(directory)
        provisioner.init(Installation(broker_bind="127.0.0.1"))
        provisioner.add_site(SITE, "Trạm Y tế Phước Dinh", head=HEAD)
        for device, port in self.pages.items():
            provisioner.issue_device(
                kiosk(
                    device,
                    camera=Camera(driver="none"),
                    printer=Printer(driver="none"),
                    ui_port=port,
                    hub=hub if device == HUB else None,
                )
            )
        context = ssl.create_default_context(cafile=str(directory / "ca" / "ca.crt"))
        url = f"https://127.0.0.1:{ports[4]}"
        self.desk = httpx.Client(verify=context, base_url=url, headers={"origin": url})
        self.running = {}

    def folder(self, device):
        return self.directory / "devices" / device

    def url(self, device):
        return f"http://127.0.0.1:{self.pages[device]}"

    def start(self, *devices):
        for device in devices:
            with (self.directory / f"{device}.log").open("ab") as log:
                self.running[device] = subprocess.Popen(command_of(self.folder(device)), stderr=log)
        for device in devices:
            wait_until(lambda device=device: screen_of(self.url(device)), seconds=40)

    def kill(self, device):
        process = self.running.pop(device)
        process.kill()
        process.wait()

    def unlock(self):
        wait_until(self._logged_in, seconds=30)

    def _logged_in(self):
        with suppress(httpx.TransportError):
            answer = self.desk.post("/login", data={"login": HEAD.login, "password": HEAD_PASSWORD})
            return answer.status_code == 303
        return False

    def key_of_the_day(self, device):
        """Tell whether a kiosk has the site's key."""
        return '"day_key"' in (self.directory / f"{device}.log").read_text()

    def check_in(self, device, number):
        """Type a number at a kiosk; return what its page says then."""
        httpx.post(f"{self.url(device)}/touch/back")
        wait_until(lambda: screen_of(self.url(device)) == "attract")
        httpx.post(f"{self.url(device)}/number", content=number).raise_for_status()
        wait_until(lambda: screen_of(self.url(device)) == "done")
        return httpx.get(f"{self.url(device)}/state").json()

    def hub_as(self, device, seconds=5.0):
        return HttpsHub(
            [("127.0.0.1", self.device_port)],
            self.folder(device),
            site=SITE,
            claim_seconds=seconds,
        )

    def journal(self, device):
        """Return every event of a program that was killed."""
        path = self.folder(device) / "data" / "journal.db"
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("SELECT data FROM entries ORDER BY place").fetchall()
        return [decode_event(row[0]) for row in rows]

    def arrivals(self):
        bodies = [decode_body(event) for event in self.journal(HUB)]
        return [body for body in bodies if isinstance(body, Arrived)]


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    yield made
    for device in list(made.running):
        made.kill(device)
    made.desk.close()


def test_one_person_at_two_kiosks_has_one_number_and_who_came_without_the_hub_is_not_lost(site):
    site.start(HUB, FIRST, SECOND)
    site.unlock()
    wait_until(lambda: site.key_of_the_day(FIRST) and site.key_of_the_day(SECOND), seconds=30)

    first = site.check_in(FIRST, "058185000123")
    second = site.check_in(SECOND, "058185000123")
    site.kill(HUB)
    alone = [site.check_in(FIRST, "058185000124"), site.check_in(SECOND, "058185000124")]
    told = site.check_in(SECOND, "058185000125")["bar"]["vi"]
    site.start(HUB)
    with closing(site.hub_as(FIRST)) as hub:
        wait_until(hub.who, seconds=10)
    wait_until(lambda: _handed_over(site), seconds=20)
    for device in (HUB, FIRST, SECOND):
        site.kill(device)

    assert second["ticket"] == first["ticket"]
    assert alone[0]["ticket"] != alone[1]["ticket"]
    assert "Chưa nối được với máy chủ điểm tiêm" in told
    written = [e for d in (FIRST, SECOND) for e in site.journal(d) if e.type == "checked_in"]
    assert Counter(body.event for body in site.arrivals()) == Counter(e.id for e in written)
    assert len(written) == 4


def _handed_over(site):
    return all(
        "Chưa nối được" not in httpx.get(f"{site.url(device)}/state").json()["bar"]["vi"]
        for device in (FIRST, SECOND)
    )


def test_a_hub_that_is_killed_between_claim_and_arrival_takes_the_check_in_once(site):
    site.start(HUB)
    hub = site.hub_as(FIRST)
    granted = hub.claim(asked("0191-of-the-kiosk"))
    site.kill(HUB)
    with pytest.raises(HubUnavailable):
        hub.claim(asked("another"))

    site.start(HUB)
    same = hub.claim(asked("0191-of-the-kiosk"))
    run = _a_run(site)
    hub.hand_over(run)
    site.kill(HUB)
    site.start(HUB)
    again = hub.hand_over(run)
    hub.close()
    site.kill(HUB)

    assert (granted.answer, same.answer) == ("granted", "granted")
    assert again.through == run.through
    assert len(site.arrivals()) == 1


def _a_run(site):
    """Return what a kiosk wrote alone."""
    site.start(FIRST)
    site.check_in(FIRST, "058185000123")
    site.kill(FIRST)
    events = [e for e in site.journal(FIRST) if e.type == "checked_in"]
    path = site.folder(FIRST) / "data" / "journal.db"
    with closing(sqlite3.connect(path)) as connection:
        epoch, last = connection.execute("SELECT epoch, max(seq) FROM entries").fetchone()
        (data,) = connection.execute(
            "SELECT data FROM entries WHERE seq = ?", (events[0].seq,)
        ).fetchone()
    return Run(epoch=epoch, after=0, through=last, events=(data,))
