"""Correction slips that did not come out, and those that are printed again."""

from pathlib import Path

from factories.kiosks import printing_bench
from factories.waiting import until
from fakes.kiosk_parts import KeptSlips, NotingPrinter

from edge.domain.commands import PrintSlip, ReprintSlip
from edge.domain.roster import Difference
from edge.ports import Paper, PrinterStatus
from protocol.events import PrintFailed, SlipPrinted, decode_body

VISIT = "019aa000-0000-7000-8000-000000000001"
BORN = Difference("birth", "1985-08-17", "1985-07-18")
FIRST = PrintSlip("job-1", VISIT, "A001", "C. V. T***", corrections=(BORN,))
OUT = PrinterStatus(online=False, paper=Paper.OUT)


async def test_how_a_correction_slip_ended_is_told_beside_the_slip_of_the_number(
    tmp_path: Path,
) -> None:
    printer = NotingPrinter()
    printer.after_send = OUT
    async with printing_bench(tmp_path, printer=printer) as bench:
        bench.printing.submit(FIRST)
        await until(lambda: len(bench.finished) == 2)

    number, correction = sorted(bench.finished, key=lambda each: each.beside)
    assert (number.job, number.beside) == ("job-1", "")
    assert (correction.beside, correction.outcome, correction.reason) == (
        "job-1",
        "failed",
        "paper_out",
    )


async def test_a_desk_prints_it_again_alone_and_marked(tmp_path: Path) -> None:
    slips = KeptSlips()
    async with printing_bench(tmp_path, build=lambda: (NotingPrinter(), slips)) as bench:
        bench.printing.reprint(
            ReprintSlip(VISIT, "A001", "C. V. T***", corrections=(BORN,), alone=True)
        )
        await until(lambda: bench.finished)
        bodies = [decode_body(event) for event in bench.events()]

    (slip,) = slips.slips
    assert (slip.kind, slip.reprint) == ("correction", True)
    assert slip.corrections == (("Ngày sinh", "Date of birth", "17/08/1985", "18/07/1985"),)
    (told,) = [body for body in bodies if isinstance(body, SlipPrinted)]
    assert (told.kind, told.reprint, told.proof) == ("correction", True, "proven")


async def test_both_are_printed_again_and_each_is_counted_for_itself(tmp_path: Path) -> None:
    slips = KeptSlips()
    wanted = ReprintSlip(VISIT, "A001", None, corrections=(BORN,))
    async with printing_bench(tmp_path, build=lambda: (NotingPrinter(), slips)) as bench:
        for _ in range(3):
            bench.printing.reprint(wanted)
            bench.clock.advance(15)
        await until(lambda: len(bench.finished) == 6)
        bodies = [decode_body(event) for event in bench.events()]

    assert [slip.kind for slip in slips.slips] == 2 * ["queue", "correction"]
    refused = [body for body in bodies if isinstance(body, PrintFailed)]
    assert [(body.kind, body.reason) for body in refused] == [
        ("queue", "reprint_limit"),
        ("correction", "reprint_limit"),
    ]


async def test_one_of_which_nothing_came_out_is_not_marked_when_it_comes(tmp_path: Path) -> None:
    printer, slips = NotingPrinter(), KeptSlips()
    printer.status_now = OUT
    async with printing_bench(tmp_path, build=lambda: (printer, slips)) as bench:
        bench.printing.submit(FIRST)
        await until(lambda: len(bench.finished) == 2)
        printer.status_now = PrinterStatus(online=True, paper=Paper.ENOUGH)
        bench.printing.reprint(ReprintSlip(VISIT, "A001", None, corrections=(BORN,), alone=True))
        await until(lambda: len(bench.finished) == 3)

    assert (slips.slips[-1].kind, slips.slips[-1].reprint) == ("correction", False)
