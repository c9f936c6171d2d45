"""Each measurement, at its smallest size, runs and prints JSON lines that name it."""

import json
import subprocess
import sys

import pytest
from factories.length import WHOLE

from bench import pretix_server

SMALLEST = {
    "aim": "--people 1 --idle-frames 3",
    "beside_pretix": "--ours 5 --rounds 1",
    "board": "--screens 5 --rounds 2",
    "certificate": "--rounds 1",
    "certificate_slip": "--rounds 2",
    "checkin": "--rounds 3",
    "day": "--people 12 --kiosks 2 --pause 0.1 --hub-power-cuts 0 --close-early",
    "decode": "--each 1 --bursts 1 --idle-seconds 0.3",
    "drain": "--devices 3 --events 40 --databases sqlite --rest-seconds 0.2 --project-seconds 0.2",
    "ingest": "--rounds 1 --load 0 --share 0.01 --databases sqlite --port 18894",
    "journal": "--appends 5",
    "news": "--told 20 --listed 100 --databases sqlite",
    "partitions": "--rows 1000 --journals 10",
    "queue": "--people 40 --commands 20 --desks 4 --presses 1",
    "reconcile": "--sizes 1000 --databases sqlite",
    "roster": "--people 50",
    "slip": "--rounds 3",
    "visit": "--people 2",
    "storm": "--devices 3 --rounds 1 --databases sqlite --roles ingest",
    "start": "--starts 1 --people 2 --idle-seconds 0.2",
}
# The same day of the same programs as in tests/system/test_day.py, and half a minute of them.
ONLY_IN_A_SOAK = {"day"}
MEASURED = [name for name in SMALLEST if WHOLE or name not in ONLY_IN_A_SOAK]


@pytest.mark.system
@pytest.mark.parametrize("name", MEASURED)
def test_a_measurement_prints_json_lines_with_figures(name):
    command = [sys.executable, "-m", f"bench.{name}", *SMALLEST[name].split()]

    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert run.returncode == 0, run.stderr[-2000:]
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert lines
    assert all("bench" in line and len(line) > 2 for line in lines)


@pytest.mark.system
def test_the_list_of_measurements_is_that_of_the_program():
    command = [sys.executable, "-m", "bench", "--help"]

    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    listed = " ".join(shown.split()).partition("of: ")[2].partition(" --")[0].partition(" -h")[0]
    assert {name.strip() for name in listed.partition("options")[0].split(",")} == set(SMALLEST)


def test_a_missing_pretix_is_told_with_what_to_install(tmp_path):
    with pytest.raises(pretix_server.NotInstalledError, match="pip install pretix gunicorn"):
        pretix_server.version_of(tmp_path)
