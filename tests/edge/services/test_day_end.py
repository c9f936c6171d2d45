from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from edge.services.day_end import DayEnd
from edge.simulated.clock import SimulatedClock

HALF_PAST_ELEVEN = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # at the site, in the evening


class Watched:
    def __init__(self, *, ok: bool = True) -> None:
        self.clock = SimulatedClock(HALF_PAST_ELEVEN, ok=ok)
        self.ended = 0
        self.watch = DayEnd(
            clock=self.clock, zone=ZoneInfo("Asia/Ho_Chi_Minh"), day_ended=self._end
        )

    async def _end(self) -> None:
        self.ended += 1


async def test_a_day_ends_once_at_the_sites_midnight():
    seen = Watched()
    await seen.watch.look()
    seen.clock.advance(29 * 60)
    await seen.watch.look()
    assert seen.ended == 0

    seen.clock.advance(2 * 60)
    await seen.watch.look()
    await seen.watch.look()

    assert seen.ended == 1


async def test_a_clock_that_is_put_right_ends_no_day():
    seen = Watched(ok=False)
    await seen.watch.look()
    seen.clock.set_wall(HALF_PAST_ELEVEN + timedelta(days=400), ok=True)

    await seen.watch.look()

    assert seen.ended == 0


async def test_without_a_date_a_day_is_24_hours_of_running():
    seen = Watched(ok=False)
    seen.clock.advance(24 * 3600 - 1)
    await seen.watch.look()
    assert seen.ended == 0

    seen.clock.advance(1)
    await seen.watch.look()
    await seen.watch.look()

    assert seen.ended == 1


async def test_a_midnight_at_which_nobody_knew_the_date_ends_the_day_once_it_is_known():
    seen = Watched()
    await seen.watch.look()
    seen.clock.set_wall(HALF_PAST_ELEVEN, ok=False)
    seen.clock.advance(60 * 60)
    await seen.watch.look()
    assert seen.ended == 0

    seen.clock.set_wall(HALF_PAST_ELEVEN + timedelta(hours=1), ok=True)
    await seen.watch.look()
    await seen.watch.look()

    assert seen.ended == 1


async def test_a_day_that_ended_by_the_hours_does_not_end_again_with_the_date():
    seen = Watched()
    await seen.watch.look()
    seen.clock.set_wall(HALF_PAST_ELEVEN, ok=False)
    seen.clock.advance(24 * 3600)
    await seen.watch.look()

    seen.clock.set_wall(HALF_PAST_ELEVEN + timedelta(days=1), ok=True)
    await seen.watch.look()

    assert seen.ended == 1
