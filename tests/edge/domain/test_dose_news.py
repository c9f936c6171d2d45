"""What a person is told of their doses and certificates."""

from datetime import date

import msgspec
import pytest

from edge.domain import dose_news
from edge.domain.answers import Answer, Found, Why
from protocol.certificates.news import DoseDetails, DoseNews, PersonsDose, PersonsDoses


def told(
    recorded="accepted", code="", day="2026-11-22", number=1, dose="d-1", certificate="pending"
) -> PersonsDose:
    return PersonsDose(
        news=DoseNews(dose=dose, visit="v-1", recorded=recorded, certificate=certificate),
        details=DoseDetails(
            number="058185000123", dose_number=number, day=day, vaccine="Comirnaty", code=code
        ),
    )


def of_certificates(doses, *, whole=True) -> Answer:
    return dose_news.of_certificates(PersonsDoses(doses=tuple(doses), whole=whole))


def of_records(doses, *, whole=True) -> Answer:
    return dose_news.of_records(PersonsDoses(doses=tuple(doses), whole=whole))


def test_a_certificate_that_is_there_can_be_printed_and_of_the_other_dose_it_is_said_why_not():
    answer = of_certificates([told(code="HC1:X"), told("pending", dose="d-2", day="2026-11-23")])

    item, other = answer.items
    assert (answer.found, item.id, item.visit) == (Found.AVAILABLE, "d-1", "v-1")
    assert (item.certificate, item.on, item.printed) == ("HC1:X", date(2026, 11, 22), False)
    assert (item.why, other.why, other.certificate) == (None, Why.NOT_RECORDED, "")


def test_a_certificate_that_any_site_printed_is_said_to_be_printed_and_a_record_never_is():
    printed = msgspec.structs.replace(told(code="HC1:X"), printed=True)

    assert of_certificates([printed]).items[0].printed
    assert not of_records([printed]).items[0].printed


@pytest.mark.parametrize(
    ("day", "dated", "first"),
    [
        ("2021-06-15", "15/06/2021", date(2021, 6, 15)),
        ("2021-06", "06/2021", date(2021, 6, 1)),
        ("2021", "2021", date(2021, 1, 1)),
        ("", "", date.min),
        ("2021-02-30", "", date.min),
    ],
)
def test_a_day_is_told_as_far_as_it_is_known(day, dated, first):
    item = of_certificates([told(day=day)]).items[0]

    assert (item.dated, item.on) == (dated, first)


@pytest.mark.parametrize(
    ("recorded", "certificate", "why", "passes"),
    [
        ("pending", "pending", Why.NOT_RECORDED, True),
        ("a word of later", "pending", Why.NOT_RECORDED, True),
        ("overdue", "pending", Why.LATE, False),
        ("failed", "pending", Why.NOT_ACCEPTED, False),
        ("accepted", "pending", Why.UNSIGNED, True),
        ("accepted", "revoked", Why.REVOKED, False),
        ("pending", "revoked", Why.REVOKED, False),
        ("accepted", "expired", Why.EXPIRED, False),
        ("accepted", "doubtful", Why.DOUBTFUL, False),
        ("accepted", "issued", Why.CLOSED, False),
        ("accepted", "unread", Why.UNREAD, True),
        ("accepted", "elsewhere", Why.ELSEWHERE, False),
        ("pending", "elsewhere", Why.ELSEWHERE, False),
        ("overdue", "elsewhere", Why.LATE, False),
        ("failed", "elsewhere", Why.NOT_ACCEPTED, False),
    ],
)
def test_a_dose_without_a_certificate_says_why(recorded, certificate, why, passes):
    answer = of_certificates([told(recorded, certificate=certificate)])

    [item] = answer.items
    assert (answer.found, item.why, item.why.passes) == (Found.PENDING, why, passes)


def test_a_certificate_that_was_issued_anew_says_so_where_it_can_be_printed():
    anew = told(code="HC1:N")
    anew = msgspec.structs.replace(anew, news=msgspec.structs.replace(anew.news, reissued=True))

    assert [item.reissued for item in of_certificates([anew]).items] == [True]
    assert [item.reissued for item in of_records([anew]).items] == [False]


def test_a_corrected_dose_is_told_of_by_the_one_in_its_place():
    answer = of_certificates(
        [told("withdrawn", code="", dose="old"), told(code="HC1:N", dose="new")]
    )

    assert [item.id for item in answer.items] == ["new"]


def test_only_who_knows_everything_says_that_there_is_nothing():
    assert of_certificates([]) == of_records([]) == Answer(Found.UNKNOWN)
    assert of_certificates([told("withdrawn")]) == Answer(Found.UNKNOWN)
    for of in (of_certificates, of_records):
        assert of([], whole=False) == of([told("withdrawn")], whole=False) == Answer(Found.NOT_HERE)


def test_doses_that_agree_with_the_platform_are_recorded_the_newest_last():
    doses = [told(number=2, dose="d-2", code="HC1:X"), told(day="2026-10-01")]

    answer = of_records(doses, whole=False)

    assert answer.found is Found.AVAILABLE
    assert [(item.id, item.dose, item.why) for item in answer.items] == [
        ("d-1", 1, None),
        ("d-2", 2, None),
    ]
    assert {item.certificate for item in answer.items} == {""}


@pytest.mark.parametrize(
    ("recorded", "why"),
    [
        ("pending", Why.NOT_RECORDED),
        ("a word of later", Why.NOT_RECORDED),
        ("overdue", Why.LATE),
        ("failed", Why.NOT_ACCEPTED),
    ],
)
def test_a_dose_that_the_platform_has_not_taken_says_why_and_stands_last(recorded, why):
    answer = of_records([told(recorded, dose="d-1", day="2026-10-01"), told(dose="d-2")])

    assert answer.found is Found.PENDING
    assert [(item.id, item.why) for item in answer.items] == [("d-2", None), ("d-1", why)]


def test_a_day_that_nobody_can_read_keeps_no_certificate_back():
    assert of_certificates([told(code="HC1:X", day="?")]).items[0].on == date.min
