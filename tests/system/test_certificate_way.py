"""The whole way of a certificate, with real programs: from the dose at a desk to a valid code on paper."""

import io
import json
import re
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import zxingcpp
from factories.local_sites import RunningSite, photo, running_site, wait_for
from factories.site_hubs import hidden
from PIL import Image
from pyzbar import pyzbar

from edge.adapters.clock import SystemClock
from edge.adapters.sheet_code import picture_of
from edge.ports.sheet import SheetCode
from provisioning.domain import local_site
from provisioning.services.local_site import LocalSite

pytestmark = pytest.mark.system
NUMBER = "058185000123"
CARD = f"{NUMBER}||Nguyễn Thị Mẫu|17081985|Nữ|Thôn 3, Phước Dinh, Thuận Nam, Ninh Thuận|05052021"
INJECTION, OBSERVATION = "/desk/injection/1", "/desk/observation/1"
DOSE = {
    "vaccine": "COVID-19 Vaccine Comirnaty", "lot": "FK0112", "dose_number": "2",
    "injector": "tiem-1", "then": "pause",
}  # fmt: skip


def quickened(directory: Path, site: LocalSite) -> None:
    """Let centre and hub look every moment, the centre for the sandbox's lists too.

    The kiosk asks for lists once an hour, and when the centre announces new ones.
    """
    made = directory / "provisioned"
    signers = local_site.url(site.ports.platform, "/certificates/signers")
    revoked = local_site.url(site.ports.platform, "/certificates/revocations")
    centre = f'trust_url = "{signers}"\nrevocations_url = "{revoked}"\n'
    centre += "refresh_minutes = 0.02\nissued_seconds = 0.3\n"
    _certificates(made / "centre" / "central.toml", centre)
    edge = made / "devices" / local_site.DEVICE / "edge.toml"
    _certificates(edge, "news_seconds = 0.3\nspread_seconds = 0\n")


def _certificates(path: Path, lines: str) -> None:
    text = re.sub(r"(?ms)^\[certificates\]\n.*?(?=^\[|\Z)", "", path.read_text(encoding="utf-8"))
    # Nobody's certificates are invented here.
    text = text.replace('driver = "simulated"\n\n[hub]', 'driver = "centre"\n\n[hub]')
    path.write_text(f"{text}\n[certificates]\n{lines}", encoding="utf-8")


@contextmanager
def head_at_a_desk(site: RunningSite) -> Iterator[httpx.Client]:
    """A browser at which the head of the site logged in."""
    url = f"https://127.0.0.1:{site.site.ports.hub_pages}"
    trust = ssl.create_default_context(cafile=str(site.directory / "provisioned" / "ca" / "ca.crt"))
    with httpx.Client(verify=trust, base_url=url, headers={"origin": url}, timeout=20) as http:
        told = {"login": "truong-tram", "password": site.site.passwords["truong-tram"]}
        wait_for(lambda: http.post("/login", data=told).status_code == 303, "the head's log-in")
        yield http


def press(http: httpx.Client, desk: str, visit: str, action: str, **fields: str) -> httpx.Response:
    """Press a button of a desk's page; what the page asks first is agreed to."""
    page = http.get(f"{desk}?visit={visit}").text
    answer = http.post(f"{desk}/{action}", data=hidden(page, action) | fields)
    if answer.status_code == 409:
        answer = http.post(f"{desk}/{action}", data=hidden(answer.text, "repeat"))
    assert answer.status_code == 303, answer.text
    return answer


def give_the_dose(http: httpx.Client, ticket: str) -> str:
    """Write a dose down at the injection desk; return the visit."""
    found = http.post(f"{INJECTION}/find", data={"what": ticket}).headers["location"]
    visit = found.partition("visit=")[2]
    press(http, INJECTION, visit, "transfer", to="injection")
    press(http, INJECTION, visit, "call")
    press(http, INJECTION, visit, "dose", **DOSE)
    press(http, INJECTION, visit, "transfer", to="observation")
    return visit


@cache
def picture() -> bytes:
    return photo(CARD)


def ask_at_the_kiosk(site: RunningSite) -> str:
    """Ask for the certificate with the card in hand; return the page."""
    site.http.post(f"{site.kiosk_url}/touch/back")
    site.http.post(f"{site.kiosk_url}/simulator/hold-up/nothing")
    site.http.post(f"{site.kiosk_url}/touch/wants")
    site.http.post(f"{site.kiosk_url}/touch/want/certificate")
    site.hold_up(picture())
    return site.wait_for_screen("certificates")["html"]["vi"]


def until_it_says(site: RunningSite, words: str) -> str:
    return wait_for(lambda: page if words in (page := ask_at_the_kiosk(site)) else None, words, 40)


def printed(site: RunningSite, touch: str) -> Image.Image:
    """Touch a button that prints; return the paper."""
    before = len(site.slips())
    site.http.post(f"{site.kiosk_url}/touch/{touch}")
    wait_for(lambda: len(site.slips()) > before, f"the paper of {touch}")
    picture = site.http.get(f"{site.printer_url}/slips/{before + 1}.png").raise_for_status()
    return Image.open(io.BytesIO(picture.content)).convert("L")


def verdict(site: RunningSite, code: str, directory: Path) -> dict[str, object]:
    """Return what the command says of a code, by the sandbox's published signers."""
    signers = site.http.get(f"{site.platform_url}/certificates/signers").raise_for_status()
    trust = directory / "signers.json"
    trust.write_bytes(signers.content)
    command = [sys.executable, "-m", "edge", "verify-certificate", "--trust", trust, "--json"]
    answer = subprocess.run(command, input=code.encode(), capture_output=True, check=True)
    return json.loads(answer.stdout)


def revoke(site: RunningSite) -> None:
    """Have the sandbox revoke the one certificate that it issued."""
    doses = site.http.get(f"{site.platform_url}/fhir/Immunization").raise_for_status().json()
    [dose] = [each["resource"]["id"] for each in doses["entry"]]
    order = {"immunization": dose}
    site.http.post(f"{site.platform_url}/certificates/revoke", json=order).raise_for_status()


def test_from_the_dose_at_a_desk_to_a_valid_certificate_on_paper(tmp_path):
    made = running_site(tmp_path, lambda site: quickened(tmp_path, site))
    with made as site, head_at_a_desk(site) as http:
        site.hold_up(picture())
        visit = give_the_dose(http, site.wait_for_screen("done")["ticket"])

        until_it_says(site, "đang chờ người phụ trách ký")
        pending = printed(site, "pending")
        today = SystemClock().now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()
        order = {"day": today, "algorithm": "PS256"}
        signed = site.http.post(f"{site.platform_url}/certificates/sign", json=order)
        until_it_says(site, "In giấy chứng nhận mũi 2")
        paper = printed(site, "certificate/1")

        [code] = [found.text for found in zxingcpp.read_barcodes(paper)]
        said = verdict(site, code, tmp_path)
        asked = press(http, OBSERVATION, visit, "certificates")
        state = http.get(asked.headers["location"]).text
        sheet = http.get(
            press(http, OBSERVATION, visit, "certificate-sheet").headers["location"]
        ).text

        kept = site.kiosk_data() / "lists" / "revocations.cose"
        wait_for(kept.exists, "the kiosk's list of revoked certificates")
        before = kept.read_bytes()
        revoke(site)
        wait_for(lambda: kept.read_bytes() != before, "the list that the centre announces")

    assert signed.json() == {"issued": 1}
    assert [found.text for found in zxingcpp.read_barcodes(pending)] == []
    assert [found.data.decode() for found in pyzbar.decode(paper)] == [code]
    assert (said["valid"], said["reason"]) == (True, "valid")
    assert said["person"]["name"].casefold().startswith("nguyễn thị mẫu")
    assert said["vaccinations"][0]["dose"] == 2
    # The desk knows of the kiosk's copy: its own page is a further one, with the same code.
    assert 'data-certificate="printed"' in state
    assert "BẢN IN LẠI" in sheet
    assert [found.text for found in zxingcpp.read_barcodes(drawn(sheet))] == [code]


def drawn(sheet: str):
    """Return the picture of the code on an A4 page."""
    [side] = re.findall(r'<svg class="qr"[^>]* viewBox="0 0 (\d+) \1"', sheet)
    [path] = re.findall(r'<path d="([^"]+)"', sheet)
    return picture_of(SheetCode(int(side), 0.3, "Q", path))
