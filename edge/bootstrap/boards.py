"""The boards of the hall put together: what they are told, how it reaches them, their voice; and phones."""

import asyncio
from dataclasses import dataclass

from starlette.routing import BaseRoute

from edge.bootstrap.core import Core
from edge.bootstrap.hub import SiteHub
from edge.services.board_feed import BoardFeed
from edge.ui.site.board import BoardSettings, board_screen_routes
from edge.ui.site.entry import Entry
from edge.ui.site.fanout import Fanout
from edge.ui.site.phone import phone_routes

_LOOK_SECONDS = 10.0


@dataclass(frozen=True)
class Boards:
    """What serves televisions."""

    feed: BoardFeed
    fanout: Fanout
    routes: list[BaseRoute]

    async def look(self) -> None:
        """End the streams of boards whose right was taken away; for ever."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self.fanout.drop_unwanted()


def build_boards(core: Core, hub: SiteHub, entry: Entry) -> Boards:
    """Return the boards of this hub; nothing runs yet."""
    how = core.settings.board
    fanout = Fanout()
    feed = BoardFeed(
        queue=hub.queue,
        clock=core.clock,
        zone=core.zone,
        send=fanout.send,
        next_most=how.next_shown,
    )
    routes = board_screen_routes(
        entry,
        fanout,
        feed,
        core.languages.calls(),
        hub.queue.state.policy.stations,
        BoardSettings(how.languages, how.reading_metres, how.screen_inches),
    )
    phones = phone_routes(entry.pages, hub.queue, core.clock)
    return Boards(feed, fanout, [*routes, *phones])
