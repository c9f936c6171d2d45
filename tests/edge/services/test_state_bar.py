from factories.documents import CARD_2021, DIRTY_ADDRESS
from factories.kiosks import make_bench

from edge.services.display import PrinterMood
from edge.services.state_bar import StateBar


def bar_of(bench, acked_at=None):
    return StateBar(
        journal=bench.journal,
        display=bench.display,
        clock=bench.clock,
        acked_at=lambda: acked_at,
    )


async def test_the_bar_counts_what_no_acknowledgement_covers(tmp_path):
    bench = make_bench(tmp_path)
    await bench.scan(CARD_2021.encode())
    bench.clock.advance(5)
    await bench.scan(DIRTY_ADDRESS.encode())
    bar = bar_of(bench)

    await bar.look()
    before = bench.display.shown.bar
    bench.journal.acknowledge(1)
    await bar.look()
    bench.journal.close()

    assert before.unsent == 2
    assert bench.display.shown.bar.unsent == 1


async def test_with_all_sent_the_bar_shows_when_the_centre_last_said_so(tmp_path):
    bench = make_bench(tmp_path)
    acked_at = bench.clock.now()
    bench.clock.advance(100)

    await bar_of(bench, acked_at).look()
    bench.journal.close()

    assert bench.display.shown.bar.unsent == 0
    assert bench.display.shown.bar.as_of == acked_at


async def test_what_was_sent_between_two_looks_makes_the_time_newer_and_the_same_minute_draws_nothing(
    tmp_path,
):
    bench = make_bench(tmp_path)
    await bar_of(bench, bench.clock.now()).look()
    bench.clock.advance(600)
    later = bench.clock.now()

    await bar_of(bench, later).look()
    drawn = bench.display.shown.number
    await bar_of(bench, later).look()
    bench.journal.close()

    assert bench.display.shown.bar.as_of == later
    assert bench.display.shown.number == drawn


async def test_the_bar_tells_a_clock_that_is_not_believed_and_how_the_printer_is(tmp_path):
    bench = make_bench(tmp_path)
    bench.clock.set_wall(bench.clock.now(), ok=False)
    bar = bar_of(bench)

    bar.printer(PrinterMood.PAPER_OUT)
    await bar.look()
    bench.journal.close()

    assert bench.display.shown.bar.printer is PrinterMood.PAPER_OUT
    assert bench.display.shown.bar.clock_ok is False
