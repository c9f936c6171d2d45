"""The kiosk's screen as it is: real Chromium in kiosk mode, an ordinary user, the role's own rules."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from factories import web
from factories.browsers import KEEPER, SIZE, browser, foreign, rules, screen, shot
from factories.chromium import chromium
from factories.kiosk_programs import running_kiosk, screen_of
from factories.pictures import pictures
from factories.waiting import wait_until
from PIL import Image
from playwright.sync_api import Page

from provisioning.adapters.local_processes import free_ports

pytestmark = pytest.mark.system
PICTURE = pictures("") / "kiosk-xvfb.png"


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """Run a kiosk and yield its page's address."""
    with running_kiosk(tmp_path_factory.mktemp("kiosk")) as found:
        yield found + "/"


def shown(url: str) -> str | None:
    return screen_of(url.rstrip("/"))


def alive(url: str) -> bool:
    return web.get(f"{url}heartbeat").status_code == 204


@contextmanager
def page() -> Iterator[Page]:
    with chromium(whole=True) as found:
        yield found.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})


def differing(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels clearly of another colour; where the bar tells the time, none."""
    a, b = (np.asarray(picture.convert("RGB"), np.int16)[:450] for picture in (one, other))
    return float((np.abs(a - b).max(axis=2) > 60).mean())


def test_the_screen_shows_the_page_and_nothing_of_the_browser(url: str, tmp_path: Path) -> None:
    with page() as opened:
        opened.goto(url)
        opened.wait_for_selector("main h1")
        opened.screenshot(path=tmp_path / "page.png")
    expected = Image.open(tmp_path / "page.png")

    def same() -> bool:
        now = shot(display)
        return now is not None and now.size == SIZE and differing(now, expected) < 0.015

    with screen() as display, browser(url, display):
        wait_until(same, seconds=180)
        wait_until(lambda: alive(url), seconds=30)
        picture = shot(display)

    picture.save(PICTURE, optimize=True)


def test_a_foreign_page_is_never_asked_for(url: str) -> None:
    with foreign() as site, screen() as display:
        with browser(site.url, display, kiosk=url):
            wait_until(lambda: _something_is_shown(display), seconds=180)

        # The heartbeat is the keeper's own question, not the browser's.
        assert set(site.asked) <= {"/heartbeat"}


def _something_is_shown(display: str) -> bool:
    now = shot(display)
    return now is not None and len(now.convert("L").resize((64, 40)).getcolors() or []) > 3


def test_without_the_rules_the_same_page_is_asked_for() -> None:
    with foreign() as site, screen() as display, browser(site.url, display):
        wait_until(lambda: "/" in site.asked, seconds=180)


ATTACK = """<!doctype html><title>Trang lạ</title><script>
const kiosk = "KIOSK", sent = [];
for (const path of ["touch/help", "touch/keypad", "number", "heartbeat"]) {
  for (const mode of ["no-cors", "cors"]) sent.push(fetch(kiosk + path, {method: "POST", mode, body: "058185000123"}));
  navigator.sendBeacon(kiosk + path, "058185000123");
  const form = document.body.appendChild(document.createElement("form"));
  const frame = document.body.appendChild(document.createElement("iframe"));
  frame.name = path; form.target = path; form.method = "post"; form.action = kiosk + path; form.submit();
}
for (const path of ["", "state", "events"]) {
  document.body.appendChild(document.createElement("iframe")).src = kiosk + path;
  document.body.appendChild(document.createElement("img")).src = kiosk + path;
}
window.sent = Promise.allSettled(sent).then((all) => all.length);
new EventSource(kiosk + "events");
window.done = fetch(kiosk + "state").then((r) => r.text()).catch(() => "unreadable");
window.socket = new Promise((end) => {
  const socket = new WebSocket(kiosk.replace("http", "ws") + "events");
  socket.onopen = () => end("open"); socket.onerror = () => end("refused");
});
</script><body>"""


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_hostile_page_in_another_tab_cannot_drive_the_kiosk(url: str, name: str) -> None:
    attack = ATTACK.replace("<body>", "").replace("<script>", "<body><script>")
    with foreign(attack.replace("KIOSK", url)) as site, page() as opened:
        asked: list[tuple[str, str]] = []
        opened.on("request", lambda request: asked.append((request.method, request.url)))
        opened.goto(site.url.replace("127.0.0.1", name))

        assert opened.evaluate("window.sent") == 8
        assert opened.evaluate("window.done") == "unreadable"
        assert opened.evaluate("window.socket") == "refused"

    assert {("POST", f"{url}touch/help"), ("POST", f"{url}number")} <= set(asked)
    assert shown(url) == "attract"


def test_the_same_requests_of_a_program_on_this_machine_do_drive_it(url: str) -> None:
    web.post(f"{url}touch/help")
    wait_until(lambda: shown(url) == "staff_wanted")

    web.post(f"{url}touch/back")
    wait_until(lambda: shown(url) == "attract")


def test_a_name_that_was_bent_to_this_machine_is_refused(url: str) -> None:
    answer = web.get(url, headers={"host": "evil.example"})

    assert answer.status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_is_refused_by_what_the_browser_says_of_it(url: str, site: str) -> None:
    answer = web.post(f"{url}touch/help", headers={"sec-fetch-site": site})

    assert answer.status_code == 403
    assert shown(url) == "attract"


def test_the_rules_close_what_a_person_could_leave_the_page_by() -> None:
    found = rules("http://127.0.0.1:8080/")

    assert found["URLAllowlist"] == ["http://127.0.0.1:8080"]
    assert found["DeveloperToolsAvailability"] == 2
    assert found["DownloadRestrictions"] == 3
    closed = ("TranslateEnabled", "PrintingEnabled", "PasswordManagerEnabled")
    assert [found[name] for name in closed] == [False, False, False]


def test_systemds_watchdog_hears_of_a_page_that_lives(keeper) -> None:
    with foreign() as living:
        said = keeper(living.url, least=4)

    assert said == ["--ready", *["WATCHDOG=1"] * (len(said) - 1)]


def test_systemds_watchdog_hears_nothing_while_no_page_lives(keeper) -> None:
    with foreign(status=503) as dead:
        assert keeper(dead.url, asked=lambda: len(dead.asked) >= 4) == ["--ready"]


def test_a_kiosk_that_does_not_answer_is_not_the_browsers_fault(keeper) -> None:
    assert keeper(f"http://127.0.0.1:{free_ports(1)[0]}/", least=3)[1:3] == ["WATCHDOG=1"] * 2


@pytest.fixture
def keeper(tmp_path: Path):
    """Return what runs the keeper, with a sleep for a browser, and gives what systemd hears."""
    said = tmp_path / "said"
    notify = tmp_path / "systemd-notify"
    notify.write_text(f'#!/bin/sh\necho "$1" >> {said}\n')
    notify.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "RUNTIME_DIRECTORY": str(tmp_path),
        "TRAM_SCREEN_SECONDS": "0.1",
    }

    def heard() -> list[str]:
        return said.read_text().split() if said.exists() else []

    def run(url: str, *, least: int = 0, asked=lambda: True) -> list[str]:
        command = [str(KEEPER), url, "sh", "-c", "exec sleep 30"]
        with subprocess.Popen(command, env=environment, start_new_session=True) as process:
            try:
                wait_until(lambda: asked() and len(heard()) >= max(1, least))
                return heard()
            finally:
                os.killpg(process.pid, 15)

    return run
