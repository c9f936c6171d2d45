"""Of a person's doses those are shown for which a screen has room."""

from datetime import date

import pytest

from edge.domain.answers import Answer, Found, Item, Why
from edge.domain.screen import Certificates, Doses


def doses(*kinds: str) -> tuple[Item, ...]:
    return tuple(
        Item(
            f"d-{number}", number, date(2021, 6, number),
            certificate="HC1:X" if kind == "there" else "",
            why=Why.UNSIGNED if kind == "none" else None,
        )
        for number, kind in enumerate(kinds, 1)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kinds", "shown"),
    [
        ((), []),
        (("there", "there", "there"), [2, 3]),
        (("none", "none", "none"), [2, 3]),
        (("none", "there", "there"), [1, 3]),
        (("there", "there", "none", "none"), [2, 4]),
    ],
)
def test_of_certificates_two_of_each_kind_the_newest(kinds, shown):
    page = Certificates(Answer(Found.AVAILABLE, doses(*kinds)))

    assert [item.dose for item in page.shown] == shown


@pytest.mark.parametrize(("number", "shown"), [(0, []), (3, [1, 2, 3]), (4, [3, 4])])
def test_of_recorded_doses_three_or_the_last_two(number, shown):
    page = Doses(Answer(Found.AVAILABLE, doses(*["recorded"] * number)))

    assert [item.dose for item in page.shown] == shown
