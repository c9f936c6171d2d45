"""Several slips: on the way at once, second ones, correction slips; and the power cut among them."""

from dataclasses import replace

import pytest
from factories.documents import CARD_2021, DIRTY_ADDRESS, LEAP_DAY
from factories.kiosks import DEVICE, printing_bench
from factories.waiting import until
from fakes.kiosk_parts import KeptSlips, NotingPrinter, Power, PowerCut

from edge.adapters.journal_sqlite import SqliteJournal
from edge.domain.commands import PrintSlip, ReprintSlip
from edge.domain.roster import Difference
from edge.ports import JobState, Paper, PrinterStatus, PrinterUnavailable
from edge.services.printing import PrintRules
from edge.simulated.clock import SimulatedClock
from protocol import reentry
from protocol.events import PaperChanged, PrintFailed, SlipPrinted, decode_body

LONG_SETTLE = PrintRules(settle_seconds=3600)
OUT = PrinterStatus(online=False, paper=Paper.OUT)
BORN = Difference("birth", "1985-08-17", "1985-07-18")
NAMED = Difference("name", "Nguyễn Thị Mẫu", "Nguyễn Thị Mậu")
SEX = Difference("sex", "female", "male")


def bodies(bench, *kinds):
    return [body for e in bench.events() if isinstance(body := decode_body(e), kinds)]


def order(number: int, **changes) -> PrintSlip:
    slip = PrintSlip(f"job-{number}", VISIT.format(number), f"A{number:03d}", "C. V. T***")
    return replace(slip, **changes)


VISIT = "019aa000-0000-7000-8000-{:012d}"


async def three_people(bench):
    for payload in (CARD_2021, LEAP_DAY, DIRTY_ADDRESS):
        await bench.scan(payload.encode())
        bench.clock.advance(5)


async def test_the_next_slip_starts_before_the_last_one_is_proven(tmp_path):
    async with printing_bench(tmp_path, print_rules=LONG_SETTLE) as bench:
        await three_people(bench)
        await until(lambda: len(bench.printer.sent) == 3)

        assert bench.finished == []
        assert {job.state for job in bench.journal.open_jobs()} == {JobState.SENT}


async def test_slips_under_way_when_the_paper_ends_are_all_doubtful(tmp_path):
    async with printing_bench(tmp_path, print_rules=LONG_SETTLE) as bench:
        await bench.scan(CARD_2021.encode())
        await until(lambda: len(bench.printer.sent) == 1)
        bench.printer.status_now = OUT
        bench.clock.advance(5)
        await bench.scan(LEAP_DAY.encode())
        await until(lambda: len(bench.finished) == 2)

        ends = {body.ticket: body for body in bodies(bench, SlipPrinted, PrintFailed)}
        assert ends["A001"].proof == "doubtful"
        assert ends["A002"].reason == "paper_out"


async def test_a_line_that_breaks_in_the_next_slip_takes_back_the_proof_of_the_one_before(tmp_path):
    async with printing_bench(tmp_path, print_rules=LONG_SETTLE) as bench:
        await bench.scan(CARD_2021.encode())
        await until(lambda: len(bench.printer.sent) == 1)
        bench.printer.breaks_while_sending = PrinterUnavailable("switched off")
        bench.clock.advance(5)
        await bench.scan(LEAP_DAY.encode())
        await until(lambda: len(bench.finished) == 2)

        assert [body.proof for body in bodies(bench, SlipPrinted)] == ["doubtful", "doubtful"]


async def test_a_refilled_printer_prints_nothing_that_was_missed(tmp_path):
    printer = NotingPrinter()
    printer.status_now = OUT
    async with printing_bench(tmp_path, printer=printer) as bench:
        await three_people(bench)
        await until(lambda: len(bench.finished) == 3)
        printer.status_now = PrinterStatus(online=True, paper=Paper.ENOUGH)
        bench.printing.submit(order(9))
        await until(lambda: len(bench.finished) == 4)

        assert [data.split()[0] for data in printer.sent] == [b"A009"]
        assert [body.reason for body in bodies(bench, PrintFailed)] == ["paper_out"] * 3
        assert [body.roll_changed for body in bodies(bench, PaperChanged)] == [False, True]


async def test_the_site_decides_how_long_a_slip_may_wait(tmp_path):
    printer = NotingPrinter()
    printer.hold.clear()
    rules = PrintRules(settle_seconds=0, expires_seconds=10)
    async with printing_bench(tmp_path, printer=printer, print_rules=rules) as bench:
        bench.printing.submit(order(1))
        bench.printing.submit(order(2))
        await until(bench.journal.open_jobs)
        bench.clock.advance(11)
        printer.hold.set()
        await until(lambda: len(bench.finished) == 2)

        assert [body.ticket for body in bodies(bench, SlipPrinted)] == ["A001"]
        assert [body.reason for body in bodies(bench, PrintFailed)] == ["expired"]


async def test_differences_go_on_a_slip_of_their_own_with_a_job_of_its_own(tmp_path):
    slips = KeptSlips()
    async with printing_bench(tmp_path, build=lambda: (NotingPrinter(), slips)) as bench:
        bench.printing.submit(order(1, corrections=(BORN, NAMED, SEX), desk="Bàn nhập liệu"))
        await until(lambda: len(bench.finished) == 2)

        assert [(slip.kind, slip.stage) for slip in slips.slips] == [
            ("queue", "Bàn nhập liệu"),
            ("correction", "Bàn nhập liệu"),
        ]
        assert slips.slips[0].corrections == ()
        assert slips.slips[1].corrections == (
            ("Ngày sinh", "Date of birth", "17/08/1985", "18/07/1985"),
            ("Họ và tên", "Name", "Nguyễn Thị Mẫu", "Nguyễn Thị Mậu"),
            ("Giới tính", "Sex", "Nữ · Female", "Nam · Male"),
        )
        printed = bodies(bench, SlipPrinted)
        assert [body.kind for body in printed] == ["queue", "correction"]
        assert len({body.job for body in printed}) == 2


async def test_no_value_of_a_difference_is_in_the_journal(tmp_path):
    async with printing_bench(tmp_path) as bench:
        bench.printing.submit(order(1, corrections=(BORN, NAMED)))
        await until(lambda: len(bench.finished) == 2)

    data = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert "Mẫu".encode() not in data
    assert b"1985" not in data


async def test_the_qr_says_where_the_person_stands(tmp_path):
    slips = KeptSlips()
    async with printing_bench(tmp_path, build=lambda: (NotingPrinter(), slips)) as bench:
        bench.printing.submit(order(7, desk="Bàn nhập liệu"))
        bench.printing.submit(order(8, kind="complaint", ticket="PA008"))
        await until(lambda: len(bench.finished) == 2)

        assert reentry.decode(slips.slips[0].qr).state == reentry.Reentry(
            device=DEVICE,
            ticket="A007",
            visit=VISIT.format(7),
            stage="Bàn nhập liệu",
            at=int(bench.clock.now().timestamp()),
        )
        assert (slips.slips[1].kind, slips.slips[1].qr) == ("complaint", None)


async def test_a_second_slip_is_marked_and_told(tmp_path):
    slips = KeptSlips()
    async with printing_bench(tmp_path, build=lambda: (NotingPrinter(), slips)) as bench:
        job = bench.printing.reprint(ReprintSlip(VISIT.format(3), "A003", "C. V. T***", "Bàn 2"))
        await until(lambda: bench.finished)

        assert (slips.slips[0].reprint, slips.slips[0].stage) == (True, "Bàn 2")
        assert bodies(bench, SlipPrinted) == [
            SlipPrinted(job=job, ticket="A003", proof="proven", reprint=True)
        ]


async def test_a_second_slip_too_many_is_refused_and_that_is_told_too(tmp_path):
    async with printing_bench(tmp_path) as bench:
        for _ in range(3):
            bench.printing.reprint(ReprintSlip(VISIT.format(3), "A003", None))
            bench.clock.advance(15)
        await until(lambda: len(bench.finished) == 3)

        assert len(bench.printer.sent) == 2
        refused = bodies(bench, PrintFailed)
        assert [(body.reason, body.reprint) for body in refused] == [("reprint_limit", True)]


async def test_a_second_slip_is_never_printed_by_a_start(tmp_path):
    """A reprint that the power cut in two ends as doubtful, marked as a reprint."""
    clock, printer = SimulatedClock(), NotingPrinter()
    path = tmp_path / "journal.db"
    journal = Power(2).wrap(SqliteJournal(path, device=DEVICE, clock=clock), "append")
    try:
        async with printing_bench(tmp_path, clock=clock, journal=journal, printer=printer) as bench:
            bench.printing.submit(order(1))
            bench.printing.reprint(ReprintSlip(VISIT.format(1), "A001", None))
            await until(lambda: len(bench.finished) == 2)
    except* PowerCut:
        pass

    reopened = SqliteJournal(path, device=DEVICE, clock=clock)
    async with printing_bench(tmp_path, clock=clock, journal=reopened) as later:
        later.printing.settle_old_jobs()
        assert later.printer.sent == []


MOST_STEPS = 20


@pytest.mark.parametrize("step", range(MOST_STEPS))
async def test_wherever_the_power_is_cut_among_many_slips_each_printed_one_has_one_event(
    tmp_path, step
):
    """Three check-ins, one of them with a correction slip, and a reprint, all under way at once."""
    clock, printer, power = SimulatedClock(), NotingPrinter(), Power(step)
    path = tmp_path / "journal.db"
    real = SqliteJournal(path, device=DEVICE, clock=clock)
    parts = {
        "journal": power.wrap(real, "append"),
        "printer": power.wrap(printer, "status", "send"),
    }
    rules = PrintRules(settle_seconds=0.02)
    try:
        async with printing_bench(tmp_path, clock=clock, print_rules=rules, **parts) as bench:
            await bench.scan(CARD_2021.encode())
            bench.printing.submit(order(5, corrections=(BORN,)))
            bench.printing.reprint(ReprintSlip(VISIT.format(5), "A005", None))
            await until(lambda: len(bench.finished) == 4)
    except* PowerCut:
        pass

    reopened = SqliteJournal(path, device=DEVICE, clock=clock)
    async with printing_bench(tmp_path, clock=clock, journal=reopened) as later:
        later.printing.settle_old_jobs()

        ended = bodies(later, SlipPrinted, PrintFailed)
        jobs = [body.job for body in ended]
        assert len(set(jobs)) == len(jobs)
        told = sorted(body.ticket for body in bodies(later, SlipPrinted))
        on_paper = sorted(data.decode().split()[0] for data in printer.sent)
        # Each slip on paper has an event of its own; one that was about to be sent may have one too.
        assert len(on_paper) <= len(told) <= len(on_paper) + 1
        assert later.journal.open_jobs() == []
        assert later.printer.sent == []
