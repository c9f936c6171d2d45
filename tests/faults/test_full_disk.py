"""A disk that is really full: a small tmpfs in a mount namespace of the test's own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROGRAM = """
import json, sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/tests"]
from factories.journals import DEVICE, check_in, job
from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.ports import Counter, DiskFull

disk = Path(sys.argv[1])
def opened():
    return SqliteJournal(disk / "journal.db", device=DEVICE, clock=SystemClock())

journal = opened()
filler = disk / "filler"
with filler.open("wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError:
        pass
with filler.open("r+b") as file:
    file.truncate(filler.stat().st_size - 200 * 1024)

granted, refused = 0, None
for number in range(1, 5000):
    try:
        journal.append([check_in(number)], jobs=[job(number)], counter=Counter("d", number))
    except DiskFull as error:
        refused = str(error)
        break
    granted = number

still_full = []
for _ in range(3):
    try:
        journal.append([check_in(granted + 1, weight=14_000)], jobs=[job(granted + 1)])
    except DiskFull:
        still_full.append(True)
readable = len(journal.entries(0, most=10_000, most_bytes=10**9))
filler.unlink()
after = journal.append([check_in(granted + 1)])[0].seq
journal.close()
again = opened()
print(json.dumps({
    "granted": granted, "refused": refused, "still_full": len(still_full), "readable": readable,
    "after": after, "epochs": len(again.epochs()), "last": again.position().last,
    "counter": again.counter().value, "jobs": len(again.open_jobs()),
}))
again.close()
"""


KIOSK = """
import json, sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/tests"]
from factories import web
from factories.local_sites import wait_for
from provisioning.adapters.local_processes import LocalProcesses, free_ports
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Camera, Installation, Kiosk
from provisioning.domain.local_site import Program

disk, beside = Path(sys.argv[1]), Path(sys.argv[1]).parent
port, broker = free_ports(2)
provisioner = open_provisioner(beside / "provisioned")
provisioner.init(Installation(broker_port=broker))
provisioner.add_site("phuoc-dinh", "Trạm Y tế Phước Dinh")
camera = Camera(driver="simulated")
provisioner.issue_device(Kiosk(
    device="kiosk-0001", site="phuoc-dinh", camera=camera, ui_port=port, data_directory=str(disk)
))
settings = beside / "provisioned/devices/kiosk-0001/edge.toml"
page = f"http://127.0.0.1:{port}"
program = Program(
    "kiosk", (sys.executable, "-m", "edge", "--config", str(settings)), (port,), page + "/state",
    {"PYTHONPATH": sys.argv[2]},
)
programs = LocalProcesses(beside / "logs")

def shows(screen):
    def asked():
        state = web.get(page + "/state").json()
        return state if state["screen"] == screen else None
    return wait_for(asked, "the screen " + screen)

def filled(path):
    with path.open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass

try:
    programs.start(program)
    shows("attract")
    programs.stop("kiosk")
    filler = disk / "filler"
    filled(filler)
    programs.start(program)
    out = shows("out_of_order")
    filler.unlink()
    shows("attract")
    web.post(page + "/number", content="058185000123").raise_for_status()
    print(json.dumps({"fault": out["fault"], "words": out["html"]["vi"],
        "ticket": shows("done")["ticket"], "ran on": programs.running("kiosk")}))
finally:
    programs.stop_all()
"""


def run_on_a_small_disk(program: str, disk: Path, size: str) -> dict[str, object]:
    """Run ``program`` where ``disk`` is a disk of its own, and return what it printed."""
    mount_and_run = f'mount -t tmpfs -o size={size} tmpfs "$1" && exec "$2" -c "$3" "$1" "$4"'
    arguments = [str(disk), sys.executable, program, str(ROOT)]
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount_and_run, "sh"]

    done = subprocess.run([*unshare, *arguments], check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    seen: dict[str, object] = json.loads(done.stdout)
    return seen


@pytest.mark.system
def test_a_full_disk_refuses_clearly_keeps_everything_and_heals(tmp_path: Path) -> None:
    seen = run_on_a_small_disk(PROGRAM, tmp_path, "1m")

    granted = seen.pop("granted")
    assert isinstance(granted, int)
    assert granted > 3
    assert seen == {
        "refused": "no room is left for the journal; nothing was written",
        "still_full": 3,
        "readable": granted,
        "after": granted + 1,
        "epochs": 1,
        "last": granted + 1,
        "counter": granted,
        "jobs": granted,
    }


@pytest.mark.system
def test_a_kiosk_that_starts_on_a_full_disk_says_so_and_comes_back_by_itself(
    tmp_path: Path,
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()

    seen = run_on_a_small_disk(KIOSK, disk, "40m")

    words = str(seen.pop("words"))
    assert "D01" in words
    assert seen == {"fault": "D01", "ticket": "A001", "ran on": True}
