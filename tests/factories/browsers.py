"""The kiosk's own screen: an X server without a monitor, and Chromium as the kiosk's unit starts it."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jinja2
from PIL import Image, ImageGrab

PROJECT = Path(__file__).parents[2]
ROLE = PROJECT / "ansible/roles/kiosk_browser"
KEEPER = ROLE / "files/tram-screen"
SIZE = (1280, 800)
NOBODY = 65534


def rules(url: str) -> dict[str, object]:
    """Return the browser's rules as the role writes them."""
    environment = jinja2.Environment(autoescape=False)
    environment.filters["to_json"] = json.dumps
    text = (ROLE / "templates/tram-kiosk.json.j2").read_text()
    values = {"kiosk_browser_allowed": [url.rstrip("/")], "kiosk_browser_ca": ""}
    return json.loads(environment.from_string(text).render(values))


@contextmanager
def screen() -> Iterator[str]:
    """Yield the name of an X display of the reference screen's size; it is one that nobody uses."""
    picture = f"{SIZE[0]}x{SIZE[1]}x24"
    # Without -noreset the server starts over when its last client leaves: a look at the screen, taken
    # before the browser has connected, then costs the browser its connection and its life.
    command = [
        "Xvfb",
        "-displayfd",
        "1",
        "-screen",
        "0",
        picture,
        "-nolisten",
        "tcp",
        "-ac",
        "-noreset",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            number = process.stdout.readline().strip()
            assert number, "Xvfb found no free display"
            yield f":{number}"
        finally:
            process.terminate()


def shot(display: str) -> Image.Image | None:
    """Return what is on the screen, or None while there is no screen yet."""
    try:
        return ImageGrab.grab(xdisplay=display)
    except OSError:
        return None


@contextmanager
def browser(url: str, display: str, *, kiosk: str | None = None) -> Iterator[None]:
    """Show ``url`` as the kiosk's unit does, as an ordinary user, under the rules for ``kiosk``.

    The rules lie where this browser alone sees them: in a mount namespace of its own.
    """
    # Not below pytest's folder, which belongs to root alone.
    with tempfile.TemporaryDirectory(prefix="tram-screen-") as name:
        directory = Path(name)
        directory.chmod(0o711)
        etc, home = directory / "chromium", directory / "run"
        (etc / "policies/managed").mkdir(parents=True)
        (etc / "policies/managed/tram-kiosk.json").write_text(json.dumps(rules(kiosk or url)))
        home.mkdir(mode=0o700)
        os.chown(home, NOBODY, NOBODY)
        keeper = shutil.copy(KEEPER, directory)
        with _running(_as_nobody(etc, f"{keeper} {url}"), display, home):
            yield


def _as_nobody(etc: Path, command: str) -> list[str]:
    chromium = shutil.which("chromium") or "chromium"
    inside = (
        f"mount --make-rprivate / && mkdir -p /etc/chromium && mount --bind {etc} /etc/chromium && "
        f"exec setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups "
        f"{command} {chromium} --ozone-platform=x11 "
        # Cage makes a window as large as the screen; a bare X server does not.
        f"--window-position=0,0 --window-size={SIZE[0]},{SIZE[1]}"
    )
    alone = ["unshare", "--mount", "--pid", "--fork", "--mount-proc"]
    return [*alone, "bash", "-c", inside]


@contextmanager
def _running(command: list[str], display: str, home: Path) -> Iterator[None]:
    environment = {
        **os.environ,
        "DISPLAY": display,
        "HOME": str(home),
        "RUNTIME_DIRECTORY": str(home),
        "XDG_RUNTIME_DIR": str(home),
    }
    with (
        (home.parent / "browser.log").open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            yield
        finally:
            # The first process of the namespace: when it is gone, all the others are. The keeper ends
            # it by itself when no page beats, as under a foreign one.
            found = subprocess.run(
                ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False
            )
            for first in found.stdout.split():
                os.kill(int(first), signal.SIGKILL)
            process.wait(60)


class Foreign:
    """A web site that is not ours: serves one page and counts who asks."""

    def __init__(self, html: str, status: int) -> None:
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(status)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/"


@contextmanager
def foreign(html: str = "<h1>Trang lạ</h1>", *, status: int = 200) -> Iterator[Foreign]:
    """Serve a foreign page on this machine."""
    site = Foreign(html, status)
    thread = threading.Thread(target=site.server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
        thread.join()
