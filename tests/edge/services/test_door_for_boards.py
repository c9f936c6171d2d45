"""Boards at the door: let in by a code, known for good, and staff never."""

from factories import doors
from factories.doors import ADDRESS
from factories.vaults import HEAD, HEAD_PASSWORD

from edge.domain.staff import Refusal
from edge.services.door import LoggedIn, TurnedAway


async def opened(*members) -> doors.Hub:
    hub = doors.hub(*members)
    await hub.door.open()
    return hub


async def head_in(hub: doors.Hub, **told) -> LoggedIn:
    inside = await hub.door.log_in(HEAD.login, HEAD_PASSWORD, ADDRESS, **told)
    assert isinstance(inside, LoggedIn)
    return inside


async def test_a_board_hears_the_board_and_is_no_staff():
    hub = await opened()

    code = await hub.door.new_board("Sảnh chờ")

    assert hub.door.board(code)
    assert await hub.door.who(code) is None
    assert list(hub.door.boards().values()) == ["Sảnh chờ"]
    assert code not in repr(hub.sessions.sessions())


async def test_a_board_outlives_restarts_and_weeks_until_it_is_taken_away():
    hub = await opened()
    code = await hub.door.new_board("Sảnh chờ")
    hub.clock.advance(30 * 86_400)
    again = hub.restarted()
    await again.door.open()
    assert again.door.still(code)

    await again.door.remove_board("no such key")
    await again.door.remove_board(next(iter(again.door.boards())))

    assert not again.door.board(code)


async def test_a_log_in_is_no_board_and_is_not_removed_as_one():
    hub = await opened()
    inside = await head_in(hub)
    key = next(iter(hub.sessions.stored))

    await hub.door.remove_board(key)

    assert not hub.door.board(inside.token)
    assert hub.door.still(inside.token)


async def test_guessing_a_boards_code_gets_slower():
    hub = await opened()
    code = await hub.door.new_board("Sảnh chờ")

    tried = [await hub.door.try_board("aaaa-bbbb-cccc", ADDRESS) for _ in range(11)]

    assert tried == [False] * 10 + [TurnedAway(Refusal.WAIT, 1)]
    assert await hub.door.try_board(code, "192.0.2.8") is True
