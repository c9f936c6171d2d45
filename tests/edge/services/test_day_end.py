from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from factories import doors
from factories.doors import ADDRESS
from factories.vaults import HEAD, HEAD_PASSWORD

from edge.services.day_end import DayEnd
from edge.services.door import LoggedIn
from edge.simulated.clock import SimulatedClock

HALF_PAST_ELEVEN = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # at the site, in the evening
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class AtTheHub:
    """A hub's door, and what watches its day."""

    def __init__(self, *, ok: bool = True) -> None:
        self.clock = SimulatedClock(HALF_PAST_ELEVEN, ok=ok)
        self.hub = doors.hub(clock=self.clock)
        self.door = self.hub.door
        self.watch = DayEnd(
            clock=self.clock,
            zone=ZONE,
            day_ended=self.door.day_ended,
            worked_ns=self.door.worked_ns,
        )
        self.token = ""

    async def log_in(self) -> None:
        inside = await self.door.log_in(HEAD.login, HEAD_PASSWORD, ADDRESS)
        assert isinstance(inside, LoggedIn)
        self.token = inside.token

    async def locked_after(self, *, hours: float = 0.0) -> bool:
        self.clock.advance(hours * 3600)
        await self.watch.look()
        return self.hub.site_keys.locked


async def at_the_hub(*, ok: bool = True) -> AtTheHub:
    made = AtTheHub(ok=ok)
    await made.door.open()
    await made.log_in()
    assert not await made.locked_after()
    return made


async def test_at_the_sites_midnight_the_hub_locks_once():
    there = await at_the_hub()

    assert not await there.locked_after(hours=0.4)
    assert await there.locked_after(hours=0.2)
    await there.log_in()
    assert not await there.locked_after(hours=1)


async def test_a_clock_that_is_put_right_locks_nobody_out():
    there = await at_the_hub(ok=False)
    there.clock.set_wall(HALF_PAST_ELEVEN + timedelta(days=400), ok=True)

    assert not await there.locked_after()


async def test_the_hub_locks_at_midnight_also_while_its_clock_is_unsure_and_not_in_the_morning():
    there = await at_the_hub()
    there.clock.set_wall(HALF_PAST_ELEVEN - timedelta(days=30), ok=False)

    assert await there.locked_after(hours=0.6)
    there.clock.advance(7 * 3600)
    await there.log_in()
    there.clock.set_wall(HALF_PAST_ELEVEN + timedelta(hours=10), ok=True)
    assert not await there.locked_after(hours=0.1)


async def test_without_a_date_the_hub_locks_after_a_rest_and_not_while_somebody_works():
    there = await at_the_hub(ok=False)

    # A page that asks for news by itself is no work.
    for _ in range(11):
        there.clock.advance(1750)
        assert await there.door.who(there.token, acts=False)
        assert await there.door.who(there.token)
        assert not await there.locked_after()
    assert not await there.locked_after(hours=5.9)
    assert await there.door.who(there.token, acts=False) is None
    assert await there.locked_after(hours=0.2)
