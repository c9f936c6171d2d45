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


@pytest.mark.system
def test_a_full_disk_refuses_clearly_keeps_everything_and_heals(tmp_path: Path) -> None:
    mount_and_run = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" -c "$3" "$1" "$4"'

    arguments = [str(tmp_path), sys.executable, PROGRAM, str(ROOT)]
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount_and_run, "sh"]

    done = subprocess.run(
        [*unshare, *arguments],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    granted = seen.pop("granted")
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
