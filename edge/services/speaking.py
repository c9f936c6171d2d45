"""Finds the sound of what a page shows: a recording first, then a voice, then the stand-in language.

Sounds of the catalogue are kept in memory; what is particular to a person is not: its text alone is
held until the page fetches it, and the next screen's takes its place. Nothing is written.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

import structlog

from edge.domain.catalogue import FALLBACK, UnknownWord, Words
from edge.domain.speech import Hearing, Piece, for_a_voice
from edge.ports import Clip, Recordings, Voice, VoiceUnavailable

MOST_BYTES = 16 * 1024 * 1024
"""About six minutes of speech: all that a kiosk says in two languages."""
MOST_HELD = 40
"""Pieces without a recording on one or two screens."""
FIRST_HEARD = "read.title"
"""What the kiosk says first to most people."""
_PARTICULAR = "said-"

log = structlog.get_logger("speaking")


class Speaking:
    """Gives pieces names that a page can fetch, and their sounds. For one event loop."""

    def __init__(self, *, words: Words, voice: Voice, recordings: Recordings) -> None:
        self._words = words
        self._voice = voice
        self._recordings = recordings
        self._hearing: dict[str, Hearing] = {}
        self._held: OrderedDict[str, Piece] = OrderedDict()
        self._given = 0
        self._kept: OrderedDict[tuple[str, str], Clip] = OrderedDict()
        self._bytes = 0

    async def warm_up(self) -> None:
        """Say a sentence to nobody: what is slow only once is over before the first person comes."""
        for name in await self.names([self._words.say(FIRST_HEARD, FALLBACK)], FALLBACK):
            await self.sound(name, FALLBACK)

    async def names(self, shown: Sequence[str], language: str) -> list[str]:
        """Return the names of the sounds that say ``shown``; empty where nothing can speak.

        Raises:
            UnknownWord: The kiosk has no such language.
        """
        if language not in self._words.languages:
            raise UnknownWord(language)
        if language not in self._hearing:
            self._hearing[language] = Hearing(self._words, language)
        found = [p for text in shown for p in self._hearing[language].pieces(text)]
        heard = [p for p in found if await asyncio.to_thread(self._can_be_heard, p, language)]
        return [self._name(piece) for piece in heard]

    async def sound(self, name: str, language: str) -> Clip | None:
        """Return the sound that ``names`` called ``name``, or None: stay silent."""
        if name.startswith(_PARTICULAR):
            held = self._held.get(name)
            return None if held is None else await asyncio.to_thread(self._find, held, language)
        if language not in self._words.languages:
            return None
        key = (name, language)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        clip = await asyncio.to_thread(self._find, Piece(name), language)
        if clip is not None:
            self._keep(key, clip)
        return clip

    def forget(self) -> None:
        """Drop what was particular to the last person."""
        self._held.clear()

    def _name(self, piece: Piece) -> str:
        if piece.name and not piece.values:
            return piece.name
        self._given += 1
        name = f"{_PARTICULAR}{self._given}"
        self._held[name] = piece
        if len(self._held) > MOST_HELD:
            self._held.popitem(last=False)
        return name

    def _can_be_heard(self, piece: Piece, language: str) -> bool:
        chain = self._words.chain(language)
        return any(self._voice.speaks(code) for code in chain) or any(
            self._recordings.clip(piece.name, code) for code in chain if piece.name
        )

    def _find(self, piece: Piece, language: str) -> Clip | None:
        for code in self._words.chain(language):
            recorded = self._recordings.clip(piece.name, code) if not piece.values else None
            clip = recorded or self._spoken(piece, code)
            if clip is not None:
                return clip
        return None

    def _spoken(self, piece: Piece, code: str) -> Clip | None:
        text = self._text(piece, code)
        if not text or not self._voice.speaks(code):
            return None
        try:
            return self._voice.speak(for_a_voice(text), code)
        except VoiceUnavailable as error:
            log.warning("not_spoken", problem=str(error))
            return None

    def _text(self, piece: Piece, code: str) -> str | None:
        """Return what a voice of ``code`` reads, or None when the words are another language's."""
        if not piece.name:
            return piece.text
        words = self._words.catalogues[code]
        if piece.name not in words:
            return None
        return self._words.say(piece.name, code, **dict(piece.values))

    def _keep(self, key: tuple[str, str], clip: Clip) -> None:
        if key in self._kept:
            return  # Two pages asked at once.
        self._kept[key] = clip
        self._bytes += len(clip.data)
        while self._bytes > MOST_BYTES:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped.data)
