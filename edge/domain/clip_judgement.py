"""What is wrong with the clips of a language pack: each by itself, and beside the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from edge.domain.language_pack import Finding, Trouble

MOST_CLIP_SECONDS, LEAST_CLIP_SECONDS = 15.0, 0.1
MOST_PAUSE_SECONDS = 0.35
"""At either end; put together, longer ones would make a number fall apart."""
SILENT_DB, QUIET_DB, LOUD_DB = -50.0, -32.0, -9.0
"""Mean level below full scale: nothing heard, hardly heard, painful beside the others."""
LEVEL_DB = -18.0
"""To which clips are levelled: loud, with room for the peaks of a voice."""
MOST_UNLIKE_DB = 8.0
ENOUGH_TO_COMPARE = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard in one clip; see ``judge_clip`` for the bounds.

    Attributes:
        level_db: Mean level of what is not silent, below full scale.
        pause_seconds: The longer of the silences at its ends.
        cut_off: The wave has flat tops: recorded too loud.
    """

    seconds: float
    level_db: float
    pause_seconds: float = 0.0
    cut_off: bool = False


def judge_clip(place: str, heard: Heard) -> list[Finding]:
    """Return what is wrong with a clip by itself."""
    if heard.level_db < SILENT_DB:
        return [*_length(place, heard), Finding(Trouble.CLIP_SILENT, place)]
    found = _length(place, heard)
    if heard.level_db < QUIET_DB:
        found.append(Finding(Trouble.CLIP_QUIET, place, f"{heard.level_db:.0f}"))
    elif heard.level_db > LOUD_DB:
        found.append(Finding(Trouble.CLIP_LOUD, place, f"{heard.level_db:.0f}"))
    if heard.cut_off:
        found.append(Finding(Trouble.CLIP_CUT_OFF, place))
    if heard.pause_seconds > MOST_PAUSE_SECONDS:
        found.append(Finding(Trouble.CLIP_PAUSE, place, f"{heard.pause_seconds:.1f}"))
    return found


def judge_levels(levels_db: Mapping[str, float]) -> list[Finding]:
    """Return which clips are far louder or quieter than the rest; place -> level."""
    if len(levels_db) < ENOUGH_TO_COMPARE:
        return []
    usual = median(levels_db.values())
    return [
        Finding(Trouble.CLIP_UNLIKE, place, f"{level - usual:+.0f}")
        for place, level in levels_db.items()
        if abs(level - usual) > MOST_UNLIKE_DB
    ]


def _length(place: str, heard: Heard) -> list[Finding]:
    if heard.seconds > MOST_CLIP_SECONDS:
        return [Finding(Trouble.CLIP_LONG, place, f"{heard.seconds:.0f}")]
    if heard.seconds < LEAST_CLIP_SECONDS:
        return [Finding(Trouble.CLIP_SHORT, place, f"{heard.seconds:.2f}")]
    return []
