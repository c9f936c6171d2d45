"""Figures by level: summed from the projection, by site, commune and province, never mixed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from factories import closings
from factories.dashboards import ZONE
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.wire import CENTRE_SEAL

from central.adapters.figures_sql import SqlFigures
from central.adapters.levels_sql import SqlLevels
from central.adapters.visit_store import SqlProjection
from central.domain.accounts import Role, Visitor
from central.domain.figures import day_on
from central.domain.levels import (
    COUNTED,
    NO_COMMUNE,
    Fleet,
    HourCount,
    Level,
    Order,
    Place,
    Scope,
    hours_of,
)
from central.domain.quality import quality
from central.ports import StoreUnavailable
from central.services.levels import Levels, NotYours
from central.services.projection import Projector
from central.services.summing import Summing

NOTHING = dict.fromkeys(COUNTED, 0)
DAY = day_on(date(2026, 11, 22), ZONE)
COMMUNES = {"phuoc-dinh-xa": ("phuoc-dinh",), "bac-ai": ("phuoc-dai", "phuoc-tien")}
PROVINCE = Visitor("tinh", "Đổng Thị Tỉnh", Role.PROVINCE, None)


class Clock:
    def __init__(self, now=AT + timedelta(minutes=30)):
        self.at = now

    def now(self):
        return self.at


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


@pytest.fixture
def day(engine):
    """A day of two sites: five people and what became of them, and one whom another site injected."""
    closings.close_a_day(engine)
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    return engine


def levels(engine, clock=None):
    clock = clock or Clock()
    summing = Summing(SqlFigures(engine), clock, ZONE, COMMUNES)
    summing.step()
    return Levels(SqlLevels(engine), SqlFigures(engine), clock, ZONE)


def test_a_province_is_the_sum_of_its_communes_and_these_of_their_sites(day):
    seen = levels(day)

    province = seen.look(PROVINCE)
    assert [(one.name, one.sites, one.reporting) for one in province.places] == [
        ("bac-ai", 2, 1),
        ("phuoc-dinh-xa", 1, 1),
    ]
    for name in COUNTED:
        below = [one.counted[name] for one in province.places]
        assert province.whole.counted[name] == sum(below)
    commune = seen.look(PROVINCE, "bac-ai")
    assert [(one.name, one.counted["arrivals"]) for one in commune.places] == [
        ("phuoc-dai", 1),
        ("phuoc-tien", 0),
    ]


def test_what_sites_say_and_what_the_platform_holds_are_counted_apart(day):
    whole = levels(day).look(PROVINCE, site="phuoc-dinh").whole

    assert (whole.counted["arrivals"], whole.counted["visits_matched"]) == (5, 0)
    # Of two writings of one dose only the newer one counts.
    assert (whole.counted["doses"], whole.counted["doses_matched"]) == (3, 0)
    assert whole.counted["doses_traced"] == 2


def test_who_waits_is_who_came_and_was_neither_injected_nor_sent_away_nor_left(day):
    look = levels(day).look(PROVINCE, site="phuoc-dinh")

    assert look.whole.waiting == 1
    assert [(one.hour, one.arrivals, one.waiting) for one in look.hours] == [
        (datetime(2026, 11, 22, 1, tzinfo=UTC), 5, 1)
    ]


def test_where_no_hub_tells_who_is_done_nobody_is_said_to_wait(engine):
    Journal(engine).add(check_in(1))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()

    assert levels(engine).look(PROVINCE, site="phuoc-dinh").whole.waiting is None


def test_the_way_up_is_known_at_every_level(day):
    seen = levels(day)

    assert seen.look(PROVINCE, site="phuoc-dai").commune == "bac-ai"
    assert seen.look(PROVINCE, site="phuoc-dai").scope.level is Level.SITE
    assert seen.look(PROVINCE, "bac-ai").scope.level is Level.COMMUNE
    assert seen.look(PROVINCE).scope.level is Level.PROVINCE


def test_each_sees_only_their_own_sites(day):
    seen = levels(day)
    visitor = Visitor("tram", "Trạm", Role.SITE, frozenset({"phuoc-dai"}))

    assert seen.look(visitor).whole.counted["arrivals"] == 1
    assert [one.name for one in seen.look(visitor).places] == ["bac-ai"]
    for place in ({"site": "phuoc-dinh"}, {"commune": "phuoc-dinh-xa"}):
        with pytest.raises(NotYours):
            seen.look(visitor, **place)


@pytest.mark.parametrize("place", [{"site": "nowhere"}, {"commune": "nowhere"}])
def test_a_place_that_is_not_is_refused(day, place):
    with pytest.raises(NotYours):
        levels(day).look(PROVINCE, **place)


def test_a_site_of_no_commune_is_found_under_none(engine):
    Journal(engine, site="dao-xa").add(check_in(1))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()

    seen = levels(engine)

    assert NO_COMMUNE in [one.name for one in seen.look(PROVINCE).places]
    assert [one.name for one in seen.look(PROVINCE, NO_COMMUNE).places] == ["dao-xa"]


def test_what_comes_late_changes_the_sums_and_nothing_else_does(day):
    figures = SqlFigures(day)
    reader = SqlLevels(day)
    levels(day)
    before = reader.changed()

    assert figures.sum_day(DAY, AT + timedelta(minutes=31)) is False
    assert reader.changed() == before
    assert reader.summed(DAY) == AT + timedelta(minutes=31)

    Journal(day, device="kiosk-0011").add(check_in(60))
    Projector(SqlProjection(day), CENTRE_SEAL).step()

    assert figures.sum_day(DAY, AT + timedelta(minutes=32)) is True
    assert reader.changed() != before


def test_a_projection_that_was_emptied_empties_the_sums(day):
    levels(day)
    with day.begin() as connection:
        connection.exec_driver_sql("DELETE FROM visits")
        connection.exec_driver_sql("DELETE FROM queued")

    assert SqlFigures(day).sum_day(DAY, AT) is True
    assert SqlLevels(day).whole(DAY, Scope()).counted["arrivals"] == 0


def test_sites_are_ordered_and_paged_by_the_database(day):
    reader = SqlLevels(day)
    levels(day)

    first, number = reader.places(DAY, Scope(), Order.ARRIVALS, 1)
    second, _ = reader.places(DAY, Scope(), Order.ARRIVALS, 1, 1)

    assert number == 2
    assert [one.name for one in (*first, *second)] == ["phuoc-dinh-xa", "bac-ai"]


def test_places_are_listed_by_name_where_one_is_known(day):
    levels(day)
    called = {"bac-ai": "Xã Ơ", "phuoc-dinh-xa": "Xã Ô"}
    reader = SqlLevels(day, lambda _, place: called[place])

    pages = [reader.places(DAY, Scope(), Order.NAME, 1, offset)[0] for offset in (0, 1, 2)]

    assert [[one.name for one in page] for page in pages] == [["phuoc-dinh-xa"], ["bac-ai"], []]


def test_a_device_not_heard_of_is_silent_and_its_site_stale(day):
    early, late = (levels(day, Clock(AT + timedelta(minutes=m))).look(PROVINCE) for m in (5, 30))

    assert (early.whole.fleet.devices, early.whole.fleet.silent) == (2, 0)
    assert (late.whole.fleet.devices, late.whole.fleet.silent) == (2, 2)
    assert not early.whole.stale(early.now)
    assert late.whole.stale(late.now)


def test_sums_that_nobody_made_for_a_while_are_old(day):
    clock = Clock()
    seen = levels(day, clock)
    assert not seen.look(PROVINCE).old

    clock.at += timedelta(minutes=5)
    assert seen.look(PROVINCE).old


def test_a_day_that_is_over_is_summed_when_somebody_looks(day):
    clock = Clock(AT + timedelta(days=200))
    look = levels(day, clock).look(PROVINCE, on=DAY.date)

    assert look.whole.counted["arrivals"] == 6
    assert not look.old
    assert not look.today


def test_the_doses_of_two_weeks_are_drawn_day_by_day(day):
    clock = Clock(AT + timedelta(days=1))
    look = levels(day, clock).look(PROVINCE)

    assert [(one.day, one.doses, one.matched) for one in look.days] == [("2026-11-22", 4, 0)]


async def test_watchers_are_told_of_a_change_and_of_how_old_the_sums_are(day):
    seen = levels(day)
    watching = seen.changes()
    assert await anext(watching) == 0

    await seen.compare()

    assert await anext(watching) == 1
    assert await seen.age_seconds() == 0
    await seen.close()
    await watching.aclose()


async def test_a_database_that_is_away_tells_nobody_anything_new():
    class Away:
        def changed(self):
            raise StoreUnavailable("away")

        def summed(self, _day):
            raise StoreUnavailable("away")

    seen = Levels(Away(), None, Clock(), ZONE)
    await seen.compare()

    assert await seen.age_seconds() is None


def test_hours_have_no_gaps_and_nobody_waits_less_than_not_at_all():
    at = datetime(2026, 11, 22, 1, tzinfo=UTC)
    counts = [HourCount(at, 2, 0, 1), HourCount(at + timedelta(hours=2), 3, 5, 0)]

    hours = hours_of(counts, at + timedelta(hours=3))

    assert [(one.arrivals, one.waiting) for one in hours] == [(2, 0), (0, 0), (3, 4), (0, 4)]
    assert [one.waiting for one in hours_of([replace(counts[0], ended=0)])] == [None]
    assert hours_of([]) == ()


def test_a_place_that_was_never_heard_of_is_stale():
    assert Place("x", 1, 0, NOTHING, 0, 0, Fleet()).stale(AT)


@pytest.mark.parametrize(
    ("counted", "score", "grade"),
    [
        ({}, None, "none"),
        ({"arrivals": 4, "identified": 4, "clocked": 4, "timely": 4}, 100, "good"),
        # 1 of 1000 numbers is wanting: not a hundred.
        ({"arrivals": 1000, "identified": 999, "clocked": 1000, "timely": 1000}, 99, "good"),
        # Half the numbers: 25 of 80 points, the doses taking no part.
        ({"arrivals": 4, "identified": 2, "clocked": 4, "timely": 4}, 84, "fair"),
        ({"arrivals": 4, "identified": 0, "clocked": 4, "timely": 0}, 50, "poor"),
        ({"doses": 10, "doses_traced": 10, "doses_bad": 5}, 70, "poor"),
    ],
)
def test_the_score_is_made_of_what_was_counted(counted, score, grade):
    found = quality(NOTHING | counted)

    assert (found.score, found.grade) == (score, grade)


def test_a_share_is_a_hundred_only_when_nothing_is_missing():
    counted = NOTHING | {"arrivals": 1000, "identified": 999, "clocked": 1000}

    shares = quality(counted).shares

    assert (shares["identity"].percent, shares["clock"].percent) == (99, 100)
    assert "traced" not in shares


def test_days_that_are_over_are_summed_in_turn():
    class Store:
        def __init__(self):
            self.days = []

        def places(self, _communes):
            pass

        def sum_day(self, day, _now):
            self.days.append(day.date)
            return False

        def sum_states(self, *_):
            return False

    store = Store()
    summing = Summing(store, Clock(), ZONE, {})
    for _ in range(5 * 2 * 29):
        summing.step()

    earlier = {DAY.date - one for one in store.days}
    assert earlier == {timedelta(days=days) for days in range(31)}
