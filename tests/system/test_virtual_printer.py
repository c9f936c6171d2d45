"""The virtual printer as the demo starts it: a process of its own."""

import json
import re
import signal
import subprocess
import sys
import urllib.request

import pytest
from factories.printers import a_slip, wait_until

from edge.adapters.printer_escpos import network_printer
from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.ports import PaperOut

pytestmark = pytest.mark.system


def test_a_slip_sent_over_tcp_is_seen_over_http_and_sigterm_ends_it(tmp_path):
    command = [sys.executable, "-m", "edge.simulated.printer", "--port", "0", "--http-port", "0"]
    with subprocess.Popen(
        [*command, "--slips", str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            found = re.match(
                r"printer on 127\.0\.0\.1:(\d+), page at (\S+)", process.stdout.readline()
            )
            printer = network_printer("127.0.0.1", int(found[1]), 5)

            printer.send(PillowSlipRenderer(80).render(a_slip(qr="TRAM1:A012")))
            wait_until(lambda: len(_get(found[2] + "slips")) == 1, "the slip is listed")
            _post(found[2] + "state", {"paper": "out"})
            with pytest.raises(PaperOut):
                printer.send(PillowSlipRenderer(80).render(a_slip()))
            printer.close()

            assert [slip["qr"] for slip in _get(found[2] + "slips")] == [["TRAM1:A012"]]
            assert [path.name for path in tmp_path.iterdir()] == ["slip-00001.png"]
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def _get(url: str):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def _post(url: str, value) -> None:
    with urllib.request.urlopen(url, json.dumps(value).encode(), timeout=5) as answer:
        assert answer.status == 200
