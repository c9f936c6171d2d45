"""How long to wait before the next try."""

import pytest

from edge.domain.backoff import delay


@pytest.mark.parametrize(
    ("failures", "ceiling"), [(1, 2.0), (2, 4.0), (5, 32.0), (9, 300.0), (10_000, 300.0)]
)
def test_the_ceiling_doubles_up_to_five_minutes(failures: int, ceiling: float) -> None:
    assert delay(failures, 0) == 1.0
    assert delay(failures, 0xFFFF) == ceiling


def test_chance_spreads_the_kiosks_over_the_whole_span() -> None:
    assert delay(9, 0x8000) == pytest.approx(150.5, abs=0.1)
