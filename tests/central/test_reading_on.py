"""How far the Platform's list was read, where one of its entries bears a time that cannot be."""

from datetime import timedelta
from functools import partial

import pytest
from factories.devices import AT
from factories.migrated import migrated_engine

from central.adapters.comparison_sql import SqlComparison
from central.adapters.dose_store import SqlMirror
from central.adapters.metrics_prometheus import PrometheusMetrics, of_comparison
from central.domain.doses import DosePage
from central.domain.reading_on import believed, latest
from central.ports import PlatformUnavailable
from central.services.comparing import Comparer

EARLY, NOON = "2026-11-22T08:00:00+07:00", "2026-11-22T05:00:00.000Z"


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ([EARLY, NOON], NOON),
        ([NOON, EARLY, "zzzz", "", "2999-01-01"], NOON),
        (["zzzz", ""], ""),
        ([], ""),
    ],
    ids=["by the clock, not by the letter", "some are no instants", "all are none", "none"],
)
def test_the_last_instant_is_found_among_what_was_said(said, last):
    assert latest(said) == last


@pytest.mark.parametrize(
    ("through", "after"),
    [(NOON, NOON), ("2999-01-01T00:00:00Z", EARLY), ("17", "17"), ("", "")],
    ids=["now", "far ahead", "a place of another kind", "nothing"],
)
def test_a_time_far_ahead_is_not_gone_on_from(through, after):
    assert believed(through, EARLY, AT + timedelta(hours=4)) == after


class Platform:
    """Lists one page, whatever it is asked; remembers from where."""

    def __init__(self, through):
        self.asked = []
        self._through = through

    def changed_doses(self, since):
        self.asked.append(since)
        yield DosePage((), (), NOON)
        yield DosePage((), (), self._through)


class Clock:
    def now(self):
        return AT + timedelta(hours=4)


def test_one_entry_of_the_far_future_hides_nothing_that_comes_after_it(tmp_path):
    engine = migrated_engine(tmp_path)
    platform = Platform("2999-01-01T00:00:00Z")
    comparer = Comparer(
        platform, SqlMirror(engine), SqlComparison(engine), Clock(),
        least_days=14, interval_seconds=1,
    )  # fmt: skip

    comparer.step()
    comparer.step()
    engine.dispose()

    assert platform.asked == ["", NOON]


def test_when_the_list_was_read_and_all_was_compared_is_said_apart(tmp_path):
    class Away(Platform):
        def changed_doses(self, since):
            raise PlatformUnavailable(f"HTTP 403, asked from {since}")

    engine = migrated_engine(tmp_path)
    said = []
    for platform in (Platform(NOON), Away(NOON)):
        comparer = Comparer(
            platform, SqlMirror(engine), SqlComparison(engine), Clock(),
            least_days=14, interval_seconds=1,
        )  # fmt: skip
        comparer.step()
        said.append(comparer.done())
        metrics = PrometheusMetrics()
        metrics.measure(partial(of_comparison, comparer.done()))
    engine.dispose()

    assert [sorted(one) for one in said] == [["compared", "read"], ["compared"]]
    assert 'tram_comparison_timestamp_seconds{step="compared"} 1.79' in metrics.text().decode()
