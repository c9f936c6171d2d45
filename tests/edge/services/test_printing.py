import pytest
from factories.documents import CARD_2021, DIRTY_ADDRESS, LEAP_DAY
from factories.kiosks import DEVICE, make_bench, printing_bench
from factories.waiting import until
from fakes.kiosk_parts import NoFont, NotingPrinter, Power, PowerCut

from edge.adapters.journal_sqlite import SqliteJournal
from edge.ports import (
    CoverOpen,
    JobState,
    Paper,
    PaperOut,
    PrinterStatus,
    PrinterUnavailable,
)
from edge.services.printing import PrintRules
from edge.simulated.clock import SimulatedClock
from protocol import reentry
from protocol.events import decode_body


async def printed(bench, count=1):
    await until(lambda: len(bench.finished) >= count)
    await bench.hear()


def ends(bench):
    """Return how each slip ended, as the journal tells it."""
    bodies = {e.type: decode_body(e) for e in bench.events()}
    return {name: bodies[name] for name in ("slip_printed", "print_failed") if name in bodies}


async def test_a_slip_that_the_printer_confirms_is_proven(tmp_path):
    async with printing_bench(tmp_path) as bench:
        await bench.scan(CARD_2021.encode())
        await printed(bench)

        assert bench.printer.sent == [b"A001 N. T. M***"]
        assert ends(bench)["slip_printed"].proof == "proven"
        assert (bench.screen.slip, bench.screen.qr) == ("printed", None)
        assert bench.journal.open_jobs() == []


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (PrinterStatus(online=False, paper=Paper.OUT), "paper_out"),
        (PrinterStatus(online=False, paper=Paper.UNKNOWN, cover_open=True), "cover_open"),
        (PrinterStatus(online=False, paper=Paper.ENOUGH), "printer_unavailable"),
    ],
)
async def test_a_printer_that_cannot_print_gets_no_slip_and_the_number_stays_on_the_screen(
    tmp_path, state, reason
):
    printer = NotingPrinter()
    printer.status_now = state
    async with printing_bench(tmp_path, printer=printer) as bench:
        await bench.scan(CARD_2021.encode())
        await printed(bench)

        assert printer.sent == []
        assert ends(bench)["print_failed"].reason == reason
        assert (bench.ticket, bench.screen.slip) == ("A001", "failed")
        assert reentry.decode(bench.screen.qr).state.ticket == "A001"
        assert bench.journal.open_jobs() == []


async def test_no_printer_at_all_still_checks_everybody_in(tmp_path):
    printer = NotingPrinter()
    printer.silent = True
    async with printing_bench(tmp_path, printer=printer) as bench:
        await bench.scan(CARD_2021.encode())
        await printed(bench)
        bench.clock.advance(5)
        await bench.scan(DIRTY_ADDRESS.encode())
        await printed(bench, 2)

        assert bench.types() == ["checked_in", "print_failed", "checked_in", "print_failed"]
        assert bench.ticket == "A002"


@pytest.mark.parametrize("error", [PaperOut("the roll ended"), CoverOpen("opened")])
async def test_paper_that_ends_within_a_slip_is_a_failed_slip(tmp_path, error):
    printer = NotingPrinter()
    printer.breaks_while_sending = error
    async with printing_bench(tmp_path, printer=printer) as bench:
        await bench.scan(CARD_2021.encode())
        await printed(bench)

        assert "print_failed" in ends(bench)
        assert bench.screen.slip == "failed"


async def test_a_printer_that_dies_within_a_slip_leaves_it_doubtful(tmp_path):
    printer = NotingPrinter()
    printer.breaks_while_sending = PrinterUnavailable("the line broke")
    async with printing_bench(tmp_path, printer=printer) as bench:
        await bench.scan(CARD_2021.encode())
        await printed(bench)

        assert ends(bench)["slip_printed"].proof == "doubtful"
        assert bench.screen.slip == "doubtful"


@pytest.mark.parametrize(
    "afterwards",
    [
        PrinterStatus(online=False, paper=Paper.OUT),
        PrinterStatus(online=False, paper=Paper.UNKNOWN, cover_open=True),
        PrinterStatus(online=True, paper=Paper.UNKNOWN, knows=False),
    ],
)
async def test_a_slip_is_proven_only_by_a_printer_that_is_well_afterwards(tmp_path, afterwards):
    printer = NotingPrinter()
    printer.after_send = afterwards
    async with printing_bench(tmp_path, printer=printer) as bench:
        await bench.scan(CARD_2021.encode())
        await printed(bench)

        assert ends(bench)["slip_printed"].proof == "doubtful"


async def test_a_slow_printer_does_not_hold_up_the_next_person(tmp_path):
    printer = NotingPrinter()
    printer.hold.clear()
    async with printing_bench(tmp_path, printer=printer) as bench:
        await bench.scan(CARD_2021.encode())
        bench.clock.advance(5)

        await bench.scan(LEAP_DAY.encode())

        assert bench.ticket == "A002"
        assert bench.types().count("checked_in") == 2
        printer.hold.set()
        await printed(bench, 2)


async def test_a_slip_that_waited_too_long_is_not_printed_any_more(tmp_path):
    bench = make_bench(tmp_path)
    await bench.scan(CARD_2021.encode())
    bench.clock.advance(PrintRules().expires_seconds + 1)
    bench.journal.close()

    reopened = SqliteJournal(tmp_path / "journal.db", device=DEVICE, clock=bench.clock)
    async with printing_bench(tmp_path, clock=bench.clock, journal=reopened) as later:
        later.printing.settle_old_jobs()

        assert later.printer.sent == []
        assert ends(later)["print_failed"].reason == "expired"


async def test_a_slip_stuck_behind_a_slow_one_expires_instead_of_surprising_somebody(tmp_path):
    printer = NotingPrinter()
    printer.hold.clear()
    async with printing_bench(tmp_path, printer=printer) as bench:
        await bench.scan(CARD_2021.encode())
        bench.clock.advance(5)
        await bench.scan(LEAP_DAY.encode())
        await until(lambda: bench.journal.open_jobs()[0].state is JobState.SENT)
        bench.clock.advance(PrintRules().expires_seconds + 1)
        printer.hold.set()
        await printed(bench, 2)

        assert len(printer.sent) == 1
        assert ends(bench)["print_failed"].ticket == "A002"


async def test_a_missing_font_fails_slips_until_it_is_there_and_stops_nothing(tmp_path):
    build = NoFont(NotingPrinter())
    async with printing_bench(tmp_path, build=build) as bench:
        await bench.scan(CARD_2021.encode())
        await printed(bench)
        build.installed = True
        bench.clock.advance(5)
        await bench.scan(LEAP_DAY.encode())
        await printed(bench, 2)

        assert [finished.outcome for finished in bench.finished] == ["failed", "proven"]


async def test_a_disk_that_fills_before_the_slip_lets_no_unrecorded_slip_out(tmp_path):
    bench = make_bench(tmp_path)
    await bench.scan(CARD_2021.encode())
    bench.journal.full = True

    async with printing_bench(tmp_path, journal=bench.journal, clock=bench.clock) as later:
        later.printing.submit(await submitted(bench))
        await printed(later)
        later.journal.full = False

        assert later.printer.sent == []
        assert [job.state for job in later.journal.open_jobs()] == [JobState.QUEUED]


async def submitted(bench):
    order = bench.printing._orders.get_nowait()
    return order.slip


async def test_an_outcome_that_could_not_be_written_is_written_with_the_next_one(tmp_path):
    printer = NotingPrinter()
    printer.hold.clear()
    async with printing_bench(tmp_path, printer=printer) as bench:
        await bench.scan(CARD_2021.encode())
        await until(lambda: [j.state for j in bench.journal.open_jobs()] == [JobState.SENT])
        bench.journal.full = True
        printer.hold.set()
        await printed(bench)
        bench.journal.full = False
        assert "slip_printed" not in bench.types()

        bench.clock.advance(5)
        await bench.scan(LEAP_DAY.encode())
        await printed(bench, 2)

        assert bench.types().count("slip_printed") == 2
        assert bench.journal.open_jobs() == []


STEPS_OF_A_VISIT = 6


@pytest.mark.parametrize("step", range(STEPS_OF_A_VISIT + 1))
async def test_whatever_step_the_power_is_cut_before_every_printed_slip_has_one_event(
    tmp_path, step
):
    """Steps: look at the printer, append the check-in, look, move the job, send, look, append."""
    clock, printer, power = SimulatedClock(), NotingPrinter(), Power(step)
    path = tmp_path / "journal.db"
    real = SqliteJournal(path, device=DEVICE, clock=clock)
    journal = power.wrap(real, "append", "move_job")
    watched = power.wrap(printer, "status", "send")
    try:
        async with printing_bench(tmp_path, clock=clock, journal=journal, printer=watched) as bench:
            await bench.scan(CARD_2021.encode())
            await printed(bench)
    except* PowerCut:
        pass

    reopened = SqliteJournal(path, device=DEVICE, clock=clock)
    async with printing_bench(tmp_path, clock=clock, journal=reopened, printer=printer) as later:
        later.printing.settle_old_jobs()
        await later.scan(LEAP_DAY.encode())
        await printed(later)

        tickets = [decode_body(e).ticket for e in later.events() if e.type == "checked_in"]
        slips = [decode_body(e).ticket for e in later.events() if e.type == "slip_printed"]
        failed = [decode_body(e).ticket for e in later.events() if e.type == "print_failed"]
        on_paper = [data.decode().split()[0] for data in printer.sent]
        assert tickets == [f"A{n:03d}" for n in range(1, len(tickets) + 1)]
        assert sorted(slips + failed) == tickets
        assert set(on_paper) <= set(slips)
        assert len(set(on_paper)) == len(on_paper)
        assert later.journal.open_jobs() == []
