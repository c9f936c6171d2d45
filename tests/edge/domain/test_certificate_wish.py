"""At the screen with a person's certificates: one on paper at a touch."""

from datetime import date

import pytest
from factories.conversations import MAU, Conversation, careful, kinds, orders

from edge.domain.answers import Answer, Asker, Found, Item, Want, Why
from edge.domain.commands import PrintCertificate, PrintPending
from edge.domain.facts import (
    Answered,
    CertificateWanted,
    PendingWanted,
    PrintFinished,
    ReprintQueued,
    WantChosen,
    WantsOpened,
)
from edge.domain.reprint import LIMIT
from edge.domain.screen import Attract, Certificates
from edge.domain.speech import Tone, tone

FIRST = Item("d-1", 1, date(2021, 9, 12), "AstraZeneca", visit="v-1", certificate="HC1:FIRST")
WAITING = Item("d-3", 1, date(2026, 11, 22), "Comirnaty", visit="v-3", why=Why.UNSIGNED)
SECOND = Item("d-2", 2, date(2021, 11, 30), "AstraZeneca", visit="v-2")


def asked(*items: Item, found: Found = Found.AVAILABLE) -> Conversation:
    """Return a conversation of somebody who sees these certificates."""
    talk = careful()
    talk.tell(WantsOpened(talk.now_ms))
    talk.tell(WantChosen(Want.CERTIFICATE, talk.now_ms))
    talk.see(MAU)
    person = talk.state.pending.person
    talk.tell(Answered(Want.CERTIFICATE, person, Answer(found, items), talk.now_ms))
    assert isinstance(talk.state.screen, Certificates)
    return talk


def wish(talk: Conversation, place: int = 1) -> list[PrintCertificate]:
    return orders(talk.tell(CertificateWanted(place, talk.now_ms)), PrintCertificate)


def test_a_touch_prints_the_certificate_that_was_chosen():
    talk = asked(FIRST, SECOND)

    assert wish(talk) == [PrintCertificate(FIRST)]
    assert talk.state.screen.slip == "printing"
    assert talk.state.screen.printable


@pytest.mark.parametrize("place", [2, 3, 0, -1])
def test_a_certificate_that_is_not_there_is_not_printed(place):
    talk = asked(FIRST, SECOND)

    assert wish(talk, place) == []
    assert talk.state.screen.slip is None


def test_a_second_touch_while_one_is_on_its_way_does_nothing():
    talk = asked(FIRST)
    wish(talk)

    assert wish(talk) == []


@pytest.mark.parametrize(
    ("outcome", "shown"), [("proven", "printed"), ("doubtful", "doubtful"), ("failed", "failed")]
)
def test_how_it_ended_is_said_on_the_same_screen(outcome, shown):
    talk = asked(FIRST)
    wish(talk)
    talk.tell(ReprintQueued("job-1", talk.now_ms))

    talk.tell(PrintFinished("another", "failed", talk.now_ms))
    assert talk.state.screen.slip == "printing"
    talk.tell(PrintFinished("job-1", outcome, talk.now_ms))

    assert talk.state.screen.slip == shown
    assert wish(talk) == [PrintCertificate(FIRST)]


def test_a_copy_too_many_is_no_fault_of_the_printer():
    talk = asked(FIRST)
    wish(talk)
    talk.tell(ReprintQueued("job-1", talk.now_ms))

    talk.tell(PrintFinished("job-1", "failed", talk.now_ms, reason=LIMIT))

    assert (talk.state.screen.slip, talk.state.screen.refused) == ("limit", None)
    assert tone(talk.state.screen) is Tone.ATTENTION


@pytest.mark.parametrize(
    ("reason", "refused"),
    [
        ("certificate_revoked", "revoked"),
        ("certificate_expired", "not_valid"),
        ("paper_out", None),
    ],
)
def test_a_certificate_that_counts_no_more_is_not_printed_and_the_screen_says_why(reason, refused):
    talk = asked(FIRST)
    wish(talk)
    talk.tell(ReprintQueued("job-1", talk.now_ms))

    talk.tell(PrintFinished("job-1", "failed", talk.now_ms, reason=reason))

    assert (talk.state.screen.slip, talk.state.screen.refused) == ("failed", refused)
    wish(talk)
    assert talk.state.screen.refused is None


def test_elsewhere_the_wish_means_nothing():
    talk = Conversation()

    assert kinds(talk.tell(CertificateWanted(1, talk.now_ms))) == []
    assert isinstance(talk.state.screen, Attract)


def word(talk: Conversation) -> list[PrintPending]:
    return orders(talk.tell(PendingWanted(talk.now_ms)), PrintPending)


def test_a_touch_prints_why_there_is_none_yet_of_every_dose_without_one():
    talk = asked(FIRST, WAITING)
    name = talk.state.screen.masked_name

    [order] = word(talk)

    assert order == PrintPending((WAITING,), name)
    assert (order.item, name) == (WAITING, "N. T. M***")
    assert (talk.state.screen.slip, talk.state.screen.word) == ("printing", True)
    assert word(talk) == []


def test_the_word_on_paper_ends_on_the_same_screen_and_a_certificate_is_no_word():
    talk = asked(FIRST, WAITING)
    word(talk)
    talk.tell(ReprintQueued("job-2", talk.now_ms))
    talk.tell(PrintFinished("job-2", "failed", talk.now_ms))

    assert (talk.state.screen.slip, talk.state.screen.word) == ("failed", True)
    assert wish(talk) == [PrintCertificate(FIRST)]
    assert not talk.state.screen.word


@pytest.mark.parametrize("items", [(), (FIRST,)])
def test_where_nothing_is_pending_no_word_of_it_is_printed(items):
    talk = asked(*items)

    assert word(talk) == []
    assert talk.state.screen.slip is None


def test_elsewhere_nobody_gets_a_word_of_it():
    assert kinds(Conversation().tell(PendingWanted(0))) == []


def test_neither_state_nor_command_spells_the_certificate_out():
    talk = asked(FIRST)

    assert "HC1:" not in repr(talk.state) + repr(PrintCertificate(FIRST))
    assert Asker("p").visit is None
