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
from central.domain.reading_on import (
    OVERLAP,
    believed,
    ends_of,
    halves,
    is_by_time,
    latest,
    reaches,
    read_from,
    span,
)
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


NOW = AT + timedelta(hours=4)
SOON, NOW_WRITTEN = "2026-11-22T06:00:00Z", "2026-11-22T05:00:00.000+00:00"


@pytest.mark.parametrize(
    ("through", "before", "after"),
    [
        (NOON, EARLY, NOON),
        (EARLY, NOON, NOON),
        ("2999-01-01T00:00:00Z", EARLY, EARLY),
        (SOON, EARLY, NOW_WRITTEN),
        (NOON, SOON, NOON),
        ("17", "17", "17"),
        ("", "", ""),
    ],
    ids=[
        "further", "no further", "far ahead", "a little ahead", "after a place ahead",
        "a place of another kind", "nothing",
    ],
)  # fmt: skip
def test_how_far_was_read_is_believed_no_further_than_now_and_never_goes_back(
    through, before, after
):
    assert believed(through, before, NOW) == after


@pytest.mark.parametrize(
    ("through", "since", "by_time"),
    [
        (EARLY, "2026-11-22T00:45:00.000+00:00", True),
        (SOON, "2026-11-22T04:45:00.000+00:00", True),
        ("17", "17", False),
        ("", "", True),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", False),
    ],
    ids=["before", "ahead", "a place of another kind", "nothing", "the first of all days"],
)
def test_what_comes_late_is_read_for_it_is_read_on_from_a_while_before(through, since, by_time):
    assert timedelta(minutes=10) <= OVERLAP <= timedelta(minutes=30)
    assert read_from(through, NOW) == since
    assert is_by_time(through) is by_time


def test_a_part_of_a_list_has_a_name_and_is_halved_to_a_millisecond():
    name = span(EARLY, NOON)
    begin, end = ends_of(name)

    assert (begin, end) == ("2026-11-22T01:00:00.000+00:00", NOW_WRITTEN)
    assert span("", NOON).startswith("1970-01-01T00:00:00.000+00:00/")
    assert [ends_of(other) for other in ("i1", "i1/i2", f"{EARLY}/i2")] == [None] * 3
    times = 0
    while parts := halves(begin, end):
        assert parts[0][0] == begin
        assert parts[0][1] == parts[1][0] < parts[1][1] == end
        begin, end = parts[times % 2]
        times += 1
    assert times < 30
    assert not reaches(begin, end)
    assert reaches(end, begin)
    assert halves("2026-11-22T01:00:00.000900Z", "2026-11-22T01:00:00.002000Z")[0] == (
        "2026-11-22T01:00:00.000+00:00",
        "2026-11-22T01:00:00.001+00:00",
    )


class Platform:
    """Lists one page, whatever it is asked; remembers from where."""

    def __init__(self, through):
        self.asked = []
        self._through = through

    def changed_doses(self, since, _until=""):
        self.asked.append(since)
        yield DosePage((), (), NOON)
        yield DosePage((), (), self._through)


class Clock:
    def now(self):
        return NOW


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

    assert platform.asked == ["", "2026-11-22T04:45:00.000+00:00"]


def test_when_the_list_was_read_and_all_was_compared_is_said_apart(tmp_path):
    class Away(Platform):
        def changed_doses(self, since, _until=""):
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
