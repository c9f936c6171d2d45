"""A power cut and no line to the outside: the hub's log-in brings names and certificates back.

The centre's listener is real and is gone after the first minute; the kiosk never saw it.
"""

from contextlib import closing
from datetime import UTC, datetime

import pytest
import zxingcpp
from factories import canaries, web
from factories.certificates import ec_key, signer_certificate
from factories.engines import SerialEngine
from factories.kept import told
from factories.kiosk_programs import go_home, screen_of
from factories.lan_programs import FIRST, HUB, SECOND, SITE, Site
from factories.printers import on_network
from factories.published_lists import trust_json
from factories.rosters import person
from factories.vaults import HEAD
from factories.waiting import wait_until
from fakes.bulk import running_bulk

from central.domain.certificate_lists import ListKind, read_list
from central.domain.roster import plan_import
from central.ports import Issue
from protocol.events import decode_body
from protocol.identity import SiteId
from provisioning.domain.installation import Printer, Scanner

pytestmark = pytest.mark.system

NOW = datetime(2026, 11, 22, tzinfo=UTC)
QUICK = "[roster]\nrefresh_minutes = 0.02\n[certificates]\nnews_seconds = 0.5\n"


def tell(bulk):
    """Let the centre know one person, one certificate and its signer."""
    listed = [person(number=canaries.NUMBER, name=canaries.NAME)]
    bulk.rosters.change(
        SiteId(SITE), lambda there: plan_import(there, listed, replace=False), NOW, "list"
    )
    signers = read_list(ListKind.TRUST, trust_json(signer_certificate(ec_key())))
    bulk.lists.put(ListKind.TRUST, Issue(1, NOW, signers.entries, "test"), signers.content)
    bulk.book.take([told(number=canaries.NUMBER, name=canaries.NAME, code=canaries.CERTIFICATE)])


@pytest.fixture(scope="module")
def printer():
    with on_network() as wired:
        yield wired


@pytest.fixture
def engines(tmp_path):
    """The scan engine of each device."""
    (tmp_path / "engines").mkdir()
    return {device: SerialEngine(tmp_path / "engines" / device) for device in (HUB, FIRST, SECOND)}


@pytest.fixture
def site(tmp_path, printer, engines):
    """A site whose hub has heard from the centre; nothing runs any more."""

    def made_of(device):
        port = printer.printer._transport.port
        return {
            "centre_port": bulk.port, "more": QUICK, "records": "centre",
            "printer": Printer(driver="network", host="127.0.0.1", port=port),
            "scanner": Scanner(driver="serial", device=str(engines[device].path)),
        }  # fmt: skip

    with running_bulk(tmp_path / "made") as bulk:
        bulk.provisioner.add_staff(SITE, HEAD)
        tell(bulk)
        made = Site(tmp_path / "made", bulk.provisioner, made_of)
        made.start(HUB)
        wait_until(lambda: made.log(HUB).count('"kept"') >= 2, seconds=20)
        wait_until((made.folder(HUB) / "data" / "lists" / "trust.cose").exists, seconds=20)
        made.kill(HUB)
    with closing(made):
        yield made


def test_a_log_in_brings_the_list_and_certificates_back_and_the_disks_name_nobody(
    site, engines, printer
):
    site.start(HUB, FIRST)
    before = site.check_in(FIRST, "058185000999")
    site.unlock()
    wait_until(lambda: "cập nhật lúc" in site.bar(FIRST), seconds=20)
    # Until it has the list of signers it honestly knows nobody who may have signed.
    wait_until(lambda: '"name": "trust"' in site.log(FIRST), seconds=40)
    site.check_in(FIRST, canaries.NUMBER)
    for device in (FIRST, HUB):
        print_certificate(site, device, engines[device])
    for device in (HUB, FIRST):
        site.kill(device)

    assert before["ticket"]
    assert [each.standing for each in bodies(site, FIRST, "checked_in")] == ["unknown", "verified"]
    copies = [each for d in (FIRST, HUB) for each in bodies(site, d, "certificate_printed")]
    assert [(copy.proof, copy.reprint) for copy in copies] == [("proven", False), ("proven", True)]
    longest = sorted(printer.slips, key=lambda slip: slip.height)[-2:]
    read = [code.text for slip in longest for code in zxingcpp.read_barcodes(slip.convert("L"))]
    assert read == [canaries.CERTIFICATE] * 2
    assert {path.name for path in site.files()} >= {"kept.db", "journal.db", "site.db"}
    assert canaries.traces_in_files(site.files()) == {}


def print_certificate(site, device, engine):
    """Ask for the certificate as its person does, and wait for the paper."""
    wait_until(lambda: go_home(site.url(device)))
    for touch in ("wants", "want/certificate"):
        web.post(f"{site.url(device)}/touch/{touch}").raise_for_status()
    engine.scan(canaries.CARD.encode())
    wait_until(lambda: screen_of(site.url(device)) == "certificates")
    web.post(f"{site.url(device)}/touch/certificate/1").raise_for_status()
    wait_until(lambda: '"kind": "certificate"' in site.log(device), seconds=20)


def bodies(site, device, kind):
    return [decode_body(event) for event in site.journal(device) if event.type == kind]
