"""How large letters are, for who stands how far away."""

import pytest

from edge.domain.letters import letters


@pytest.mark.parametrize(
    ("metres", "inches", "capital_mm"), [(6, 55, 30), (10, 55, 50), (4, 43, 20), (15, 85, 75)]
)
def test_a_capital_is_a_two_hundredth_of_the_distance_whatever_the_screen(
    metres, inches, capital_mm
):
    found = letters(metres, inches)

    screen_mm = inches * 25.4 * 9 / (16**2 + 9**2) ** 0.5
    assert found.capital_mm == capital_mm
    # Noto Sans: 1000 units to the em, capitals of 714.
    assert found.size_percent / 100 * screen_mm * 0.714 == pytest.approx(capital_mm, abs=0.3)


def test_twice_as_far_is_twice_as_large():
    assert letters(12, 55).size_percent == pytest.approx(2 * letters(6, 55).size_percent, abs=0.15)
