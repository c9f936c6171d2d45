"""Fills a language pack with clips that a voice speaks, until people have recorded them.

What a person recorded is never touched; what a machine said is said anew when its words changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edge.domain.recording import Line
from edge.domain.speech import for_a_voice
from edge.ports import ClipFolder, ClipUnreadable, Splicer, Voice, VoiceUnavailable

Told = Callable[[int, int, Line], None]
"""Told before each clip: which one it is, of how many, and its line."""


@dataclass(frozen=True, slots=True)
class Made:
    """What ``make_clips`` did.

    Attributes:
        untranslated: Lines that have no words of the pack's language; their base says them.
        silent: Lines that the voice could not say.
    """

    made: int
    kept: int
    recorded: int
    untranslated: int
    silent: tuple[Line, ...]


def make_clips(
    lines: Sequence[Line],
    language: str,
    *,
    voice: Voice,
    splicer: Splicer,
    folder: ClipFolder,
    told: Told,
) -> Made:
    """Put every clip of ``lines`` that is missing into ``folder``; safe to call again.

    Raises:
        VoiceUnavailable: No voice speaks ``language`` here.
        ClipNotStored: The folder cannot be written.
    """
    if not voice.speaks(language):
        raise VoiceUnavailable(f"no voice speaks the language {language} here")
    present = folder.present()
    own = [line for line in lines if line.language == language]
    wanted = [line for line in own if present.get(line.name, "") != line.words]
    wanted = [line for line in wanted if present.get(line.name, "") is not None]
    silent: list[Line] = []
    for count, line in enumerate(wanted, start=1):
        told(count, len(wanted), line)
        try:
            clip = splicer.join([voice.speak(for_a_voice(line.words), language)])
        except (VoiceUnavailable, ClipUnreadable):
            silent.append(line)
            continue
        folder.put(line.name, clip, line.words)
    recorded = sum(1 for line in own if present.get(line.name, "") is None)
    return Made(
        made=len(wanted) - len(silent),
        kept=len(own) - len(wanted) - recorded,
        recorded=recorded,
        untranslated=len(lines) - len(own),
        silent=tuple(silent),
    )
