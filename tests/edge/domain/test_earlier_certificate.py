"""An earlier certificate within a person's turn: judged, compared, hinted at, never a refusal."""

from dataclasses import replace
from datetime import date

import pytest
from factories.conversations import GIA, MAU, Conversation
from factories.earlier import CERTIFICATE, DOSE, OLDER, OTHER_CERTIFICATE, judged, verdict

from edge.domain.commands import (
    JudgeCertificate,
    PrintSlip,
    ReprintSlip,
    StoreCertificate,
    StoreCheckIn,
    StoreRefusal,
)
from edge.domain.earlier import Term, foremost, reopened, term_of
from edge.domain.facts import AlreadyHere, CompanionAnnounced, Confirmed, ReprintWanted
from edge.domain.screen import Attract, Done, Read, Refused
from edge.domain.state import State
from protocol.certificates.binding import DoseHint, Fit
from protocol.certificates.model import Stated
from protocol.documents.model import PartialDate
from protocol.events import EarlierDoses


def of_kind(commands, kind):
    return [command for command in commands if isinstance(command, kind)]


@pytest.fixture
def done():
    talk = Conversation()
    talk.check_in(MAU)
    return talk.after(500)


@pytest.fixture
def read():
    talk = Conversation(State())
    talk.see(MAU)
    assert isinstance(talk.state.screen, Read)
    return talk


def test_alone_it_is_explained_and_not_judged():
    talk = Conversation()

    commands = talk.see(CERTIFICATE)

    assert isinstance(talk.state.screen, Refused)
    assert of_kind(commands, StoreRefusal)
    assert not of_kind(commands, JudgeCertificate)


def test_after_the_card_it_is_judged_against_the_card_once(done):
    [order] = done.see(CERTIFICATE)
    again = done.after(100).see(CERTIFICATE)

    assert order == JudgeCertificate(b"HC1:ONE", "person-mau", MAU.reading)
    assert again == []


def test_with_the_own_card_still_there_it_is_judged_as_well(done):
    assert of_kind(done.see(MAU, CERTIFICATE), JudgeCertificate)


def test_card_and_certificate_in_one_frame_are_both_answered():
    talk = Conversation(State())

    talk.see(MAU, CERTIFICATE)

    assert of_kind(talk.after(100).see(MAU, CERTIFICATE), JudgeCertificate)


def test_before_the_number_it_stands_on_the_page_of_the_card_and_on_the_first_slip(read):
    read.see(CERTIFICATE)
    read.tell(judged())
    assert read.state.screen.earlier == verdict()
    assert read.state.screen.ends_ms == 8_000
    [order] = of_kind(read.tell(Confirmed(6_000)), StoreCheckIn)

    commands = read.store(order)

    stored, slip = commands[0], commands[1]
    assert stored == StoreCertificate("visit-1", "person-mau", verdict())
    assert isinstance(slip, PrintSlip)
    assert slip.earlier == verdict()
    assert read.state.screen.earlier == verdict()


def test_a_page_that_is_asked_again_keeps_the_verdict(read):
    read.tell(judged(word="expired"))

    assert read.tell(replace(judged(word="revoked"), at_ms=6_000))

    assert read.state.screen.earlier.verdict == "revoked"


def test_after_the_number_it_is_written_first_and_comes_on_a_second_slip(done):
    commands = done.tell(judged())

    assert commands[0] == StoreCertificate("visit-1", "person-mau", verdict())
    assert isinstance(commands[1], ReprintSlip)
    assert commands[1].earlier == verdict()
    assert done.state.screen.earlier == verdict()
    assert done.state.screen.ticket == "A001"


@pytest.mark.parametrize(
    "changes",
    [{"word": "expired"}, {"fit": Fit.NAME_DIFFERS}, {"newest": None}],
)
def test_what_may_not_be_told_is_written_and_shown_and_not_printed(done, changes):
    commands = done.tell(judged(**changes))

    assert of_kind(commands, StoreCertificate)
    assert not of_kind(commands, ReprintSlip)
    assert isinstance(done.state.screen, Done)
    assert done.state.screen.slip != "failed"


def test_a_later_dose_replaces_an_earlier_one_and_is_printed(done):
    done.tell(judged(newest=OLDER))

    assert of_kind(done.after(100).see(OTHER_CERTIFICATE), JudgeCertificate)
    commands = done.tell(judged())

    assert of_kind(commands, ReprintSlip)[0].earlier == verdict()
    assert done.state.pending.earlier == verdict()


@pytest.mark.parametrize(
    "changes", [{"newest": OLDER}, {"word": "revoked"}, {"fit": Fit.NAME_DIFFERS}]
)
def test_what_tells_less_is_answered_and_written_and_takes_no_hint_away(done, changes):
    done.tell(judged())

    commands = done.tell(judged(**changes))

    assert commands[0].judged == verdict(outdone=True, **changes)
    assert of_kind(commands, ReprintSlip) == []
    assert done.state.screen.earlier == verdict(outdone=True, **changes)
    assert done.state.pending.earlier == verdict()


def test_before_the_number_the_hint_goes_with_it_whatever_was_held_up_last(read):
    read.tell(judged())
    read.tell(judged(newest=OLDER))
    assert read.state.screen.earlier == verdict(newest=OLDER, outdone=True)
    [order] = of_kind(read.tell(Confirmed(6_000)), StoreCheckIn)

    commands = read.store(order)

    assert commands[0] == StoreCertificate("visit-1", "person-mau", verdict())
    assert read.state.screen.earlier == verdict()


@pytest.mark.parametrize(
    ("before", "later", "first_stays"),
    [
        (verdict(), verdict(newest=OLDER), True),
        (verdict(newest=OLDER), verdict(), False),
        (verdict(), verdict(doubt="clock"), False),
        (verdict(newest=DoseHint(1, 2, PartialDate(2021), None)), verdict(newest=OLDER), False),
        (verdict(), verdict(kind="test", newest=None), True),
        (verdict(kind="test", newest=None), verdict("expired"), True),
        (verdict("expired"), verdict("revoked"), False),
        (None, verdict("revoked"), False),
    ],
)
def test_the_hint_is_the_certificate_of_the_later_dose(before, later, first_stays):
    assert foremost(before, later) is (before if first_stays else later)


@pytest.mark.parametrize(
    ("changes", "good", "of_else"),
    [
        ({}, True, False),
        ({"doubt": "no_revocations"}, False, False),
        ({"fit": Fit.BOTH_DIFFER}, False, False),
        ({"word": "revoked"}, False, False),
        ({"kind": ""}, False, False),
        ({"kind": "test", "newest": None}, False, True),
        ({"kind": "recovery", "newest": None, "doubt": "clock"}, False, True),
        ({"kind": "recovery", "newest": None, "word": "expired"}, False, False),
    ],
)
def test_only_a_vaccination_without_any_doubt_is_good(changes, good, of_else):
    assert (verdict(**changes).good, verdict(**changes).of_else) == (good, of_else)


@pytest.mark.parametrize(
    ("doubt", "expected"), [("old_list", "22/11/2026"), ("old_revocations", "21/11/2026")]
)
def test_a_doubt_names_the_day_of_its_own_list(doubt, expected):
    assert verdict(doubt=doubt).doubt_of == expected


RECOVERY = Stated(first=PartialDate(2021, 4, 4), last=PartialDate(2021, 10, 4))


@pytest.mark.parametrize(
    ("stated", "today", "expected"),
    [
        (Stated(PartialDate(2021, 2, 20)), date(2022, 3, 1), Term("sampled", "20/02/2021")),
        (RECOVERY, date(2021, 10, 4), Term("counts", "04/04/2021", "04/10/2021")),
        (RECOVERY, date(2021, 10, 5), Term("over", "04/04/2021", "04/10/2021")),
        (RECOVERY, date(2021, 4, 3), Term("over", "04/04/2021", "04/10/2021")),
        (RECOVERY, None, Term("counts", "04/04/2021", "04/10/2021")),
        (
            RECOVERY._replace(last=PartialDate(2021, 10)),
            date(2022, 3, 1),
            Term("counts", "04/04/2021", "10/2021"),
        ),
        (RECOVERY._replace(first=None), date(2021, 5, 1), None),
        (RECOVERY._replace(last=None), date(2021, 5, 1), None),
    ],
)
def test_a_test_and_a_recovery_say_their_days(stated, today, expected):
    assert term_of(stated, today) == expected


def test_a_verdict_that_comes_when_its_person_has_gone_is_dropped(done):
    assert done.tell(judged(person="person-gia")) == []
    done.tell(CompanionAnnounced(done.now_ms))
    assert done.tell(judged()) == []


def test_a_verdict_that_comes_while_the_number_is_written_goes_with_it():
    talk = Conversation()
    [order] = of_kind(talk.see(MAU), StoreCheckIn)

    assert talk.tell(judged()) == []

    assert of_kind(talk.store(order), StoreCertificate)


def test_a_number_forgotten_meanwhile_is_no_visit_to_write_to(done):
    done.state = replace(done.state, given={})

    assert done.tell(judged()) == []


def test_somebody_who_is_here_already_has_it_on_their_second_slip():
    talk = Conversation()
    talk.see(GIA)
    talk.tell(judged(person="person-gia"))

    commands = talk.tell(AlreadyHere("visit-9", "B007", "person-gia", "Đ. T. G***", 2_000))

    assert of_kind(commands, StoreCertificate)[0].visit == "visit-9"
    assert of_kind(commands, ReprintSlip)[0].earlier == verdict()


def test_a_slip_that_is_asked_for_again_has_it_too(done):
    done.after(60_000).tell(judged(word="valid"))
    done.state = replace(done.state, screen=Done("A001", again=True), pending=done.state.pending)

    [order] = of_kind(done.tell(ReprintWanted(done.now_ms)), ReprintSlip)

    assert order.earlier == verdict()


def test_nothing_of_it_stays_when_its_person_has_left(done):
    done.tell(judged())

    done.after(60_000).see(GIA)

    assert done.state.pending.earlier is None
    assert not isinstance(done.state.screen, Attract)


def test_a_dose_is_told_of_a_valid_certificate_of_this_person_alone():
    assert verdict().told == DOSE
    assert verdict(fit=None).told == DOSE
    assert verdict(fit=Fit.BIRTH_DIFFERS).told is None
    assert verdict("unknown_signer").told is None


def test_a_dose_in_words_and_in_the_seal():
    whole = verdict(product="EU/1/20/1528", country="VN")
    part = verdict(newest=DoseHint(1, 2, PartialDate(2021, 11), None))

    assert (whole.known, whole.values["date"], whole.values["days"]) == (
        "since",
        "15/11/2021",
        "106",
    )
    assert (part.known, part.values["date"]) == ("dose", "11/2021")
    assert verdict("expired").values == {}
    assert whole.sealed_doses() == EarlierDoses(
        kind="vaccination", dose=2, doses=2, day="2021-11-15", product="EU/1/20/1528", country="VN"
    )
    assert verdict(newest=None, kind="test").sealed_doses() == EarlierDoses(kind="test")


@pytest.mark.parametrize(("count", "expected"), [(1, True), (2, False), (None, False)])
def test_a_list_that_knows_another_number_of_doses_contradicts_it(count, expected):
    assert verdict().contradicts(count) is expected
    assert not verdict("expired").contradicts(count)


def test_a_verdict_says_nothing_of_health_or_person_when_it_is_logged():
    of_person = {"name": "Nguyễn Thị Mẫu", "birth": "1985-08-17", "product": "EU/1/20/1528"}
    told = repr(verdict(kind="recovery", term=Term("sampled", "20/02/2021"), **of_person))

    assert not any(word in told for word in ("Mẫu", "1985", "EU/1", "2021", "recovery", "sampled"))
    assert "HC1" not in repr(CERTIFICATE)


@pytest.mark.parametrize(
    ("day", "today", "known", "told"),
    [
        ("2021-11-15", date(2022, 3, 1), "since", "15/11/2021"),
        ("2021-11-15", None, "dose", "15/11/2021"),
        ("2021-11-15", date(2021, 11, 14), "dose", "15/11/2021"),
        ("2021-11", date(2022, 3, 1), "dose", "11/2021"),
        ("2021", date(2022, 3, 1), "dose", "2021"),
        ("2021-02-30", date(2022, 3, 1), "dose", "30/02/2021"),
    ],
)
def test_a_desk_tells_the_dose_as_far_as_it_is_known(day, today, known, told):
    doses = EarlierDoses(dose=2, doses=2, day=day)
    found = reopened("valid", "fits", "", doses, today)

    assert (found.known, found.values["date"]) == (known, told)
    assert (found.fit, found.doubt) == (Fit.FITS, "")


@pytest.mark.parametrize(
    ("verdict", "fit", "doses"),
    [
        ("revoked", "fits", EarlierDoses(dose=2, doses=2, day="2021-11-15")),
        ("valid", "name_differs", EarlierDoses(dose=2, doses=2, day="2021-11-15")),
        ("valid", "of_a_later_version", EarlierDoses(dose=2, doses=2, day="2021-11-15")),
        ("valid", "fits", EarlierDoses()),
        ("valid", "fits", EarlierDoses(dose=2, doses=2, day="9" * 5000)),
        ("valid", "fits", None),
    ],
)
def test_a_desk_tells_no_dose_that_may_be_anothers_or_is_none(verdict, fit, doses):
    assert reopened(verdict, fit, "old_list", doses, date(2022, 3, 1)).told is None


@pytest.mark.parametrize(
    ("doses", "expected"),
    [
        (EarlierDoses(kind="test"), "test"),
        (EarlierDoses(kind="vaccination", dose=2, doses=2, day="2021-11-15"), "vaccination"),
        (EarlierDoses(dose=2, doses=2, day="2021-11-15"), "vaccination"),
        (EarlierDoses(kind="of_a_later_version"), ""),
        (EarlierDoses(), ""),
        (None, ""),
    ],
)
def test_a_desk_knows_what_it_is_of_as_far_as_that_was_sealed(doses, expected):
    assert reopened("valid", "fits", "", doses, date(2022, 3, 1)).kind == expected


def test_a_doubt_of_a_later_version_is_none_that_this_one_has_words_for():
    doses = EarlierDoses(kind="vaccination", dose=2, doses=2, day="2021-11-15")
    later = reopened("valid", "fits", "of_a_later_version", doses, None)

    assert (later.doubt, later.good, later.told.dose) == ("", False, 2)
    assert reopened("valid", "fits", "", doses, None).good
    assert reopened("valid", "", "old_list", None, None).doubt == "old_list"
