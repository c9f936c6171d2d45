"""Doses compared, people's doses looked through, and the rate: values in, values out."""

from dataclasses import replace
from datetime import timedelta

import pytest
from factories.devices import AT
from factories.told_doses import held_dose, told_dose

from central.domain.comparison import Difference
from central.domain.doses import DoseAnswer, chosen, compare_dose, differences
from central.domain.findings import GivenDose, of_comparison, of_person
from central.domain.rate import Rate
from central.domain.records import Record, RecordState, withdraw, withdrawn

TOLD = told_dose()
HELD = held_dose(TOLD)


@pytest.mark.parametrize(
    "changes",
    [{"name": "NGUYỄN  THỊ MẪU"}, {"vaccine": "vx  mot"}, {"lot": "ab 12"}, {"site": "elsewhere"}],
)
def test_what_is_typed_another_way_is_no_difference(changes):
    assert differences(TOLD, replace(HELD, **changes)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "058285999999"),
        ("name", "Nguyễn Thị Mậu"),
        ("birth", "1985-08-18"),
        ("sex", None),
        ("vaccine", "VX Hai"),
        ("lot", "AB-13"),
        ("dose_number", None),
        ("day", "2026-11-21"),
    ],
)
def test_a_field_that_differs_is_named_with_both_values(field, value):
    expected = Difference(field, str(getattr(TOLD, field)), "" if value is None else value)

    assert differences(TOLD, replace(HELD, **{field: value})) == [expected]


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"vaccine": "VX Hai"}, True),
        ({"dose_number": None}, True),
        ({"day": "2026-11-23"}, True),
        ({"day": "2026-10-01", "dose_number": 1}, False),
        ({"number": "058285999999"}, False),
    ],
)
def test_a_typed_dose_is_ours_when_person_and_two_of_three_agree(changes, same):
    typed = replace(HELD, event="", **changes)

    assert (chosen(TOLD, [typed]) is typed) is same


def test_our_own_entry_goes_before_one_that_was_typed():
    typed = replace(HELD, id="a", event="")

    assert chosen(TOLD, [typed, HELD]) is HELD


def test_what_is_not_there_is_no_comparison():
    assert compare_dose(TOLD, DoseAnswer(())) is None
    assert compare_dose(TOLD, DoseAnswer((replace(HELD, event="another"),))) is None


def test_an_entry_too_many_and_an_answer_of_another_are_named():
    answer = DoseAnswer((HELD, replace(HELD, id="i2", event="")), ("x",))

    found = of_comparison(TOLD.dose, TOLD.site, compare_dose(TOLD, answer))

    assert [(one.kind, one.theirs) for one in found] == [("doubled", "2"), ("other_answer", "x")]


def test_a_dose_that_is_not_there_is_missing():
    (finding,) = of_comparison("d", "s", [Difference("record", "1", "0")])

    assert finding.kind == "missing"


def test_what_a_finding_holds_of_a_person_is_not_printed():
    (finding,) = of_comparison("d", "s", [Difference("name", "Nguyễn Thị Mẫu", "Trần")])

    assert "Mẫu" not in repr(finding)


@pytest.mark.parametrize(
    ("doses", "kinds"),
    [
        ([("2026-10-01", 1, "a"), ("2026-11-22", 2, "a")], []),
        ([("2026-11-22", 2, "a"), ("2026-10-01", 1, "b")], []),
        ([("2026-11-22", 1, "a"), ("2026-11-22", 2, "b")], ["two_places", "interval"]),
        ([("2026-11-22", 1, "a"), ("2026-11-22", 2, "")], ["interval"]),
        ([("2026-11-22", 1, ""), ("2026-11-22", 2, "b")], ["interval"]),
        ([("2026-11-10", 1, "a"), ("2026-11-22", 2, "a")], ["interval"]),
        ([("2026-10-01", 2, "a"), ("2026-11-22", 2, "a")], ["dose_number"]),
        ([("2026-10-01", None, "a"), ("2026-11-22", 2, "a")], []),
        ([("sometime", 1, "a"), ("2026-11-22", 2, "a")], ["dose_number"]),
    ],
)
def test_what_cannot_be_among_a_persons_doses_is_named(doses, kinds):
    found = of_person("058285000001", [GivenDose(*dose) for dose in doses], 14)

    assert [one.kind for one in found] == kinds


def test_in_whichever_order_doses_come_the_same_is_found():
    doses = [GivenDose("2026-11-22", 1, site) for site in ("b", "a", "c")]

    assert of_person("n", doses, 14) == of_person("n", doses[::-1], 14)


def test_of_many_doses_the_first_that_cannot_be_is_told():
    doses = [GivenDose("2026-11-20", 1, "a"), GivenDose("2026-11-21", 2, "a")]

    (finding,) = of_person("n", [*doses, GivenDose("2026-11-22", 3, "b")], 14)

    assert (finding.ours, finding.theirs, finding.site) == (
        "2026-11-20 1 a", "2026-11-21 2 a", "a"
    )  # fmt: skip


def test_the_rate_gives_back_with_time_and_never_more_than_a_seconds_worth():
    rate = Rate(10.0)

    assert rate.available(AT) == 10
    spent = rate.spent(AT, 10)
    assert spent.available(AT) == 0
    assert spent.available(AT + timedelta(seconds=0.5)) == 5
    assert spent.available(AT + timedelta(hours=1)) == 10
    assert spent.available(AT - timedelta(hours=1)) == 0


def test_a_slow_rate_lets_one_through_now_and_then():
    spent = Rate(0.1).spent(AT, 1)

    assert [spent.available(AT + timedelta(seconds=after)) for after in (0, 9, 10)] == [0, 0, 1]


def test_what_was_replaced_is_withdrawn_once():
    sent = Record("d", "s", RecordState.ACCEPTED, AT)

    leaving = withdraw(sent, "d", "s", AT)

    assert (leaving.state, leaving.next_try_at) == (RecordState.WITHDRAWING, AT)
    assert leaving.stamp != sent.stamp
    assert withdraw(leaving, "d", "s", AT) is None
    assert withdrawn(leaving).state is RecordState.WITHDRAWN
    assert withdraw(None, "d", "s", AT).state is RecordState.WITHDRAWN
