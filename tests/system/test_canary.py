"""A canary: nothing of an invented person stays on the kiosk, in logs, in topics or in URLs.

The person's card differs from the site's list, the slip and a correction slip are printed, the kiosk
is killed in the midst of it all, an earlier certificate is held up, a complaint is opened: the names
pass through every part.
"""

import json
import ssl
import subprocess
import sys
import time
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from factories import canaries
from factories.certificates import ec_key, signer_certificate
from factories.local_sites import RunningSite, photo, running_site, sheet, wait_for
from factories.published_lists import trust_json
from paho.mqtt.enums import CallbackAPIVersion

from edge.ui.words import built_in
from protocol import cose, events, messages
from provisioning.domain import local_site
from provisioning.domain.installation import Kiosk
from provisioning.services.local_site import SITE

pytestmark = pytest.mark.system

LISTENER = "listener-0001"
DELAYS = (0.15, 0.3, 0.5, 0.8, 1.2, 2.5)
"""Seconds after the card is held up at which the power goes: reading, writing, printing."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    temporary = tmp_path_factory.mktemp("temporary")
    patch.setenv("TMPDIR", str(temporary))
    people = tmp_path_factory.mktemp("office") / "people.csv"
    people.write_text(canaries.ROSTER, encoding="utf-8")
    try:
        with running_site(tmp_path_factory.mktemp("site")) as site:
            site.site.import_roster(str(people))
            trust_signer(site, people.with_name("trust.json"))
            yield Life(site, temporary).live()
    finally:
        patch.undo()


def trust_signer(site: RunningSite, published: Path) -> None:
    """Let the centre take in a list with the signer of the certificate, by its own command."""
    published.write_bytes(trust_json(signer_certificate(ec_key())))
    settings = site.directory / "provisioned" / "centre" / "central.toml"
    command = [sys.executable, "-m", "central", "trust", "import", published, "--config", settings]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


class Life:
    """What the canary does at the site, and what was found on the way."""

    def __init__(self, site: RunningSite, temporary: Path) -> None:
        self.site = site
        self.temporary = temporary
        self.after_power_cuts: list[dict[str, list[bytes]]] = []
        self.open_files: dict[str, list[bytes]] = {}
        self.heard: list[tuple[str, bytes]] = []
        self.kinds: list[str] = []
        self.limits = ""
        self.verdict_page = ""

    def live(self) -> "Life":
        listener = self._listen()
        for delay in DELAYS:
            self._power_cut_after(delay)
        self._check_in()
        self._complain()
        pid = self.site.site.pid(local_site.KIOSK)
        self.limits = Path(f"/proc/{pid}/limits").read_text()
        self.open_files = canaries.traces_in_files(Path(f"/proc/{pid}/fd").iterdir())
        wait_for(
            lambda: self._heard_of("complaint_opened"), "the complaint's event at the broker", 60
        )
        self.site.drained()
        listener.disconnect()
        listener.loop_stop()
        return self

    def kiosk_files(self) -> list[Path]:
        return [*self.site.kiosk_data().parent.rglob("*"), *self.temporary.rglob("*")]

    def _power_cut_after(self, seconds: float) -> None:
        self.site.hold_up(photo(canaries.CARD))
        # Not a wait for something: the moment of the cut is what is tried.
        time.sleep(seconds)
        self.site.site.kill(local_site.KIOSK)
        self.after_power_cuts.append(canaries.traces_in_files(self.kiosk_files()))
        self.site.site.start(local_site.KIOSK)

    def _check_in(self) -> None:
        wait_for(self._knows_the_list, "the site's list", 60)
        self.site.hold_up(photo(canaries.CARD))
        screen = self._say_yes_until("done")
        assert canaries.NAME not in json.dumps(screen, ensure_ascii=False)
        wait_for(lambda: self.site.screen()["slip"] == "printed", "the slip")
        self.site.hold_up(sheet(canaries.CERTIFICATE))
        self.verdict_page = wait_for(self._verdict, "the verdict on the certificate")
        wait_for(lambda: self.site.screen()["slip"] == "printed", "the slip with the dose")
        self.site.http.post(f"{self.site.kiosk_url}/touch/back")

    def _knows_the_list(self) -> bool:
        bar = self.site.screen()["bar"]["vi"]
        return "danh sách" in bar.lower() and built_in().say("bar.roster_none", "vi") not in bar

    def _verdict(self) -> str:
        shown = repr(self.site.screen())
        return shown if "data-verdict" in shown else ""

    def _complain(self) -> None:
        for touch in ("wants", "want/complaint", "subject/dose_missing"):
            self.site.http.post(f"{self.site.kiosk_url}/touch/{touch}").raise_for_status()
        self.site.hold_up(photo(canaries.CARD))
        self._say_yes_until("complained")

    def _say_yes_until(self, name: str) -> dict:
        def there() -> dict | None:
            screen = self.site.screen()
            if screen["screen"] == "differs":
                self.site.http.post(f"{self.site.kiosk_url}/touch/yes")
            self.kinds.append(screen["screen"])
            return screen if screen["screen"] == name else None

        return wait_for(there, f"the screen {name}")

    def _listen(self) -> mqtt.Client:
        """Let one more device read all that anybody says: the centre's own place stays its own."""
        made = self.site.directory / "provisioned"
        self.site.site._provisioner.issue_device(Kiosk(device=LISTENER, site=SITE, prefix="Z"))
        with (made / "broker" / "acl").open("a") as rules:
            rules.write(f"\nuser {LISTENER}\ntopic read #\n")
        self.site.site.restart_after_kill(local_site.BROKER)
        keys = made / "devices" / LISTENER
        client = mqtt.Client(CallbackAPIVersion.VERSION2, LISTENER, protocol=mqtt.MQTTv5)
        context = ssl.create_default_context(cafile=str(keys / "ca.crt"))
        context.load_cert_chain(str(keys / "device.crt"), str(keys / "device.key"))
        client.tls_set_context(context)
        client.on_connect = lambda c, *_: c.subscribe("#", qos=1)
        client.on_message = lambda _c, _u, m: self.heard.append((m.topic, m.payload))
        client.connect("localhost", self.site.site.ports.broker)
        client.loop_start()
        return client

    def _heard_of(self, kind: str) -> bool:
        return any(event.type == kind for event in self.events())

    def events(self) -> list[events.Event]:
        """Return the events in the batches that came through the broker."""
        batches = [data for topic, data in self.heard if topic.endswith("/up/batch")]
        return [
            events.decode_event(data)
            for batch in batches
            for data in messages.decode_batch(cose.parse(batch)).events
        ]


def test_the_canary_did_pass_through_every_part(lived):
    kinds = {event.type for event in lived.events()}
    sealed = [event for event in lived.events() if event.sealed]
    bodies = [events.decode_body(event) for event in lived.events()]

    assert {"checked_in", "certificate_seen", "complaint_opened", "slip_printed"} <= kinds
    # A machine that follows no time server doubts its clock besides.
    seen = [body for body in bodies if isinstance(body, events.CertificateSeen)]
    assert [(body.verdict, body.fit) for body in seen] == [("valid", "fits")]
    assert 'data-verdict="valid"' in lived.verdict_page
    assert any(isinstance(body, events.SlipPrinted) and body.reprint for body in bodies)
    assert sealed
    assert "differs" in lived.kinds
    assert any(getattr(body, "differences", ()) for body in bodies)
    assert {body.kind for body in bodies if isinstance(body, events.SlipPrinted)} >= {
        "queue", "correction",
    }  # fmt: skip


def test_the_search_finds_what_is_there(tmp_path):
    planted = {
        "plain": canaries.CARD.encode(),
        "json": json.dumps({"name": canaries.NAME}).encode(),
        "base64": b"xx" + canaries.base64.b64encode(b"ab" + canaries.NAME.encode() + b"cd"),
        "wide": canaries.NAME.encode("utf-16-le"),
        "address": canaries.urllib.parse.quote(canaries.NAME).encode(),
    }
    for name, data in planted.items():
        (tmp_path / name).write_bytes(data)

    found = canaries.traces_in_files(tmp_path.iterdir())

    assert {Path(name).name for name in found} == set(planted)


def test_nothing_is_readable_on_a_kiosk_that_lost_its_power(lived):
    assert lived.after_power_cuts == [{}] * len(DELAYS)


def test_nothing_is_in_any_file_of_the_kiosk_or_its_temporary_folder(lived):
    names = {path.name for path in lived.kiosk_files()}

    assert {"journal.db", "journal.db-wal"} <= names
    assert canaries.traces_in_files(lived.kiosk_files()) == {}


def test_nothing_is_in_any_file_that_the_kiosk_holds_open(lived):
    assert lived.open_files == {}


def test_a_crash_leaves_no_image_of_the_memory(lived):
    line = next(line for line in lived.limits.splitlines() if line.startswith("Max core file size"))

    assert line.split()[4:6] == ["0", "0"]


def test_nothing_is_in_any_log_or_in_any_url_that_was_logged(lived):
    logs = list((lived.site.directory / "logs").iterdir())

    assert {"kiosk.log", "broker.log", "centre.log"} <= {log.name for log in logs}
    assert canaries.traces_in_files(logs) == {}


def test_nothing_is_in_topics_or_in_payloads_outside_the_sealings(lived):
    assert lived.heard
    assert [topic for topic, _ in lived.heard if canaries.traces_in(topic.encode())] == []
    assert [topic for topic, data in lived.heard if canaries.traces_in(data)] == []
    assert [e.type for e in lived.events() if canaries.traces_in(events.encode_event(e))] == []


def test_the_broker_keeps_nothing_either(lived):
    broker = lived.site.directory / "provisioned" / "broker"

    assert canaries.traces_in_files(broker.rglob("*")) == {}
