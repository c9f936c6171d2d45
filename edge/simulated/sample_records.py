"""What is known of the people on the sample cards. All of them, and their doses, are invented."""

from datetime import date
from typing import Final

from edge.domain.answers import Answer, Found, Item

_MAU = (
    Item("sample-1", 1, date(2021, 9, 12), "AstraZeneca"),
    Item("sample-2", 2, date(2021, 11, 30), "AstraZeneca"),
)
SAMPLE_ANSWERS: Final = {
    "058185000123": Answer(Found.AVAILABLE, _MAU),
    "058200000015": Answer(Found.PENDING),
}
"""By number; for everybody else nothing is known."""
