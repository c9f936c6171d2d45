"""At the screen with a person's certificates: one on paper at a touch."""

from datetime import date

import pytest
from factories.conversations import MAU, Conversation, careful, kinds, orders

from edge.domain.answers import Answer, Asker, Found, Item, Want
from edge.domain.commands import PrintCertificate
from edge.domain.facts import (
    Answered,
    CertificateWanted,
    PrintFinished,
    ReprintQueued,
    WantChosen,
    WantsOpened,
)
from edge.domain.screen import Attract, Certificates

FIRST = Item("d-1", 1, date(2021, 9, 12), "AstraZeneca", visit="v-1", certificate="HC1:FIRST")
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


def test_elsewhere_the_wish_means_nothing():
    talk = Conversation()

    assert kinds(talk.tell(CertificateWanted(1, talk.now_ms))) == []
    assert isinstance(talk.state.screen, Attract)


def test_neither_state_nor_command_spells_the_certificate_out():
    talk = asked(FIRST)

    assert "HC1:" not in repr(talk.state) + repr(PrintCertificate(FIRST))
    assert Asker("p").visit is None
