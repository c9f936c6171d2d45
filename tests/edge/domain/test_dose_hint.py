"""What the list says of earlier doses: which sentence, and when days are counted."""

from datetime import date

import pytest

from edge.domain.dose_hint import DoseHint, dose_hint
from edge.domain.roster import Match
from protocol.documents.model import PartialDate
from protocol.roster import Standing

TODAY = date(2026, 11, 22)
LAST = PartialDate(2026, 6, 5)


def listed(doses: int | None, last: PartialDate | None) -> Match:
    return Match(Standing.VERIFIED, doses=doses, last_dose=last)


@pytest.mark.parametrize("match", [None, listed(None, None)])
def test_where_the_list_knows_nothing_nothing_is_said(match: Match | None) -> None:
    assert dose_hint(match, TODAY) is None


@pytest.mark.parametrize(
    ("doses", "last", "known", "values"),
    [
        (0, None, "none", {"count": "0"}),
        (2, None, "count", {"count": "2"}),
        (2, LAST, "count_since", {"count": "2", "date": "05/06/2026", "days": "170"}),
        (None, LAST, "since", {"date": "05/06/2026", "days": "170"}),
        (0, LAST, "since", {"count": "0", "date": "05/06/2026", "days": "170"}),
        (1, PartialDate(2021), "count_last", {"count": "1", "date": "2021"}),
        (None, PartialDate(2021, 9), "last", {"date": "09/2021"}),
    ],
)
def test_the_sentence_says_what_is_known_and_no_more(doses, last, known, values) -> None:
    hint = dose_hint(listed(doses, last), TODAY)

    assert hint is not None
    assert (hint.known, hint.values) == (known, values)


def test_without_a_believed_clock_no_days_are_counted() -> None:
    assert dose_hint(listed(2, LAST), None) == DoseHint(2, LAST, None)


def test_a_dose_in_the_future_has_no_days() -> None:
    assert dose_hint(listed(2, PartialDate(2026, 11, 23)), TODAY) == DoseHint(
        2, PartialDate(2026, 11, 23)
    )


def test_a_dose_of_today_was_no_days_ago() -> None:
    hint = dose_hint(listed(1, PartialDate(2026, 11, 22)), TODAY)

    assert hint is not None
    assert hint.days == 0


def test_nothing_of_it_is_in_what_a_log_could_show() -> None:
    assert repr(DoseHint(2, LAST, 170)) == "DoseHint()"
