"""The board of the hall, for a television: its page, its stream, and the sound of its calls."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edge.domain.calling import NotATicket
from edge.domain.catalogue import UnknownWord
from edge.domain.letters import letters
from edge.domain.queue.stations import Station
from edge.domain.speech import Tone
from edge.domain.tone import tone_wav
from edge.services.board_feed import BoardFeed
from edge.services.calling import CallVoice
from edge.ui.site.entry import BOARD_COOKIE, Entry, token_of
from edge.ui.site.fanout import Fanout, Stream

_HERE: Final = Path(__file__).parent
_FILES: Final = (
    "static/board.js",
    "static/board_draw.js",
    "static/board_turns.js",
    "static/board_voice.js",
    "static/board.css",
)
_MOST_METRES, _MOST_INCHES = 60, 200


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """How the boards of this site look and sound; an address may say otherwise for one of them.

    Attributes:
        languages: What calls are said in, one after the other.
        reading_metres: From where the board must be read.
        screen_inches: Diagonal of the screen.
    """

    languages: tuple[str, ...] = ("vi",)
    reading_metres: float = 6
    screen_inches: float = 55


def board_screen_routes(
    entry: Entry,
    fanout: Fanout,
    feed: BoardFeed,
    voice: CallVoice,
    stations: Sequence[Station],
    settings: BoardSettings,
) -> list[Route]:
    """Return what a television opens once its code was typed."""
    door = entry.door

    async def page(request: Request) -> Response:
        metres = _asked(request, "metres", settings.reading_metres, _MOST_METRES)
        inches = _asked(request, "inches", settings.screen_inches, _MOST_INCHES)
        return entry.pages.page(
            "board.html",
            build=build(),
            languages=settings.languages,
            letters=letters(metres, inches),
            only=request.query_params.get("stations", ""),
            sound=request.query_params.get("sound", ""),
        )

    async def events(request: Request) -> Response:
        code, token = request.cookies.get(BOARD_COOKIE, ""), token_of(request)
        hello = b"retry: 1000\n\nevent: hello\ndata: %b\n\n" % build().encode()
        return Stream(fanout, hello + feed.message(), lambda: door.board(code) or door.still(token))

    async def call(request: Request) -> Response:
        where = request.path_params
        station = next((each for each in stations if each.id == where["station"]), None)
        if station is None:
            return Response(status_code=404)
        place = _place(stations, station, where["desk"])
        try:
            clip = await voice.wav(
                where["ticket"],
                place[0],
                where["language"],
                desk=place[1],
                brief="brief" in request.query_params,
            )
        except (NotATicket, UnknownWord):
            return Response(status_code=404)
        if clip is None:
            return Response(status_code=404)
        return Response(clip.data, media_type=clip.media_type)

    return [
        Route("/board", entry.for_boards(page)),
        Route("/board/events", entry.for_boards(events)),
        Route("/board/tone.wav", entry.for_boards(_tone)),
        Route("/board/call/{language}/{station}/{desk}/{ticket}.wav", entry.for_boards(call)),
    ]


def _place(stations: Sequence[Station], station: Station, desk: str) -> tuple[str, str | None]:
    """Return what is said of the place: the desk alone where no other station has one of that name."""
    same = [each for each in stations if desk in each.desks]
    if desk.isdecimal() and same in ([], [station]):
        return desk, None
    return station.name, desk


def _asked(request: Request, name: str, otherwise: float, most: float) -> float:
    try:
        asked = float(request.query_params.get(name, ""))
    except ValueError:
        return otherwise
    return asked if 0 < asked <= most else otherwise


async def _tone(_: Request) -> Response:
    return Response(_tone_once(), media_type="audio/wav")


@cache
def _tone_once() -> bytes:
    return tone_wav(Tone.ATTENTION)


@cache
def build() -> str:
    """Return what tells one issue of the board's files from another: a page of an old one loads anew."""
    digest = hashlib.sha256()
    for name in (*_FILES, "templates/board.html"):
        digest.update((_HERE / name).read_bytes())
    return digest.hexdigest()[:16]
