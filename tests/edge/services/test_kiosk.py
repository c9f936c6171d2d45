from datetime import UTC, datetime, timedelta

import pytest
import structlog
from factories.documents import (
    CARD_2021,
    DIRTY_ADDRESS,
    HEALTH_INSURANCE,
    LEAP_DAY,
    PERSONAL_QR,
    card,
)
from factories.kiosks import make_bench

from edge.domain.facts import JournalRecovered, TickPassed
from edge.domain.screen import Attract, Done, OutOfOrder, Refused, TwoCards
from edge.domain.time_limits import JOURNAL_RETRY_MS
from edge.services.elapsed import milliseconds
from edge.simulated.clock import SimulatedClock
from protocol import reentry
from protocol.documents.model import Reason
from protocol.events import decode_body, decode_identity
from protocol.sealing import unseal


@pytest.fixture
def bench(tmp_path):
    made = make_bench(tmp_path)
    yield made
    made.journal.close()


async def test_a_card_becomes_a_number_and_a_sealed_event(bench):
    await bench.scan(CARD_2021.encode())

    (event,) = bench.events()
    identity = decode_identity(unseal(event.sealed, event.id, bench.keys.centre_seal))
    assert bench.screen == Done("A001", "N. T. M***")
    assert decode_body(event).ticket == "A001"
    assert identity.number == "058185000123"


@pytest.mark.parametrize(
    ("number", "birth", "group"),
    [("058145000123", "17081945", "elderly"), ("058185000123", "17081985", "")],
)
async def test_whoever_is_old_goes_first_from_a_kiosk_too(bench, number, birth, group):
    await bench.scan(card(number=number, birth=birth))

    (event,) = bench.events()
    assert decode_body(event).priority == group


async def test_the_journal_holds_nobodys_name_or_number_in_plain(bench):
    await bench.scan(CARD_2021.encode())
    await bench.scan(DIRTY_ADDRESS.encode())

    written = b"".join(e.data for e in bench.journal.entries(0, most=100, most_bytes=1 << 20))

    assert b"058185000123" not in written
    assert "Nguyễn".encode() not in written
    assert "Phước Dinh".encode() not in written


async def test_logs_tell_of_visits_and_never_of_people(bench):
    with structlog.testing.capture_logs() as lines:
        await bench.scan(CARD_2021.encode())
        await bench.scan(HEALTH_INSURANCE.encode())
        bench.clock.advance(30)
        await bench.scan(HEALTH_INSURANCE.encode())

    told = str(lines)
    assert "checked_in" in told
    assert not any(word in told for word in ("058185000123", "Mẫu", "Nguyễn", "DN458"))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (PERSONAL_QR.encode(), Reason.MASKED_NUMBER),
        (HEALTH_INSURANCE.encode(), Reason.HEALTH_INSURANCE),
        (b"HC1:NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH", Reason.CERTIFICATE_NOT_IDENTITY),
        (b"https://example.com/menu", Reason.WEB_ADDRESS),
        (f"{reentry.PREFIX}2KCFQG5DAETAG3DU".encode(), Reason.QUEUE_SLIP),
        (card(birth="31022000"), Reason.IMPOSSIBLE_DATE),
        ("Nguyễn".encode("utf-16"), Reason.WRONG_ENCODING),
    ],
)
async def test_what_checks_nobody_in_is_an_event_and_one_sentence(bench, payload, reason):
    await bench.scan(payload)

    (event,) = bench.events()
    assert isinstance(bench.screen, Refused)
    assert bench.screen.reason is reason
    assert (event.type, decode_body(event).reason) == ("scan_refused", reason.value)
    assert (event.person, event.sealed) == (None, None)


async def test_two_peoples_cards_at_once_check_nobody_in(bench):
    await bench.scan(CARD_2021.encode(), DIRTY_ADDRESS.encode())

    (event,) = bench.events()
    assert bench.screen == TwoCards()
    assert decode_body(event).reason == "two_cards"


async def test_a_typed_number_and_the_card_of_the_same_person_are_one_visit(bench):
    await bench.type_number("058 185 000 123")
    bench.clock.advance(10)

    await bench.scan(CARD_2021.encode())

    assert bench.types() == ["checked_in"]
    assert bench.screen == Done("A001", None, slip="printed", again=True)


async def test_a_typed_number_of_eleven_digits_is_explained(bench):
    await bench.type_number("05818500012")

    assert bench.screen.reason is Reason.BAD_NUMBER
    assert decode_body(bench.events()[0]).source == "keypad"


async def test_a_full_disk_puts_the_kiosk_out_of_order_and_uses_no_number(bench):
    bench.journal.full = True
    await bench.scan(CARD_2021.encode())
    out = bench.screen
    bench.journal.full = False

    await bench.scan(DIRTY_ADDRESS.encode())

    assert out == OutOfOrder("D01")
    assert bench.ticket == "A001"
    assert bench.types() == ["checked_in"]


async def test_a_kiosk_comes_back_by_itself_when_the_disk_has_room_again(bench):
    bench.journal.full = True
    await bench.scan(CARD_2021.encode())
    bench.clock.advance(JOURNAL_RETRY_MS / 1000)
    await bench.kiosk.follow(TickPassed(milliseconds(bench.clock)))
    still_out = bench.screen
    bench.journal.full = False
    bench.clock.advance(JOURNAL_RETRY_MS / 1000)

    await bench.kiosk.follow(TickPassed(milliseconds(bench.clock)))

    assert still_out == OutOfOrder("D01")
    assert bench.screen == Attract()
    assert decode_body(bench.events()[0]).reason == "journal_recovered"


async def test_a_refusal_that_cannot_be_written_takes_the_kiosk_out_of_order(bench):
    bench.journal.full = True

    await bench.scan(HEALTH_INSURANCE.encode())

    assert bench.screen == OutOfOrder("D01")


async def test_a_clock_three_years_off_serves_and_repeats_no_number(tmp_path):
    start = datetime(2021, 12, 1, 1, 0, tzinfo=UTC)
    clock = SimulatedClock(start)
    bench = make_bench(tmp_path, clock=clock)
    await bench.scan(CARD_2021.encode())
    clock.set_wall(start - timedelta(days=3 * 365), ok=False)
    clock.advance(10)
    await bench.scan(DIRTY_ADDRESS.encode())
    clock.set_wall(start + timedelta(minutes=1), ok=True)
    clock.advance(10)
    await bench.scan(LEAP_DAY.encode())

    tickets = [decode_body(event).ticket for event in bench.events()]
    bench.journal.close()

    assert tickets == ["A001", "A002", "A003"]
    assert [event.clock_ok for event in make_events(tmp_path, clock)] == [True, False, True]


def make_events(tmp_path, clock):
    bench = make_bench(tmp_path, clock=clock)
    events = bench.events()
    bench.journal.close()
    return events


async def test_numbers_go_on_after_a_restart(tmp_path):
    first = make_bench(tmp_path)
    await first.scan(CARD_2021.encode())
    first.journal.close()
    second = make_bench(tmp_path, clock=first.clock)

    await second.scan(DIRTY_ADDRESS.encode())
    second.journal.close()

    assert second.ticket == "A002"


async def test_facts_are_followed_one_after_the_other(bench):
    await bench.kiosk.follow(JournalRecovered(milliseconds(bench.clock)))

    assert bench.screen == Attract()
