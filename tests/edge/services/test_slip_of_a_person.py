"""What a slip says to one person: doses of the list, larger letters, first or second slip."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from factories.documents import CARD_2021
from factories.kiosks import DEVICE, printing_bench
from factories.printers import a_slip
from factories.waiting import until
from fakes.kiosk_parts import NotingPrinter

from edge.adapters.slip_layout import Words, layout
from edge.adapters.slip_low import LowSlipRenderer
from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.domain.commands import PrintSlip, ReprintSlip
from edge.domain.dose_hint import DoseHint
from edge.domain.roster import Match
from edge.ports import JobState, Paper, PrinterStatus, PrintJob
from edge.services.reading import Reader
from edge.services.slip_words import DOSES, SlipWriter, dose_lines
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys
from edge.ui.words import say
from protocol.documents.model import PartialDate
from protocol.roster import Standing

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HINT = DoseHint(2, PartialDate(2026, 6, 5), 170)
VIETNAMESE = "Theo danh sách: đã tiêm 2 mũi, mũi gần nhất 05/06/2026 (170 ngày). Bác sĩ quyết định."
ORDER = PrintSlip("job", "visit", "A012", "N. T. M***", doses=HINT)
JOB = PrintJob("job", "visit", "A012", "2026-11-22T01:05:00Z")


def writer(**changes) -> SlipWriter:
    return SlipWriter("Trạm Y tế Phước Dinh", "Bàn đón tiếp", SimulatedClock(), **changes)


def test_the_slip_says_in_both_languages_what_the_list_says_of_doses() -> None:
    assert writer().slip(ORDER, JOB).lines == (
        VIETNAMESE,
        "On the list: doses so far: 2, the last 05/06/2026 (days since: 170). The doctor decides.",
    )


def test_without_a_list_the_slip_says_nothing_of_doses() -> None:
    assert writer().slip(replace(ORDER, doses=None), JOB).lines == ()


@pytest.mark.parametrize("told", ["unverified", "not_listed", "no_list"])
def test_the_slip_says_what_the_list_knows_and_that_the_person_is_served(told) -> None:
    order = replace(ORDER, doses=None, standing=told)

    vietnamese, english = writer().slip(order, JOB).lines

    assert "Vẫn được phục vụ." in vietnamese
    assert "To be served" in english
    assert ("Chưa có tên" in vietnamese) is (told == "not_listed")


def test_a_person_who_was_verified_hears_nothing_of_it_on_the_slip() -> None:
    assert writer().slip(replace(ORDER, doses=None, standing="verified"), JOB).lines == ()


def test_a_correction_slip_says_nothing_of_doses() -> None:
    assert writer().slip(ORDER, replace(JOB, kind="correction")).lines == ()


@pytest.mark.parametrize("known", DOSES)
@pytest.mark.parametrize(("place", "language"), [(0, "vi"), (1, "en")])
def test_screen_and_slip_say_the_same(known, place: int, language: str) -> None:
    values = {"count": 2, "date": "05/06/2026", "days": 170}

    on_screen = (
        f"{say(f'list_doses.{known}', language, **values)} {say('doctor_decides', language)}"
    )

    assert DOSES[known][place].format(**values) == on_screen


@pytest.mark.parametrize("of_site", [True, False])
@pytest.mark.parametrize("of_person", [True, False])
def test_a_slip_is_large_where_the_site_or_the_person_wants_it(of_site, of_person) -> None:
    slip = writer(large=of_site).slip(replace(ORDER, large=of_person), JOB)

    assert slip.large is (of_site or of_person)


@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("large", [True, False])
def test_both_renderers_put_the_hint_on_paper(width_mm, large) -> None:
    plain = a_slip(large=large)
    hinted = replace(plain, lines=dose_lines(HINT))

    for renderer in (PillowSlipRenderer(width_mm), LowSlipRenderer(width_mm)):
        longer = renderer.paper_mm(renderer.render(hinted))
        assert longer > renderer.paper_mm(renderer.render(plain)) + 5
    assert b"On the list: doses so far: 2" in LowSlipRenderer(width_mm).render(hinted)


def test_what_concerns_health_is_never_kept_once_drawn() -> None:
    blocks = layout(a_slip(lines=dose_lines(HINT)), ZONE)

    (hint,) = [block for block in blocks if isinstance(block, Words) and block.text == VIETNAMESE]
    assert hint.personal


@dataclass
class _List:
    """A roster that knows everybody's doses."""

    def match(self, _) -> Match:
        return Match(Standing.VERIFIED, doses=2, last_dose=PartialDate(2026, 6, 5))


@pytest.mark.parametrize(
    ("wall", "ok", "days"),
    [
        (datetime(2026, 11, 22, 1, 0, tzinfo=UTC), True, 170),
        # Half past midnight at the site, the day before by UTC.
        (datetime(2026, 11, 21, 17, 30, tzinfo=UTC), True, 170),
        (datetime(2026, 11, 22, 1, 0, tzinfo=UTC), False, None),
    ],
)
def test_days_are_counted_by_the_site_s_date_and_only_by_a_believed_clock(wall, ok, days) -> None:
    clock = SimulatedClock(wall, ok=ok)
    reader = Reader(keys=SimulatedKeys(DEVICE), clock=clock, zone=ZONE, ask_roster=_List().match)

    assert reader.code(CARD_2021.encode()).doses == DoseHint(2, PartialDate(2026, 6, 5), days)


async def test_no_event_holds_what_the_list_says_of_doses(tmp_path) -> None:
    async with printing_bench(tmp_path) as bench:
        bench.reader._ask_roster = _List().match
        await bench.scan(CARD_2021.encode())
        await until(lambda: bench.finished)

        assert bench.screen.doses is not None
        entries = bench.journal.entries(0, most=100, most_bytes=1 << 20)
        assert entries
        assert not any(b"dose" in entry.data or b"2026-06-05" in entry.data for entry in entries)
        assert all(b"dose" not in path.read_bytes() for path in tmp_path.iterdir())


async def _again(bench, count: int) -> None:
    """Print the first visit's slip again, and wait for how it ended."""
    visit = next(event.visit for event in bench.events() if event.type == "checked_in")
    bench.printing.reprint(ReprintSlip(visit, "A001", None))
    await until(lambda: len(bench.finished) >= count)


def marks(bench) -> list[tuple[str, bool]]:
    """Return how each slip ended, and whether it said that it was printed again."""
    from protocol.events import decode_body

    ends = [event for event in bench.events() if event.type in {"slip_printed", "print_failed"}]
    return [(event.type, decode_body(event).reprint) for event in ends]


async def test_after_a_slip_that_never_came_out_the_next_is_not_marked_and_the_third_is(tmp_path):
    printer = NotingPrinter()
    printer.status_now = PrinterStatus(online=False, paper=Paper.OUT)
    async with printing_bench(tmp_path, printer=printer) as bench:
        await bench.scan(CARD_2021.encode())
        await until(lambda: len(bench.finished) == 1)
        printer.status_now = PrinterStatus(online=True, paper=Paper.ENOUGH)
        await _again(bench, 2)
        bench.clock.advance(60)
        await _again(bench, 3)

        assert marks(bench) == [
            ("print_failed", False),
            ("slip_printed", False),
            ("slip_printed", True),
        ]
        assert all(job.state is not JobState.QUEUED for job in bench.journal.open_jobs())


@pytest.mark.parametrize("knows", [True, False])
async def test_after_a_slip_that_came_out_or_may_have_the_next_is_marked(tmp_path, knows):
    async with printing_bench(tmp_path, printer=NotingPrinter(knows=knows)) as bench:
        await bench.scan(CARD_2021.encode())
        await until(lambda: len(bench.finished) == 1)
        await _again(bench, 2)

        assert marks(bench) == [("slip_printed", False), ("slip_printed", True)]
