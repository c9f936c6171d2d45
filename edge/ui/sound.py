"""The kiosk's sounds for its page: the tones of results, and what the screen says, spoken."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from edge.domain.catalogue import UnknownWord
from edge.domain.speech import Tone
from edge.domain.tone import tone_wav
from edge.services.speaking import Speaking

MOST_SHOWN_BYTES = 16_000

Output = Literal["speaker", "headphones", "auto", "off"]


@dataclass(frozen=True, slots=True)
class Sound:
    """How this kiosk sounds when a person comes.

    Attributes:
        level: 1 to 5, 6 dB apart; a person may change it, and it comes back.
        speech: Screens are said without being asked.
        speaking: None where nothing is ever said.
    """

    output: Output = "off"
    level: int = 3
    speech: bool = False
    speaking: Speaking | None = None

    @property
    def speaks_unasked(self) -> bool:
        """Return whether somebody may hear speech without asking for it: the room, or headphones."""
        return (self.output == "speaker" and self.speech) or self.output in {"headphones", "auto"}


QUIET = Sound()


def sound_routes(sound: Sound) -> list[Route]:
    """Return the routes that the page's sounds come from; none for a kiosk without sound."""
    if sound.speaking is None or sound.output == "off":
        return []
    speaking = sound.speaking

    async def names(request: Request) -> Response:
        language = request.path_params["language"]
        shown = _texts(await request.body())
        if shown is None:
            return Response(status_code=400)
        if not shown:
            speaking.forget()
        try:
            found = await speaking.names(shown, language)
        except UnknownWord:
            return Response(status_code=404)
        return JSONResponse([f"/speech/{language}/{name}.wav" for name in found])

    async def spoken(request: Request) -> Response:
        clip = await speaking.sound(request.path_params["name"], request.path_params["language"])
        if clip is None:
            return Response(status_code=404)
        return Response(clip.data, media_type=clip.media_type)

    return [
        Route("/sound/{tone}.wav", _tone),
        Route("/speech/{language}", names, methods=["POST"]),
        Route("/speech/{language}/{name}.wav", spoken),
    ]


async def _tone(request: Request) -> Response:
    try:
        wanted = Tone(request.path_params["tone"])
    except ValueError:
        return Response(status_code=404)
    return Response(_tone_once(wanted), media_type="audio/wav")


@cache
def _tone_once(tone: Tone) -> bytes:
    return tone_wav(tone)


def _texts(body: bytes) -> list[str] | None:
    """Return the texts that a page shows, or None when this is not a list of them."""
    if len(body) > MOST_SHOWN_BYTES:
        return None
    try:
        found = json.loads(body)
    except ValueError:
        return None
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        return None
    return found
