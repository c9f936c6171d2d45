"""Numbers that are one person's: chains of re-issued numbers, and what somebody joined by hand."""

import pytest

from central.domain.one_person import OnePerson


@pytest.mark.parametrize(
    ("renewed", "joined", "chief", "others"),
    [
        ([("n2", "n1")], [], "n2", ["n1"]),
        ([("n2", "n1"), ("n3", "n2")], [], "n3", ["n1", "n2"]),
        ([("n3", "n2"), ("n2", "n1")], [], "n3", ["n1", "n2"]),
        ([("n2", "n0"), ("n3", "n0")], [], "n2", ["n0", "n3"]),
        ([], [("n5", "n4")], "n4", ["n5"]),
        ([("n9", "n1")], [("n1", "n8")], "n8", ["n1", "n9"]),
        ([("n1", "n2"), ("n2", "n1")], [], "n1", ["n2"]),
        ([("n2", "n1"), ("n4", "n3")], [("n4", "n2"), ("n3", "n1")], "n2", ["n1", "n3", "n4"]),
    ],
    ids=[
        "renewed", "twice", "in any order", "one before two", "joined", "both", "in a circle",
        "two groups, joined twice",
    ],
)  # fmt: skip
def test_what_is_found_of_many_numbers_is_told_of_one(renewed, joined, chief, others):
    who = OnePerson(renewed, joined)

    assert who.others([chief, *others, "n7"]) == {chief: others}
    assert [who.is_other(number) for number in (chief, *others, "n7")] == [
        False, *[True] * len(others), False,
    ]  # fmt: skip
