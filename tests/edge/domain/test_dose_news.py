"""What a person is told of their doses and certificates."""

from datetime import date

import msgspec
import pytest

from edge.domain.answers import Answer, Found, Why
from edge.domain.dose_news import of_certificates, of_records
from protocol.certificates.news import DoseDetails, DoseNews, PersonsDose


def told(
    recorded="accepted", code="", day="2026-11-22", number=1, dose="d-1", certificate="pending"
) -> PersonsDose:
    return PersonsDose(
        news=DoseNews(dose=dose, visit="v-1", recorded=recorded, certificate=certificate),
        details=DoseDetails(
            number="058185000123", dose_number=number, day=day, vaccine="Comirnaty", code=code
        ),
    )


def test_a_certificate_that_is_there_can_be_printed_and_of_the_other_dose_it_is_said_why_not():
    answer = of_certificates([told(code="HC1:X"), told("pending", dose="d-2", day="2026-11-23")])

    item, other = answer.items
    assert (answer.found, item.id, item.visit) == (Found.AVAILABLE, "d-1", "v-1")
    assert (item.certificate, item.on, item.printed) == ("HC1:X", date(2026, 11, 22), False)
    assert (item.why, other.why, other.certificate) == (None, Why.NOT_RECORDED, "")


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
        ("accepted", "doubtful", Why.DOUBTFUL, False),
        ("accepted", "issued", Why.CLOSED, False),
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


def test_of_whom_nothing_is_known_nothing_is_said_to_be_missing():
    assert of_certificates([]) == of_records([]) == Answer(Found.UNKNOWN)
    assert of_certificates([told("withdrawn")]) == Answer(Found.UNKNOWN)


def test_doses_that_agree_with_the_platform_are_recorded_the_newest_last():
    doses = [told(number=2, dose="d-2", code="HC1:X"), told(day="2026-10-01"), told("pending")]

    answer = of_records(doses)

    assert answer.found is Found.AVAILABLE
    assert [(item.id, item.dose) for item in answer.items] == [("d-1", 1), ("d-2", 2)]
    assert {item.certificate for item in answer.items} == {""}


def test_a_dose_that_the_platform_does_not_show_yet_is_pending():
    assert of_records([told("pending")]) == Answer(Found.PENDING)


def test_a_day_that_nobody_can_read_keeps_no_certificate_back():
    assert of_certificates([told(code="HC1:X", day="?")]).items[0].on == date.min
