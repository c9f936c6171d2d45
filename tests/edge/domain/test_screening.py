"""What the ministry's ten questions speak for."""

import pytest

from edge.domain.screening import FEVER_TENTHS, QUESTIONS, doubts, suggested
from protocol.site_events import ScreeningForm


def form(*yes: int, celsius_tenths: int | None = 368, **fields) -> ScreeningForm:
    """A form with all questions answered; those named, counted from 1, with yes."""
    answers = tuple(number in yes for number in range(1, QUESTIONS + 1))
    return ScreeningForm(**{"answers": answers, "celsius_tenths": celsius_tenths} | fields)


@pytest.mark.parametrize(
    ("filled", "expected"),
    [
        (form(), "eligible"),
        (form(1), "contraindicated"),
        (form(1, 2, 4), "contraindicated"),
        (form(4), "to_hospital"),
        (form(2), "deferred"),
        (form(3), "deferred"),
        (form(celsius_tenths=FEVER_TENTHS), "deferred"),
        (form(celsius_tenths=FEVER_TENTHS - 1), "eligible"),
        (form(6), None),
        (form(celsius_tenths=None), None),
        (form(answers=(False,) * 9 + (None,)), None),
        (form(answers=()), None),
        (form(answers=(True,)), "contraindicated"),
    ],
)
def test_the_answers_speak_for_one_conclusion_or_leave_it_to_the_doctor(filled, expected):
    assert suggested(filled) == expected


@pytest.mark.parametrize(
    ("filled", "expected"),
    [
        (form(), ()),
        (form(1), ("screening_bars",)),
        (form(2, celsius_tenths=None), ("screening_bars", "screening_incomplete")),
        (form(6), ("screening_care",)),
        (form(answers=(None,) * 10), ("screening_incomplete",)),
    ],
)
def test_who_is_declared_fit_against_the_form_is_told_why_first(filled, expected):
    assert doubts(filled, "eligible") == expected


def test_who_is_not_vaccinated_now_needs_no_complete_form():
    assert doubts(ScreeningForm(answers=(None,) * 10), "deferred") == ()
