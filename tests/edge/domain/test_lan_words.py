"""What kiosk and hub say to each other: whatever comes is read, or refused without a word of it."""

from dataclasses import replace

import pytest
from factories.conversations import GIA, MAU, Conversation, kinds, orders
from factories.rosters import claim, entry, page
from hypothesis import given
from hypothesis import strategies as st

from edge.domain import lan
from edge.domain.arrivals import read_arrival, wanted
from edge.domain.commands import ForgetFrames, ReprintSlip, ShowScreen
from edge.domain.facts import AlreadyHere, CompanionAnnounced, PrintFinished, ReprintQueued
from edge.domain.lan import (
    Claim,
    ClaimAnswer,
    DayKey,
    HubState,
    Run,
    StaffAnswer,
    StaffCall,
    Taken,
    Waiting,
)
from edge.domain.roster import Roster
from edge.domain.stamp import Moment, complete
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys
from protocol import hlc
from protocol.errors import WireError
from protocol.events import Booted, CertificateSeen, CheckedIn, encode_event
from protocol.identity import DeviceId

MESSAGES = [
    Claim(event="e", visit="v", person="p", ticket="A001", at="2026-11-22T01:00:00Z"),
    ClaimAnswer(answer="known", visit="v", ticket="A001", station="screening", settled=False),
    Run(epoch="a" * 32, after=3, through=5, events=(b"one", b"\xff\x00")),
    Taken(through=5),
    DayKey(day="2026-11-22", key=b"k" * 32),
    HubState(device="hub-0001", site="phuoc-dinh", epoch="a" * 32),
    Waiting(minutes=(5, 15)),
    Waiting(),
    StaffCall(call="c1", seconds=30, over=True),
    StaffAnswer(arrived=True),
]
MOMENT = Moment(SimulatedClock().now(), "boot-1", 1, clock_ok=True)


def event(body=None, **changes):
    fields = {"visit": "visit-1", "person": "person-mau", "hlc": hlc.Hlc(5, 0)} | changes
    done = complete(
        event_id="event-1",
        body=body or CheckedIn(ticket="A001", document="cccd_2021"),
        seq=1,
        moment=MOMENT,
        **fields,
    )
    return encode_event(done)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_what_is_said_is_what_is_heard(message):
    assert lan.decode(type(message), lan.encode(message)) == message


def test_a_field_of_a_later_version_is_passed_over():
    assert lan.decode(Taken, b'{"through":4,"later":[1]}') == Taken(through=4)


@given(st.binary(max_size=200))
def test_hostile_bytes_are_refused_and_not_quoted(data):
    with pytest.raises(WireError) as caught:
        lan.decode(Claim, b"?" + data)

    assert str(caught.value) == "bad_message: not a Claim as JSON"


def test_brackets_without_end_are_refused():
    with pytest.raises(WireError, match="bad_message"):
        lan.decode(Run, b"[" * 100_000)


def test_a_day_key_never_shows_itself():
    assert repr(DayKey(day="2026-11-22", key=b"secret")) == "DayKey(2026-11-22)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.168.10.2", ("192.168.10.2", 8445)),
        ("192.168.10.2:9000", ("192.168.10.2", 9000)),
        ("hub.lan", ("hub.lan", 8445)),
        ("fe80::1", ("fe80::1", 8445)),
        ("[fe80::1]", ("fe80::1", 8445)),
        ("[fe80::1]:9000", ("fe80::1", 9000)),
    ],
)
def test_an_address_may_name_a_port_of_its_own(text, expected):
    assert lan.address(text, 8445) == expected


def test_the_certificate_of_a_hub_names_its_site():
    assert lan.hub_name("phuoc-dinh") == "phuoc-dinh-hub.local"


def test_the_hub_wants_check_ins_certificates_and_complaints_and_nothing_else():
    assert wanted(event()).id == "event-1"
    assert wanted(event(CertificateSeen(verdict="valid"))).id == "event-1"
    assert wanted(event(Booted(software="x"))) is None


def test_a_check_in_is_read_and_another_event_is_none():
    assert read_arrival(event()).visit == "visit-1"
    assert read_arrival(event(CertificateSeen(verdict="valid"))).visit == "visit-1"
    assert read_arrival(event(Booted(software="x"))) is None


def test_a_check_in_of_no_visit_or_no_time_is_refused():
    with pytest.raises(WireError, match="without a visit"):
        read_arrival(event(visit=None))
    with pytest.raises(WireError, match="bad_hlc"):
        read_arrival(event(hlc="noon"))


def test_a_new_day_key_matches_from_then_on_and_former_ones_are_remembered_a_while():
    keys = SimulatedKeys(DeviceId("kiosk-0001"))
    first = keys.person("058185000123")

    keys.take_day_key(b"second")
    second = keys.person("058185000123")
    keys.take_day_key(b"second")
    former = keys.former_persons("058185000123")
    keys.take_day_key(b"third")
    keys.take_day_key(b"fourth")

    assert (first != second, former) == (True, (first,))
    assert len(keys.former_persons("058185000123")) == 2
    assert first not in keys.former_persons("058185000123")


def known(talk, **changes):
    fact = AlreadyHere("visit-9", "B012", "person-mau", "N. T. M***", talk.now_ms)
    return talk.tell(replace(fact, **changes))


def test_who_holds_a_number_from_elsewhere_is_told_it_and_gets_its_slip_again():
    talk = Conversation()
    talk.see(MAU)

    commands = known(talk, desk="Khám sàng lọc")

    screen = talk.state.screen
    assert kinds(commands) == [ReprintSlip, ShowScreen, ForgetFrames]
    assert orders(commands, ReprintSlip) == [
        ReprintSlip("visit-9", "B012", "N. T. M***", "Khám sàng lọc")
    ]
    assert (screen.ticket, screen.again, screen.reprint, screen.slip) == (
        "B012",
        True,
        True,
        "printing",
    )


def test_how_that_slip_came_out_is_said():
    talk = Conversation()
    talk.see(MAU)
    known(talk)
    talk.tell(ReprintQueued("job-again", talk.now_ms))

    talk.tell(PrintFinished("job-again", "proven", talk.now_ms))

    assert talk.state.screen.slip == "printed"


def test_the_same_card_later_shows_that_number_and_prints_nothing_by_itself():
    talk = Conversation()
    talk.see(MAU)
    known(talk)

    commands = talk.after(10_000).see(MAU)

    assert talk.state.screen.ticket == "B012"
    assert orders(commands, ReprintSlip) == []


def test_a_companion_who_is_known_stays_with_their_helper():
    talk = Conversation()
    talk.check_in(GIA)
    talk.tell(CompanionAnnounced(talk.now_ms))
    talk.after(10_000).see(MAU)

    known(talk)

    assert talk.state.helper.visit == "visit-1"
    assert not talk.state.companion


def test_who_left_before_the_word_came_is_told_it_all_the_same():
    talk = Conversation()

    known(talk)

    assert talk.state.screen.ticket == "B012"


def test_a_roster_is_found_by_the_keys_of_another_day():
    roster = Roster().apply(page([entry(1)]), lambda number: f"monday {number}")

    other = roster.rekeyed(lambda number: f"tuesday {number}")

    assert other.find(claim(name=None, birth=None), lambda number: f"tuesday {number}").id == 1
    assert other.find(claim(name=None, birth=None), lambda number: f"monday {number}") is None
