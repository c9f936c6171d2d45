"""A family, a helper, a minor: who comes with whom, and each with a number of their own."""

from dataclasses import replace
from datetime import date

import pytest
from factories.conversations import GIA, MAU, Conversation, orders

from edge.domain.answers import Want
from edge.domain.commands import (
    PrintSlip,
    StoreCheckIn,
)
from edge.domain.facts import (
    CompanionAnnounced,
    Confirmed,
    Denied,
    TickPassed,
)
from edge.domain.minors import is_minor
from edge.domain.screen import (
    AskGuardian,
    HoldUp,
)
from protocol.documents.model import Claim, DocumentClass, PartialDate

CHILD = replace(GIA, code="code-child", person="person-child", minor=True)


def family() -> Conversation:
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(CompanionAnnounced(talk.now_ms))
    return talk


def test_a_helper_checks_a_family_in_each_with_their_own_slip():
    talk = family()
    asked = talk.state.screen
    talk.check_in(GIA)
    first = talk.state.screen
    talk.tell(CompanionAnnounced(talk.now_ms))
    talk.check_in(replace(GIA, code="code-3", person="person-3"))

    companions = orders(talk.commands, StoreCheckIn)[1:]
    slips = [(slip.ticket, slip.companions) for slip in orders(talk.commands, PrintSlip)]
    assert asked == HoldUp(Want.CHECK_IN, companion=True)
    assert (first.ticket, first.companions) == ("A002", 1)
    assert [order.companion_of for order in companions] == ["visit-1", "visit-1"]
    assert slips == [("A001", 0), ("A002", 1), ("A003", 2)]


def test_the_next_in_the_queue_is_nobodys_companion():
    talk = Conversation()
    talk.check_in(MAU)
    talk.after(3_000).check_in(GIA)

    assert orders(talk.commands, StoreCheckIn)[1].companion_of is None


def test_a_companion_who_has_a_number_is_shown_it():
    talk = family()

    talk.after(5_000).see(MAU)

    assert talk.state.screen.again


@pytest.mark.parametrize(
    ("answer", "guardian"), [(Confirmed, True), (Denied, False), (None, False)]
)
def test_the_helper_of_a_minor_is_asked_and_any_answer_gives_a_number(answer, guardian):
    talk = family()
    talk.see(CHILD)
    asked = talk.state.screen
    fact = answer(talk.now_ms) if answer else TickPassed(talk.after(40_000).now_ms)

    order = orders(talk.tell(fact), StoreCheckIn)[0]

    assert asked == AskGuardian("Đ. T. G***")
    assert order.guardian is guardian


def test_a_minor_alone_gets_a_number_and_is_told_to_bring_a_guardian():
    talk = Conversation()
    talk.check_in(CHILD)

    assert talk.state.screen.minor_alone


def test_companions_are_announced_beside_a_number_only():
    assert Conversation().tell(CompanionAnnounced(1)) == []


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("birth", "number", "minor"),
    [
        (PartialDate(2010, 11, 22), "058210000001", False),
        (PartialDate(2010, 11, 23), "058210000001", True),
        (PartialDate(2010), "058210000001", True),
        (PartialDate(2009), "058209000001", False),
        (PartialDate(2030, 1, 1), "058210000001", False),
        (None, "058212000001", True),
        (None, "058085000001", False),
        (None, "C1234567", False),
    ],
)
def test_a_minor_is_known_by_the_date_or_else_by_the_number(birth, number, minor):
    claim = Claim(DocumentClass.CCCD_2021, number, birth=birth)

    assert is_minor(claim, TODAY, 16) is minor
