"""Places are listed as a Vietnamese dictionary has their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.domain.levels import Level
from central.domain.place_order import place_key
from central.services.place_names import NoNames, PlaceNames


@pytest.mark.parametrize(
    "right",
    [
        ["Xã An Hải", "Xã Ăn", "Xã Ân", "Xã Bắc Sơn"],
        ["Da", "Đa", "Đà", "Đả", "Đã", "Đá", "Đạ", "Đan"],
        ["Phước Dinh", "Phước Đại", "Phước Hà"],
        ["Trạm 2", "Trạm 10", "Trạm An"],
        ["O", "Ô", "Ơ", "U", "Ư"],
        ["Phan Rang", "Phan Rang-Tháp Chàm", "Phan-Rí", "Phanh"],
        ["bac-ai", "Bác Ái", "Zét", "«Nhà văn hóa»"],
    ],
)
def test_letters_come_before_tones_and_numbers_by_size(right):
    turned = right[::-1]

    assert sorted(turned, key=place_key) == right


@given(st.lists(st.text()))
def test_any_names_can_be_sorted_and_the_order_is_one(names):
    turned = names[::-1]

    assert sorted(names, key=place_key) == sorted(turned, key=place_key)


class Many(NoNames):
    """A registry of more sites than anybody reads."""

    def site_ids(self):
        return frozenset(f"s{number}" for number in range(501))


def test_a_form_offers_the_sites_that_somebody_may_see_unless_they_are_too_many():
    names = PlaceNames(sites={"a": "Ơ", "b": "Ô"})

    assert names.offered(None, ["c"]) == ["c", "b", "a"]
    assert names.offered(frozenset({"a"}), ["a"]) == ["a"]
    assert PlaceNames(Many()).offered(None, ["c"]) == ["c"]


def test_sites_are_sorted_by_name_and_by_id_where_none_is_known():
    names = PlaceNames(sites={"a": "Ơ", "b": "Ô"}, communes={"a": "Xã A"})

    assert names.in_order(["a", "b", "c", "b"]) == ["c", "b", "a"]
    assert [names.below(level, "a") for level in (Level.PROVINCE, Level.COMMUNE)] == ["Xã A", "Ơ"]
