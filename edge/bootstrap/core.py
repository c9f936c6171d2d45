"""What is there before the screen answers; quick to import."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from edge.adapters.clock import SystemClock
from edge.adapters.keys_file import FileKeys
from edge.adapters.recordings_none import NoRecordings
from edge.adapters.voice_espeak import VOICES, EspeakVoice
from edge.adapters.voice_none import NoVoice
from edge.bootstrap.leading import build_leading
from edge.bootstrap.shelf import build_roster, build_shelf
from edge.config.settings import Settings
from edge.domain.catalogue import FALLBACK, Words
from edge.ports import (
    Clock,
    Keys,
    Recordings,
)
from edge.services.display import Display
from edge.services.leading import Leading
from edge.services.reading import Reader
from edge.services.room import RoomLeft
from edge.services.roster import RosterKeeper
from edge.services.speaking import Speaking
from edge.ui.pages import Pages
from edge.ui.pictograms import Drawing, pictogram_names
from edge.ui.sound import Sound
from edge.ui.words import built_in

if TYPE_CHECKING:
    from edge.adapters.shelf_late import LateShelf
    from edge.domain.language_pack import Finding
    from edge.services.calling import CallVoice


@dataclass(frozen=True)
class Languages:
    """What is said, how it sounds, and the drawings that packs bring.

    Attributes:
        calls: Makes the voice of the board; where nobody is called, nothing is imported for it.
    """

    words: Words
    sound: Sound
    calls: "Callable[[], CallVoice]"
    drawing: Drawing | None = None


@dataclass(frozen=True)
class Core:
    """What is there before the screen answers; quick to import."""

    settings: Settings
    clock: Clock
    keys: Keys
    zone: ZoneInfo
    display: Display
    pages: Pages
    languages: Languages
    reader: Reader
    roster: RosterKeeper | None
    stop: asyncio.Event
    leading: Leading | None = None
    shelf: "LateShelf | None" = None
    room: RoomLeft = field(default_factory=RoomLeft)


def build_languages(settings: Settings) -> Languages:
    """Return the languages of this kiosk: its own, and those of packs."""
    words, voices, drawing = built_in(), dict(VOICES), None
    recordings: Recordings = NoRecordings()
    if settings.language_packs_directory is not None:
        from edge.adapters import language_packs

        packs = language_packs.read_packs(settings.language_packs_directory)
        words = language_packs.with_packs(words, packs)
        voices |= {pack.manifest.code: pack.manifest.voice for pack in packs if pack.manifest.voice}
        recordings = language_packs.PackRecordings(packs)
        drawing = language_packs.PackPictograms(packs).drawing
    how = settings.sound
    voice = EspeakVoice(voices) if how.voice == "espeak" else NoVoice()
    speaking = Speaking(words=words, voice=voice, recordings=recordings)

    def calls() -> "CallVoice":
        from edge.adapters.splicer_numpy import NumpySplicer
        from edge.services.calling import CallVoice

        return CallVoice(words=words, voice=voice, recordings=recordings, splicer=NumpySplicer())

    return Languages(words, Sound(how.output, how.level, how.speech, speaking), calls, drawing)


def build_pack_inspection() -> "Callable[[Path], list[Finding]]":
    """Return what looks a language pack over."""
    from edge.adapters.pack_inspection import inspect

    original, drawings = built_in().catalogues[FALLBACK], pictogram_names()
    return lambda folder: inspect(folder, original, drawings, built_in().languages)


def build_core(settings: Settings, stop: asyncio.Event) -> Core:
    """Return what the screen needs, before the journal is open.

    Raises:
        KeysError: The device's keys cannot be used.
    """
    clock = SystemClock(trusted=settings.clock.trusted)
    zone = ZoneInfo(settings.time_zone)
    # Made anew at each start and never stored: who checked in here is forgotten with the power.
    day_key = clock.entropy(32)
    keys = FileKeys(settings.keys_directory, day_key=day_key, software=software())
    languages = build_languages(settings)
    pages = Pages(
        device=settings.device, site_name=settings.site_name, zone=zone, words=languages.words
    )
    display = Display()
    shelf = build_shelf(settings)
    roster = build_roster(settings, keys, clock, display, shelf)
    reader = Reader(
        keys=keys,
        clock=clock,
        zone=zone,
        guardian_under_years=settings.conversation.guardian_under_years,
        elderly_years=settings.queue.elderly_years,
        ask_roster=roster.match if roster else None,
    )
    return Core(
        settings,
        clock,
        keys,
        zone,
        display,
        pages,
        languages,
        reader,
        roster,
        stop,
        build_leading(settings),
        shelf,
    )


def software() -> str:
    """Return the name and version that hellos and the journal carry."""
    return f"tram-edge {version('tram-checkin')}"
