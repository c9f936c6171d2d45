"""A person who holds a number from another kiosk: told it, given its slip again, written down once."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from factories.documents import CARD_2021
from factories.kiosks import printing_bench
from factories.lan import LanKiosk, card
from factories.waiting import until
from fakes.kiosk_parts import FillingDisk

from edge.domain.screen import Done, OutOfOrder
from edge.ports import HubUnavailable
from edge.services.display import Bar, Shown
from edge.simulated.hub import SimulatedHub
from edge.ui.pages import Pages
from protocol.events import decode_body

TOLD = "Chưa nối được với máy chủ điểm tiêm; vẫn nhận người"


async def at_another_kiosk(hub):
    other = LanKiosk(hub, "kiosk-0002", prefix="B")
    stored = other.alone()
    await other.client.look()
    assert card().number in CARD_2021
    return stored


async def test_the_number_is_told_and_its_slip_printed_again_as_a_second_one(tmp_path):
    hub = SimulatedHub()
    elsewhere = await at_another_kiosk(hub)
    async with printing_bench(tmp_path, hub=hub) as bench:
        await bench.scan(CARD_2021.encode())
        await until(lambda: bench.finished)
        await bench.hear()

        screen = bench.screen
        printed = bench.events()[-1]
        assert bench.types() == ["slip_printed"]
        assert isinstance(screen, Done)
        assert (screen.ticket, screen.again, screen.slip) == (elsewhere.ticket, True, "printed")
        assert (printed.visit, decode_body(printed).reprint) == (elsewhere.visit, True)
        assert [slip.split()[0] for slip in bench.printer.sent] == [elsewhere.ticket.encode()]


async def test_without_an_answer_the_person_gets_a_number_as_ever(tmp_path):
    hub = SimulatedHub()
    await at_another_kiosk(hub)
    hub.fail_with(HubUnavailable("no answer"))
    async with printing_bench(tmp_path, hub=hub) as bench:
        await bench.scan(CARD_2021.encode())

        assert (bench.ticket, bench.types()[0]) == ("A001", "checked_in")


async def test_a_full_disk_is_said_although_the_hub_granted_it(tmp_path):
    async with printing_bench(tmp_path, hub=SimulatedHub()) as bench:
        assert isinstance(bench.journal, FillingDisk)
        bench.journal.full = True

        await bench.scan(CARD_2021.encode())

        assert bench.screen == OutOfOrder("D01")


def bar_of(bar):
    pages = Pages(device="kiosk-0001", site_name="Trạm", zone=ZoneInfo("Asia/Ho_Chi_Minh"))
    return pages.message(replace(Shown(), number=1, bar=bar)).decode()


def test_the_bar_says_that_the_hub_is_not_reached_and_nothing_where_it_is_or_is_none():
    assert TOLD in bar_of(Bar(hub_reached=False))
    assert TOLD not in bar_of(Bar(hub_reached=True))
    assert TOLD not in bar_of(Bar())
