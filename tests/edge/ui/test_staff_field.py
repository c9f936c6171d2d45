"""Whom a field of staff names, while the hub knows its staff's names and while it is locked."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import cast

import pytest

from edge.domain.queue.stations import USUAL
from edge.domain.staff import Role, Staff
from edge.ui.site.desk_model import DeskSite, Place, Problem, Work
from edge.ui.site.staff_field import staff_named

NAMES = {"kham-1": "Kator Văn Khám", "tiem-1": "Đổng Thị Tiêm"}


def named(typed: str, names: Mapping[str, str]) -> str:
    """Return whom ``typed`` names, or the word that says why nobody."""
    site = cast("DeskSite", SimpleNamespace(staff_names=lambda: names))
    work = Work(
        site=site,
        staff=Staff("don-1", Role.RECEPTION),
        place=Place(USUAL[0], "1"),
        visit=None,
        form={"answers_for": typed},
        once="",
        t=lambda key, **_: key,
    )
    try:
        return staff_named(work, "answers_for", "check_in.nobody")
    except Problem as problem:
        return problem.word


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tiem-1", "tiem-1"),
        ("Đổng Thị Tiêm", "tiem-1"),
        ("Bạch Thị Chim Yến", "problem.not_staff"),
        ("tiem-9", "problem.not_staff"),
        (" ", "check_in.nobody"),
    ],
)
def test_a_colleague_is_named_by_log_in_name_and_understood_by_name(typed: str, found: str) -> None:
    assert named(typed, NAMES) == found


def test_of_two_colleagues_with_one_name_none_is_guessed() -> None:
    assert named("Katơr Thị Hai", dict.fromkeys(NAMES, "Katơr Thị Hai")) == "problem.not_staff"


@pytest.mark.parametrize(
    ("typed", "found"), [("tiem-1", "tiem-1"), ("Đổng Thị Tiêm", "problem.not_staff")]
)
def test_while_nobodys_name_is_known_only_a_log_in_name_is_taken(typed: str, found: str) -> None:
    assert named(typed, {}) == found
