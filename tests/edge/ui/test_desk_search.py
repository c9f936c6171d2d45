"""Numbers as people say and type them at a desk."""

import pytest
from factories.queues import Hall

from edge.ui.site.desk_answers import visits_with


@pytest.fixture
def hall() -> Hall:
    hall = Hall()
    for ticket in ("A001", "A012", "B012", "A120"):
        hall.come(ticket=ticket)
    return hall


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("A012", ["A012"]),
        ("12", ["A012", "B012"]),
        ("001", ["A001"]),
        ("120", ["A120"]),
        ("7", []),
        ("", []),
        ("C012", []),
        ("١٢", []),
    ],
)
def test_digits_alone_are_enough(hall: Hall, typed: str, found: list[str]) -> None:
    assert [visit.ticket for visit in visits_with(hall.state, typed)] == found
