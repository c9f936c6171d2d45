"""The printer's test print: the slip itself, what the printer answers, and what somebody is told to do."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import zxingcpp

from edge.__main__ import main
from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.printer_file import FilePrinter
from edge.bootstrap.test_print import print_test_slip
from edge.cli.test_print import ADVICE, SAYS, run
from edge.ports import Paper, Printer, PrinterBusy, PrinterStatus
from edge.services.display import PrinterMood
from edge.simulated.printer.in_process import SimulatedPrinter
from protocol.events import PrintFailed, SlipPrinted, decode_body, decode_event
from protocol.identity import DeviceId

Capsys = pytest.CaptureFixture[str]
SETTINGS = """
device = "kiosk-0001"
site = "phuoc-dinh"
site_name = "Trạm Y tế Phước Dinh"
ticket_prefix = "B"
data_directory = "data"
keys_directory = "keys"
[printer]
driver = "{driver}"
device = "/dev/ttyUSB0"
vendor_id = 1208
product_id = 514
paper_width_mm = {width_mm}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path, driver: str = "network", width_mm: int = 80) -> Path:
    (folder / "data").mkdir()
    (folder / "edge.toml").write_text(SETTINGS.format(driver=driver, width_mm=width_mm))
    return folder / "edge.toml"


def tried(
    config: Path, printer: Printer, *options: str, wait: Callable[[float], None] = lambda _: None
) -> int:
    print_slip = partial(print_test_slip, build=lambda _: printer, wait=wait)
    return run(["--config", str(config), *options], "/none", print_slip)


def journalled(config: Path) -> tuple[SlipPrinted | PrintFailed, str, int]:
    """Return the one event, its visit, and how much of the roll was used."""
    path = config.with_name("data") / "journal.db"
    journal = SqliteJournal(path, device=DeviceId("kiosk-0001"), clock=SystemClock())
    try:
        (entry,) = journal.entries(0, most=9, most_bytes=1 << 20)
        assert list(journal.open_jobs()) == []
        event = decode_event(entry.data)
        body = decode_body(event)
        assert isinstance(body, SlipPrinted | PrintFailed)
        return body, event.visit or "", journal.roll().used_mm
    finally:
        journal.close()


@pytest.mark.parametrize("width_mm", [58, 80])
def test_a_good_printer_prints_and_proves_it(tmp_path: Path, capsys: Capsys, width_mm: int) -> None:
    config = written(tmp_path, width_mm=width_mm)
    printer = SimulatedPrinter({58: 384, 80: 576}[width_mm])
    waited: list[float] = []

    assert tried(config, printer, wait=waited.append) == 0

    said = capsys.readouterr().out
    assert "before: ready" in said
    assert "proven by the printer's own answer" in said
    assert "after: ready" in said
    (slip,) = printer.slips
    (code,) = zxingcpp.read_barcodes(slip.convert("L"))
    assert code.text.startswith("TRAM-TEST KIOSK-0001 KHONG PHAI SO THU TU")
    body, visit, used_mm = journalled(config)
    assert isinstance(body, SlipPrinted)
    assert (body.kind, body.proof, body.ticket, visit) == ("test", "proven", "B000", "")
    assert used_mm == pytest.approx(slip.height / 8 + 12.5, abs=3)
    # Until the paper of a slow printer stands still.
    assert waited == [pytest.approx(1 + used_mm / 50)]


@pytest.mark.parametrize(
    ("state", "code", "reason", "word"),
    [
        ({"paper": Paper.OUT}, 1, "paper_out", "put in a new roll"),
        ({"cover_open": True}, 1, "cover_open", "close the cover"),
        ({"silent": True}, 75, "printer_unavailable", "see to power, cable"),
    ],
)
def test_a_printer_that_cannot_print_is_named_with_what_to_do(
    config: Path, capsys: Capsys, state: dict[str, Any], code: int, reason: str, word: str
) -> None:
    printer = SimulatedPrinter()
    printer.machine.change(replace(printer.machine.state, **state))

    assert tried(config, printer) == code

    said = capsys.readouterr().out
    assert "not printed" in said
    assert word in said
    assert printer.slips == []
    body, _, used_mm = journalled(config)
    assert isinstance(body, PrintFailed)
    assert (body.kind, body.reason, used_mm) == ("test", reason, 0)


def test_paper_near_its_end_is_said_and_is_no_fault(config: Path, capsys: Capsys) -> None:
    printer = SimulatedPrinter()
    printer.machine.change(replace(printer.machine.state, paper=Paper.NEAR_END))

    assert tried(config, printer) == 0

    assert "-> have a new roll ready" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("trouble", "after", "reason"),
    [
        ({"rows_left": 300}, "paper_out", "paper_out"),
        ({"silent": True}, "unreachable", "printer_unavailable"),
    ],
)
def test_trouble_while_the_slip_comes_out_leaves_it_doubtful(
    config: Path, capsys: Capsys, trouble: dict[str, Any], after: str, reason: str
) -> None:
    printer = SimulatedPrinter()
    if "rows_left" in trouble:
        printer.machine.change(replace(printer.machine.state, **trouble))

    def wait(_: float) -> None:
        printer.machine.change(replace(printer.machine.state, **trouble))

    assert tried(config, printer, "--json", wait=wait) == 1

    found = json.loads(capsys.readouterr().out)
    assert (found["before"], found["after"]) == ("ready", after)
    assert (found["outcome"], found["reason"]) == ("doubtful", reason)
    body, _, _ = journalled(config)
    assert isinstance(body, SlipPrinted)
    assert body.proof == "doubtful"


def test_a_line_that_breaks_within_the_slip_leaves_it_doubtful(
    config: Path, capsys: Capsys
) -> None:
    printer = SimulatedPrinter()
    printer.machine.change(replace(printer.machine.state, cut_after_bytes=5_000))

    assert tried(config, printer) == 1

    assert "the driver says: the line to the simulated printer broke" in capsys.readouterr().out
    assert journalled(config)[0].kind == "test"


def test_a_printer_that_can_only_be_written_to_proves_nothing(
    config: Path, capsys: Capsys, tmp_path: Path
) -> None:
    device = tmp_path / "lp0"
    device.touch()

    assert tried(config, FilePrinter(device)) == 1

    said = capsys.readouterr().out
    assert "doubtful" in said
    assert "only the paper tells" in said
    assert device.stat().st_size > 5_000


def test_a_serial_line_carries_no_code_and_says_so(tmp_path: Path, capsys: Capsys) -> None:
    printer = SimulatedPrinter()

    assert tried(written(tmp_path, driver="serial"), printer) == 0

    assert "no code, as on every slip over a serial line" in capsys.readouterr().out
    assert zxingcpp.read_barcodes(printer.slips[0].convert("L")) == []


class HeldPrinter(SimulatedPrinter):
    """A printer that another program has claimed."""

    def status(self) -> PrinterStatus:
        raise PrinterBusy("printer 04b8:0202 is held by another program; stop that one")


def test_a_printer_that_another_program_holds_is_told_apart(config: Path, capsys: Capsys) -> None:
    assert tried(config, HeldPrinter()) == 75

    said = capsys.readouterr().out
    assert "before: held by another program\nnot printed" in said
    assert "another program holds the printer" in said
    assert "cups" in said


def test_while_the_kiosk_runs_its_printer_is_left_alone(config: Path, capsys: Capsys) -> None:
    path, printer = config.with_name("data") / "journal.db", SimulatedPrinter()
    running = SqliteJournal(path, device=DeviceId("kiosk-0001"), clock=SystemClock())

    code = tried(config, printer)
    running.close()

    assert (code, printer.slips) == (75, [])
    assert "while the kiosk program runs it holds printer and journal" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("settings", "word"), [(SETTINGS.format(driver="none", width_mm=80), "no printer"), ("x", "")]
)
def test_settings_that_name_no_printer_are_refused_in_words(
    tmp_path: Path, capsys: Capsys, settings: str, word: str
) -> None:
    (tmp_path / "edge.toml").write_text(settings)

    assert main(["test-print", "--config", str(tmp_path / "edge.toml")]) == 2

    said = capsys.readouterr().err
    assert said.startswith("edge: ")
    assert word in said


def test_help_says_that_the_kiosk_must_be_stopped_and_what_exit_codes_mean(capsys: Capsys) -> None:
    with pytest.raises(SystemExit):
        main(["test-print", "--help"])

    said = capsys.readouterr().out
    assert "systemctl stop tram-edge" in said
    assert "75" in said


def test_there_are_words_for_every_answer_of_a_printer() -> None:
    assert set(SAYS) == set(PrinterMood)
    assert set(ADVICE) == set(PrinterMood) - {PrinterMood.READY}
