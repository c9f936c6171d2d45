"""The voice of the board: one sound for each call, from recordings, or else from a voice.

Recordings of one language or none: a sentence half by a person and half by a machine, or in two
languages, is understood by nobody in a hall. Nothing is written; the last calls are kept, for a
number is called again and several boards ask for the same.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

import structlog

from edge.domain.calling import call_clips, call_sentence
from edge.domain.catalogue import UnknownWord, Words
from edge.domain.speech import for_a_voice
from edge.ports import Clip, ClipUnreadable, Recordings, Splicer, Voice, VoiceUnavailable

MOST_BYTES = 8 * 1024 * 1024
"""About fifty calls."""

_Call = tuple[str, str | None, str | None, bool, str]
"""Ticket, place, desk within it, whether in few words, language."""

log = structlog.get_logger("calling")


class CallVoice:
    """Says calls. For one event loop."""

    def __init__(
        self, *, words: Words, voice: Voice, recordings: Recordings, splicer: Splicer
    ) -> None:
        self._words = words
        self._voice = voice
        self._recordings = recordings
        self._splicer = splicer
        self._kept: OrderedDict[_Call, Clip] = OrderedDict()
        self._bytes = 0
        self._one_at_a_time = asyncio.Lock()

    async def wav(
        self,
        ticket: str,
        station: str | None,
        language: str,
        *,
        desk: str | None = None,
        brief: bool = False,
    ) -> Clip | None:
        """Return the sound that calls ``ticket``, or None: show the number and stay silent.

        Args:
            ticket: As on the slip, such as ``A012``.
            station: A desk's number or any name of a place; None: the number alone.
            desk: Desk within that place, where a desk's number alone would not tell where it is.
            brief: In few words: many others wait to be called.

        Raises:
            NotATicket: ``ticket`` is not one.
            UnknownWord: The kiosk has no such language.
        """
        clips = call_clips(ticket, station, desk, brief=brief)
        if language not in self._words.languages:
            raise UnknownWord(language)
        key = (ticket, station, desk, brief, language)
        async with self._one_at_a_time:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            clip = await asyncio.to_thread(self._made, clips, key)
            if clip is not None:
                self._keep(key, clip)
            return clip

    def _made(self, clips: Sequence[str], call: _Call) -> Clip | None:
        for code in self._words.chain(call[-1]):
            clip = self._joined(clips, code) or self._spoken(call, code)
            if clip is not None:
                return clip
        return None

    def _joined(self, clips: Sequence[str], code: str) -> Clip | None:
        parts = [self._recordings.clip(name, code) for name in clips]
        found = [part for part in parts if part is not None]
        if len(found) < len(parts):
            return None
        try:
            return self._splicer.join(found)
        except ClipUnreadable as error:
            log.warning("call_not_joined", language=code, problem=str(error))
            return None

    def _spoken(self, call: _Call, code: str) -> Clip | None:
        ticket, place, desk, brief, _ = call
        sentence = call_sentence(ticket, place, self._words.catalogues[code], desk, brief=brief)
        if sentence is None or not self._voice.speaks(code):
            return None
        try:
            return self._voice.speak(for_a_voice(sentence), code)
        except VoiceUnavailable as error:
            log.warning("call_not_spoken", language=code, problem=str(error))
            return None

    def _keep(self, key: _Call, clip: Clip) -> None:
        self._kept[key] = clip
        self._bytes += len(clip.data)
        while self._bytes > MOST_BYTES:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped.data)
