"""The site's own time: across power cuts, by clocks that are wrong, and before anything happened."""

from datetime import timedelta

import pytest
from factories.queues import MORNING, ZONE, Hall

from edge.domain.queue.state import SiteState
from edge.domain.queue.timeline import NEVER, between_ms, checked_in_ms, era_at, instant, written_ms
from protocol.hlc import Hlc
from protocol.site_events import (
    Arrived,
)

DAY = timedelta(days=1)
HOUR_MS = 3_600_000


@pytest.fixture
def hall():
    return Hall()


def test_a_person_alone_at_a_kiosk_has_waited_since_they_checked_in_there(hall):
    hall.come(ticket="A001")
    wall_ms = hall.moment().wall_ms
    hall.clock.advance(3600)
    early = Arrived(event="e", device="d", hlc=str(Hlc(wall_ms - 60_000, 0)), ticket="B001")

    hall.take(early, "v-1")

    assert [v.ticket for v in hall.state.waiting("reception")] == ["B001", "A001"]


@pytest.mark.parametrize("away_ms", [-5 * HOUR_MS, 60_000, 3 * 365 * 24 * HOUR_MS])
def test_a_kiosks_clock_that_cannot_be_right_neither_helps_nor_harms(hall, away_ms):
    hall.come()
    stamp = str(Hlc(hall.moment().wall_ms + away_ms, 0))

    assert checked_in_ms(hall.state.era, stamp, hall.now_ms) == hall.now_ms


def test_time_goes_on_across_a_power_cut_by_two_trusted_clocks(hall):
    hall.come()
    before = hall.now_ms
    hall.clock.advance(600)
    hall.clock.reboot("boot-2")

    assert hall.now_ms == before + 600_000
    hall.come()
    assert hall.state.last_ms == before + 600_000


def test_after_a_power_cut_without_a_clock_only_the_time_since_boot_is_certain(hall):
    hall.come()
    before = hall.now_ms
    hall.clock.set_wall(MORNING - 900 * DAY, ok=False)
    hall.clock.reboot("boot-2")
    hall.clock.advance(60)

    assert hall.now_ms == before + 60_000


def test_a_clock_that_is_put_right_moves_nothing_on_the_sites_time(hall):
    hall.clock.set_wall(MORNING - 900 * DAY, ok=False)
    hall.come()
    before = hall.now_ms
    hall.clock.advance(1)
    hall.clock.set_wall(MORNING, ok=True)
    hall.come()

    assert hall.now_ms == before + 1_000
    assert hall.state.era.wall_of(hall.now_ms) == MORNING


def test_a_wall_clock_that_went_back_over_a_power_cut_stops_time_at_most(hall):
    hall.come()
    before = hall.now_ms
    hall.clock.reboot("boot-2")
    hall.clock.set_wall(MORNING - DAY, ok=True)

    assert hall.now_ms == before


def test_what_was_written_on_paper_counts_from_when_it_was_but_never_from_tomorrow(hall):
    hall.come()
    era, now_ms = hall.state.era, hall.now_ms

    assert written_ms(era, "2026-11-22T07:20:00+07:00", now_ms) == now_ms - 600_000
    assert written_ms(era, "2026-11-22T07:40:00+07:00", now_ms) == now_ms
    assert written_ms(era, "2026-11-20T07:30:00+07:00", now_ms) == now_ms - 48 * HOUR_MS
    assert written_ms(era, "", now_ms) == now_ms
    assert written_ms(NEVER, "2026-11-22T07:20:00+07:00", now_ms) == now_ms
    assert instant("2026-11-22T07:20:00") is None


def test_two_written_times_are_compared_without_any_clock():
    assert between_ms("2026-11-22T08:30:00+07:00", "2026-11-22T09:05:00+07:00") == 35 * 60_000
    assert between_ms("2026-11-22T08:30:00+07:00", "") is None
    assert between_ms("", "2026-11-22T08:30:00+07:00") is None


def test_before_the_first_event_the_sites_time_is_that_of_the_wall(hall):
    state = SiteState(hall.policy, ZONE)

    assert state.now_ms(hall.moment()) == hall.moment().wall_ms
    assert era_at(NEVER, 0, hall.moment()).trusted
