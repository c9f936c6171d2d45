"""What is known of the people on the sample cards. All of them, and their doses, are invented."""

from datetime import date
from typing import Final

from edge.domain.answers import Answer, Found, Item, Why

_MAU = (
    Item("sample-1", 1, date(2021, 9, 12), "AstraZeneca"),
    Item("sample-2", 2, date(2021, 11, 30), "AstraZeneca"),
)
_UNSIGNED = Item("sample-3", 1, date(2021, 11, 30), "AstraZeneca", why=Why.UNSIGNED)
SAMPLE_ANSWERS: Final = {
    "058185000123": Answer(Found.AVAILABLE, _MAU),
    "058200000015": Answer(Found.PENDING, (_UNSIGNED,)),
}
"""By number; for everybody else nothing is known."""
