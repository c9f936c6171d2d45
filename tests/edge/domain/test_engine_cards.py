"""A scan engine gives a card once, or again and again; neither loses the next person's."""

from factories.conversations import (
    GIA,
    INSURANCE,
    MAU,
    MAU_BY_NOTICE,
    Conversation,
    careful,
    orders,
)

from edge.domain.commands import StoreCheckIn
from edge.domain.facts import (
    CodesSeen,
    CompanionAnnounced,
    Denied,
    NumberEntered,
    ScreenHeard,
    ScreenLeft,
    ScreenTouched,
    Seen,
    TickPassed,
)
from edge.domain.scanning import NUMBER_READ_MS, PUT_OFF_MS
from edge.domain.screen import Attract, Done, HoldUp, NotMe, Read
from edge.domain.state import Rules

PAGE_MS = Rules().confirm_ms
TOO_LONG_MS = PAGE_MS + NUMBER_READ_MS + PUT_OFF_MS + 1


def scan(talk: Conversation, code: Seen) -> None:
    """Hold a code before the engine, and let the journal take what follows."""
    _settle(talk, CodesSeen((code,), talk.now_ms, "engine"))


def wait(talk: Conversation, milliseconds: int) -> None:
    """Let time pass in the kiosk's own steps."""
    for _ in range(0, milliseconds, 250):
        _settle(talk.after(250), TickPassed(talk.now_ms))


def lies_there(talk: Conversation, code: Seen, milliseconds: int) -> None:
    """Leave a card before an engine that reads by itself, once a second."""
    for _ in range(0, milliseconds, 1_000):
        wait(talk, 1_000)
        scan(talk, code)


def _settle(talk: Conversation, fact: CodesSeen | TickPassed | NumberEntered) -> None:
    for order in orders(talk.tell(fact), StoreCheckIn):
        talk.store(order)


def came(talk: Conversation) -> list[str]:
    return [order.person for order in orders(talk.commands, StoreCheckIn)]


def test_a_card_read_once_while_another_is_served_gets_its_number_when_the_screen_is_free() -> None:
    talk = careful()
    scan(talk, MAU)
    scan(talk.after(300), GIA)

    wait(talk, 2 * (PAGE_MS + NUMBER_READ_MS))

    assert came(talk) == ["person-mau", "person-gia"]
    assert [s.ticket for s in talk.screens() if isinstance(s, Done)] == ["A001", "A002"]


def test_the_number_before_it_stays_long_enough_to_be_read() -> None:
    talk = Conversation()
    scan(talk, MAU)
    scan(talk.after(100), GIA)

    wait(talk, NUMBER_READ_MS - 250)

    assert came(talk) == ["person-mau"]
    assert talk.state.screen == Done("A001", "N. T. M***")


def test_a_card_that_an_engine_repeats_all_the_time_is_taken_once() -> None:
    talk = careful()
    scan(talk, MAU)

    lies_there(talk, MAU, 60_000)

    assert came(talk) == ["person-mau"]
    assert not any(isinstance(screen, Done) and screen.again for screen in talk.screens())


def test_a_card_repeated_since_the_screen_was_busy_is_not_swallowed_for_its_repeats() -> None:
    talk = careful()
    scan(talk, MAU)

    lies_there(talk, GIA, 40_000)

    assert came(talk) == ["person-mau", "person-gia"]


def test_of_several_that_had_to_wait_the_newest_is_taken() -> None:
    talk = careful()
    scan(talk, MAU)
    scan(talk.after(200), Seen("code-third", GIA.reading, "person-third"))
    scan(talk.after(200), GIA)

    wait(talk, 40_000)

    assert came(talk) == ["person-mau", "person-gia"]


def test_who_had_to_wait_too_long_holds_the_card_up_again() -> None:
    talk = careful()
    scan(talk, MAU)
    scan(talk.after(200), GIA)

    talk.tell(TickPassed(talk.after(TOO_LONG_MS).now_ms))
    wait(talk, 40_000)

    assert "person-gia" not in came(talk)


def test_another_document_of_the_person_who_is_served_is_no_next_person() -> None:
    talk = careful()
    scan(talk, MAU)
    scan(talk.after(200), MAU_BY_NOTICE)

    wait(talk, 40_000)

    assert came(talk) == ["person-mau"]
    assert not any(isinstance(screen, Done) and screen.again for screen in talk.screens())


def test_who_typed_the_number_meanwhile_is_not_told_again_by_the_card() -> None:
    talk = careful()
    scan(talk, MAU)
    scan(talk.after(200), GIA)
    talk.tell(ScreenLeft(talk.now_ms))
    _settle(talk, NumberEntered(GIA, talk.now_ms))

    wait(talk, TOO_LONG_MS)

    assert came(talk) == ["person-gia"]
    assert not any(isinstance(screen, Done) and screen.again for screen in talk.screens())


def test_the_right_card_after_a_wrong_one_waits_for_the_word_that_it_was_the_wrong_one() -> None:
    talk = careful()
    scan(talk, MAU)
    scan(talk.after(500), GIA)
    talk.tell(Denied(talk.after(100).now_ms))
    assert isinstance(talk.state.screen, NotMe)

    wait(talk, 250)

    assert isinstance(talk.state.screen, Read)
    assert talk.state.screen.masked_name == "Đ. T. G***"


def test_whoever_came_meanwhile_is_not_taken_for_somebodys_companion() -> None:
    talk = Conversation()
    scan(talk, MAU)
    scan(talk.after(100), GIA)
    talk.tell(CompanionAnnounced(talk.now_ms))

    wait(talk, 10_000)

    assert isinstance(talk.state.screen, HoldUp)
    assert came(talk) == ["person-mau"]


def test_a_wrong_code_meanwhile_takes_nobodys_turn() -> None:
    talk = careful()
    scan(talk, MAU)
    scan(talk.after(100), GIA)
    scan(talk.after(100), INSURANCE)

    wait(talk, 60_000)

    assert came(talk) == ["person-mau", "person-gia"]
    assert isinstance(talk.state.screen, Attract)


def test_what_a_camera_saw_meanwhile_is_not_taken_once_it_is_gone() -> None:
    talk = careful()
    talk.see(MAU)
    talk.after(300).see(GIA)

    wait(talk, 40_000)

    assert came(talk) == ["person-mau"]


def test_who_waits_while_a_card_s_page_is_read_aloud_gets_a_number_after_it() -> None:
    talk = careful()
    scan(talk, MAU)
    scan(talk.after(300), GIA)

    for _ in range(6):
        wait(talk, 1_000)
        talk.tell(ScreenHeard(talk.now_ms))
    wait(talk, 2 * (PAGE_MS + NUMBER_READ_MS))

    assert came(talk) == ["person-mau", "person-gia"]


def test_who_waits_is_not_kept_by_somebody_who_has_the_page_read_again_and_again() -> None:
    talk = careful()
    scan(talk, MAU)
    scan(talk.after(300), GIA)
    talk.tell(ScreenTouched(talk.now_ms))

    for _ in range(20):
        wait(talk, 1_000)
        talk.tell(ScreenHeard(talk.now_ms))

    assert talk.state.put_off is None
