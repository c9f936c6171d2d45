"""A whole site with its centre as real programs, and the few questions that tests ask of it."""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import cv2
import httpx
import numpy as np
from factories import frames
from factories.waiting import PATIENCE

from provisioning.adapters.local_processes import free_ports
from provisioning.bootstrap import open_local_site
from provisioning.domain import local_site
from provisioning.domain.local_site import LocalPorts
from provisioning.services.local_site import DEVICE, LocalSite

T = TypeVar("T")
CONFIRM_SECONDS = 2
"""How long these kiosks show what was read; as it is installed a test would wait longer."""
Key = tuple[str, str, int, bytes]
"""device, epoch, seq, hash"""

NAMES = [
    "Nguyễn Thị Mẫu", "Chamaléa Văn Thử", "Đổng Thị Giả", "Pi Năng Ví Dụ", "Trần Văn Thí Nghiệm",
]  # fmt: skip


def person(number: int) -> str:
    """Return the QR text of an invented citizen's card."""
    name = NAMES[number % len(NAMES)]
    return (
        f"058185{number:06d}||{name}|17081985|Nữ|Thôn 3, Phước Dinh, Thuận Nam, Ninh Thuận|05052021"
    )


def photo(text: str, seed: int = 1) -> bytes:
    """Return a JPEG photograph of a card in a room that carries ``text`` in its QR."""
    rng = np.random.default_rng(seed)
    sheet = frames.card(frames.modules(text), rng)
    grey = frames.place(sheet, frames.scene(1920, rng), rng, px_per_mm=11)
    done, encoded = cv2.imencode(".jpg", frames.noisy(grey, 3, rng))
    assert done
    return encoded.tobytes()


def sheet(text: str) -> bytes:
    """Return a JPEG of a sheet of paper, held close, whose QR carries ``text``."""
    code = np.kron(frames.modules(text), np.ones((6, 6), np.uint8))
    paper = np.pad(code, 150, constant_values=230)
    done, encoded = cv2.imencode(".jpg", paper)
    assert done
    return encoded.tobytes()


def wait_for(ask: Callable[[], T | None], what: str, seconds: float = 30) -> T:
    """Return the first answer that holds something; fail with ``what`` when none came in time."""
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        try:
            answer = ask()
        except httpx.TransportError:
            answer = None
        if answer:
            return answer
        if time.monotonic() > deadline:
            message = f"waited {seconds * PATIENCE:.0f} s in vain for {what}"
            raise AssertionError(message)
        time.sleep(0.05)


class RunningSite:
    """The programs, and what each of them says."""

    def __init__(self, directory: Path, site: LocalSite) -> None:
        self.directory = directory
        self.site = site
        self.http = httpx.Client(timeout=60, verify=False)
        self.kiosk_url = local_site.url(site.ports.kiosk, "")
        self.printer_url = local_site.url(site.ports.printer_page, "")
        self.centre_url = local_site.url(site.ports.centre, "")
        self.platform_url = local_site.url(site.ports.platform, "")
        self._leader: httpx.Client | None = None

    def hold_up(self, picture: bytes) -> httpx.Response:
        return self.http.post(f"{self.kiosk_url}/simulator/hold-up", content=picture)

    def type_number(self, number: str) -> None:
        self.http.post(f"{self.kiosk_url}/number", content=number).raise_for_status()

    def screen(self) -> dict[str, Any]:
        return self._json(f"{self.kiosk_url}/state")

    def slips(self) -> list[dict[str, Any]]:
        return self._json(f"{self.printer_url}/slips")

    def visits(self) -> list[dict[str, Any]]:
        return self.leader().get("/api/visits").raise_for_status().json()

    def summary(self) -> dict[str, Any]:
        return self.leader().get("/api/summary").raise_for_status().json()

    def leader(self) -> httpx.Client:
        """Return the province's browser at the centre, logged in; the log-in outlives the centre."""
        if self._leader is None:
            login = "tinh"
            password = self.site.add_leaders()[login]
            client = httpx.Client(
                base_url=self.centre_url, trust_env=False, timeout=60, verify=False
            )
            client.headers["origin"] = self.centre_url
            form = {"login": login, "password": password}
            assert client.post("/login", data=form).status_code == 303
            self._leader = client
        return self._leader

    def close(self) -> None:
        self.http.close()
        if self._leader is not None:
            self._leader.close()

    def fault(self, **fault: object) -> None:
        self.http.post(f"{self.platform_url}/faults", json=fault).raise_for_status()

    def wait_for_screen(self, name: str) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            screen = self.screen()
            return screen if screen["screen"] == name else None

        return wait_for(there, f"the screen {name}")

    def drained(self) -> None:
        """Wait until the centre has signed for everything that the kiosk wrote."""
        wait_for(lambda: self.screen()["unsent"] == 0, "the journal to be acknowledged", 120)

    def kiosk_data(self) -> Path:
        return self.directory / "provisioned" / "devices" / DEVICE / "data"

    def journal_keys(self) -> "Counter[Key]":
        """Return every entry of the stopped kiosk's journal."""
        with closing(sqlite3.connect(self.kiosk_data() / "journal.db")) as connection:
            rows = connection.execute("SELECT epoch, seq, hash FROM entries").fetchall()
        return Counter((DEVICE, epoch, seq, digest) for epoch, seq, digest in rows)

    def journal_events(self) -> list[bytes]:
        with closing(sqlite3.connect(self.kiosk_data() / "journal.db")) as connection:
            rows = connection.execute("SELECT data FROM entries ORDER BY place").fetchall()
        return [row[0] for row in rows]

    def centre_keys(self) -> "Counter[Key]":
        """Return every raw event that the stopped centre holds."""
        database = self.directory / "provisioned" / "centre" / "data" / "central.db"
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute(
                "SELECT j.device, j.epoch, e.seq, e.hash FROM raw_events e"
                " JOIN journals j ON j.id = e.journal_id"
            ).fetchall()
        return Counter(tuple(row) for row in rows)

    def _json(self, address: str) -> Any:
        return self.http.get(address).raise_for_status().json()


@contextmanager
def running_site(
    directory: Path,
    before_start: Callable[[LocalSite], None] = lambda _: None,
    *,
    hub_apart: bool = False,
    **settings: Any,
) -> Iterator[RunningSite]:
    """Run broker, Platform, centre, printer and kiosk on free ports; end them all.

    Args:
        before_start: Gets the provisioned site, nothing of which runs yet.
        hub_apart: As the demo has it; otherwise the kiosk is the hub, too.
    """
    ports = LocalPorts(*free_ports(10 if hub_apart else 9))
    site = open_local_site(directory, ports, **settings)
    site.prepare()
    _hurry(directory / "provisioned" / "devices" / DEVICE / "edge.toml")
    try:
        before_start(site)
        site.start_all(lambda _: None)
        running = RunningSite(directory, site)
        with closing(running):
            yield running
    finally:
        site.stop_all()


def _hurry(settings: Path) -> None:
    text = settings.read_text(encoding="utf-8")
    if "[conversation]" not in text:
        hurried = f"{text}\n[conversation]\nconfirm_seconds = {CONFIRM_SECONDS}\n"
        settings.write_text(hurried, encoding="utf-8")
