"""Who goes first by rule."""

from datetime import date

import pytest

from edge.domain.priority import by_rule
from protocol.documents.model import Claim, DocumentClass, PartialDate

TODAY = date(2026, 11, 22)


def claim(number: str = "058161000123", birth: PartialDate | None = None) -> Claim:
    return Claim(DocumentClass.CCCD_2021, number, "Nguyễn Thị Mẫu", birth)


@pytest.mark.parametrize(
    ("birth", "group"),
    [
        (PartialDate(1961, 11, 22), "elderly"),  # Sixty-five today.
        (PartialDate(1961, 11, 23), ""),
        (PartialDate(1961, 11), "elderly"),
        (PartialDate(1961), "elderly"),
        (PartialDate(1962), ""),
        (PartialDate(2030, 1, 1), ""),
    ],
)
def test_who_may_be_old_enough_goes_as_elderly(birth: PartialDate, group: str) -> None:
    assert by_rule(claim(birth=birth), TODAY, 65) == group


def test_where_only_a_number_is_known_the_number_tells_the_year() -> None:
    assert by_rule(claim("058161000123"), TODAY, 65) == "elderly"
    assert by_rule(claim("058185000123"), TODAY, 65) == ""


def test_a_passport_without_a_date_of_birth_tells_nothing() -> None:
    assert by_rule(claim("L898902C3"), TODAY, 65) == ""
