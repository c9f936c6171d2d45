"""Which writing stands when some correct others: whoever wrote last, however they are linked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.domain.corrections import Writing, standing


def standing_ones(*writings):
    return {event for event, stands in standing(writings).items() if stands}


@pytest.mark.parametrize(
    ("writings", "expected"),
    [
        ([Writing("a", "1", "")], {"a"}),
        ([Writing("a", "1", ""), Writing("b", "2", "a")], {"b"}),
        ([Writing("a", "1", ""), Writing("b", "2", "a"), Writing("c", "3", "b")], {"c"}),
        ([Writing("a", "1", ""), Writing("b", "3", "a"), Writing("c", "2", "a")], {"b"}),
        ([Writing("b", "2", "unseen"), Writing("c", "3", "unseen")], {"c"}),
        ([Writing("a", "1", "b"), Writing("b", "2", "a")], {"b"}),
        ([Writing("a", "1", "a")], {"a"}),
        ([Writing("a", "1", ""), Writing("b", "2", "")], {"a", "b"}),
    ],
    ids=[
        "alone", "corrected", "corrected twice", "two correct one", "what they correct is not here",
        "a circle", "itself", "two doses",
    ],
)  # fmt: skip
def test_the_latest_of_what_is_linked_stands(writings, expected):
    assert standing_ones(*writings) == expected


IDS = st.sampled_from("abcdef")


@given(st.dictionaries(IDS, st.tuples(IDS, IDS | st.just(""))), st.randoms())
def test_the_order_of_arrival_decides_nothing(links, chance):
    writings = [Writing(event, f"{stamp}{event}", to) for event, (stamp, to) in links.items()]
    shuffled = list(writings)
    chance.shuffle(shuffled)

    assert standing(shuffled) == standing(writings)
