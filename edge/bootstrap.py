"""The composition root: the only module that names concrete classes, and the program's life.

The screen answers first; drivers, which are slow to import, follow while it is already seen.
"""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog
from starlette.applications import Starlette

from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.keys_file import FileKeys
from edge.adapters.machine_linux import LinuxMachine
from edge.adapters.memory_glibc import give_back
from edge.adapters.notify_systemd import notify
from edge.adapters.recordings_none import NoRecordings
from edge.adapters.voice_espeak import VOICES, EspeakVoice
from edge.adapters.voice_none import NoVoice
from edge.config import CameraSettings, PrinterSettings, ScannerSettings, Settings, read_settings
from edge.domain.catalogue import FALLBACK, Words
from edge.domain.facts import CameraFailed, Fact, HelpWanted, JournalFailed, ScreenLeft
from edge.domain.language_pack import Finding
from edge.domain.roster import Desks
from edge.domain.session import decide
from edge.domain.state import Rules, State
from edge.ports import (
    Aimer,
    Camera,
    CameraUnavailable,
    Certificates,
    Clock,
    Decoder,
    DiskFull,
    Draft,
    Frame,
    Journal,
    JournalError,
    Keys,
    Link,
    Printer,
    Recordings,
    Records,
    Scanner,
    SlipRenderer,
)
from edge.services.asking import Asking
from edge.services.display import Display, PrinterMood
from edge.services.engine import EngineScanning
from edge.services.health import HealthWatch
from edge.services.kiosk import Kiosk, fault_of, new_inbox
from edge.services.printing import Printing, PrintRules
from edge.services.reading import Reader
from edge.services.recording import Recorder, milliseconds, new_id
from edge.services.roster import RosterKeeper
from edge.services.scanning import Scanning
from edge.services.slip_words import SlipWriter
from edge.services.speaking import Speaking
from edge.services.state_bar import StateBar
from edge.services.uplink import Uplink, presence
from edge.ui.app import build_app
from edge.ui.heartbeat import Heartbeat
from edge.ui.pages import Pages
from edge.ui.pictograms import Drawing, pictogram_names
from edge.ui.server import PageServer, listen
from edge.ui.simulator import Sample, Simulator
from edge.ui.sound import Sound
from edge.ui.words import built_in
from protocol.events import SelfTested
from protocol.identity import DeviceId

if TYPE_CHECKING:
    from edge.cli import self_test

EXIT_TRY_AGAIN = 75
GIVE_BACK_SECONDS = 20.0
OUT_OF_ORDER_SECONDS = 20.0
"""How long a kiosk without a journal shows that it is out of order before it is started anew."""

log = structlog.get_logger("bootstrap")


@dataclass(frozen=True)
class Languages:
    """What is said, how it sounds, and the drawings that packs bring."""

    words: Words
    sound: Sound
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


def build_decoder() -> Decoder:
    """Return the decoder for a live camera."""
    from edge.adapters.decoder_burst import kiosk_decoder

    return kiosk_decoder()


def build_aimer() -> Aimer:
    """Return what measures how a card is held."""
    from edge.adapters.aim_opencv import OpencvAimer

    return OpencvAimer()


def build_scanner(settings: ScannerSettings) -> Scanner:
    """Return the scan engine that the settings name; its driver is imported here."""
    if settings.driver == "serial":
        from edge.adapters.scanner_serial import SerialScanner

        return SerialScanner(settings.device, settings.baud_rate)
    from edge.adapters.scanner_evdev import EvdevScanner

    return EvdevScanner(settings.device)


def build_thorough_decoder() -> Decoder:
    """Return the decoder for pictures in files."""
    from edge.adapters.decoder_burst import thorough_decoder

    return thorough_decoder()


def build_printer(settings: PrinterSettings) -> Printer:
    """Return the printer that the settings name; its driver is imported here."""
    timeout = settings.timeout_seconds
    match settings.driver:
        case "network":
            from edge.adapters.printer_escpos import network_printer

            return network_printer(settings.host, settings.port, timeout)
        case "usb":
            from edge.adapters.printer_escpos import usb_printer

            return usb_printer(settings.vendor_id or 0, settings.product_id or 0, timeout)
        case "serial":
            from edge.adapters.printer_escpos import serial_printer

            return serial_printer(settings.device or "", settings.baud_rate, timeout)
        case "file":
            from edge.adapters.printer_file import FilePrinter

            return FilePrinter(Path(settings.device or "/dev/usb/lp0"), timeout)
        case "none":
            from edge.adapters.printer_none import NoPrinter

            return NoPrinter()


def build_renderer(settings: Settings) -> SlipRenderer:
    """Return what draws slips; over a serial line a whole raster would take seconds."""
    width_mm = settings.printer.paper_width_mm
    if settings.printer.driver == "serial":
        from edge.adapters.slip_low import LowSlipRenderer

        return LowSlipRenderer(width_mm, settings.time_zone)
    from edge.adapters.slip_pillow import PillowSlipRenderer

    return PillowSlipRenderer(width_mm, settings.time_zone)


def build_camera(settings: CameraSettings) -> Camera:
    """Return the camera that the settings name; its driver is imported here."""
    width, height, rate = settings.width, settings.height, settings.frames_per_second
    match settings.driver:
        case "simulated":
            from edge.simulated.camera import SimulatedCamera

            return SimulatedCamera(width=width, height=height, frames_per_second=rate)
        case "picamera2":
            from edge.adapters.camera_picamera2 import Picamera2Camera

            number = int(settings.device)
            return Picamera2Camera(number, width=width, height=height, frames_per_second=rate)
        case "opencv":
            from edge.adapters.camera_opencv import OpencvCamera

            device = settings.path or settings.device
            return OpencvCamera(device, width=width, height=height, frames_per_second=rate)
        case "files":
            from edge.adapters.camera_files import FilesCamera

            return FilesCamera([settings.path or Path()], frames_per_second=rate)
        case "none":
            raise CameraUnavailable("no camera is configured")


def build_records(settings: Settings) -> tuple[Certificates, Records]:
    """Return who knows of certificates and of doses: of invented people's, or nobody yet."""
    match settings.records.driver:
        case "simulated":
            from edge.simulated.records import SimulatedRecords
            from edge.simulated.sample_records import SAMPLE_ANSWERS

            simulated = SimulatedRecords(SAMPLE_ANSWERS)
            return simulated, simulated
        case "none":
            from edge.adapters.records_none import NoRecords

            return NoRecords(), NoRecords()


def build_roster(
    settings: Settings, keys: Keys, clock: Clock, display: Display
) -> RosterKeeper | None:
    """Return what keeps the site's roster, or None where no centre is configured."""
    if not settings.centre.host:
        return None
    from edge.adapters.roster_https import HttpsRoster

    return RosterKeeper(
        source=HttpsRoster(
            settings.centre.host,
            settings.centre.port,
            settings.keys_directory,
            site=settings.site,
            open_page=keys.open_roster,
            trust_clock=clock.clock_ok,
        ),
        person=keys.person,
        clock=clock,
        desks=Desks(**settings.desks.model_dump()),
        refresh_seconds=60 * settings.roster.refresh_minutes,
        limit_seconds=3600 * settings.roster.limit_hours,
        on_state=lambda state: display.tell(replace(display.shown.bar, roster=state)),
    )


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
    return Languages(words, Sound(how.output, how.level, how.speech, speaking), drawing)


def build_pack_inspection() -> Callable[[Path], list[Finding]]:
    """Return what looks a language pack over."""
    from edge.adapters.pack_inspection import inspect

    original, drawings = built_in().catalogues[FALLBACK], pictogram_names()
    return lambda folder: inspect(folder, original, drawings)


def build_simulator(settings: Settings) -> tuple[Camera, Simulator] | None:
    """Return the camera that pages hold pictures up to, and its page; None for any other camera."""
    if settings.camera.driver != "simulated":
        return None
    from edge.simulated.camera import SimulatedCamera

    size = settings.camera
    camera = SimulatedCamera(
        width=size.width, height=size.height, frames_per_second=size.frames_per_second
    )
    return camera, Simulator(camera.hold_up, build_samples, settings.ui.virtual_printer)


def build_samples() -> dict[str, Sample]:
    """Return the sample cards of the simulator's page."""
    from edge.simulated.sample_cards import SAMPLE_CARDS

    return {
        card.name: Sample(card.name, card.title_vi, card.title_en, card.draw)
        for card in SAMPLE_CARDS
    }


async def run(settings: Settings) -> int:
    """Run the kiosk until SIGINT or SIGTERM, and return the exit code.

    Raises:
        KeysError: The device's keys cannot be used.
        AddressTaken: The screen's address cannot be listened on.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    core = _core(settings, stop)
    with listen(settings.ui.host, settings.ui.port) as listening:
        path = settings.data_directory / "journal.db"
        try:
            journal = await asyncio.to_thread(
                SqliteJournal, path, device=core.keys.device, clock=core.clock
            )
        except JournalError as error:
            log.exception("journal_unusable", problem=str(error))
            return await _stay_out_of_order(core, listening, error)
        try:
            return await _serve(core, listening, journal)
        finally:
            journal.close()


def _core(settings: Settings, stop: asyncio.Event) -> Core:
    clock = SystemClock()
    zone = ZoneInfo(settings.time_zone)
    # Made anew at each start and never stored: who checked in here is forgotten with the power.
    day_key = clock.entropy(32)
    keys = FileKeys(settings.keys_directory, day_key=day_key, software=software())
    languages = build_languages(settings)
    pages = Pages(
        device=settings.device, site_name=settings.site_name, zone=zone, words=languages.words
    )
    display = Display()
    roster = build_roster(settings, keys, clock, display)
    reader = Reader(
        keys=keys,
        clock=clock,
        zone=zone,
        guardian_under_years=settings.conversation.guardian_under_years,
        ask_roster=roster.match if roster else None,
    )
    return Core(settings, clock, keys, zone, display, pages, languages, reader, roster, stop)


async def _serve(core: Core, listening: socket.socket, journal: Journal) -> int:
    parts = _parts(core, journal)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(parts.page.serve([listening]), name="pages")
            await parts.page.answers.wait()
            await _begin(core, parts)
            group.create_task(parts.kiosk.run(), name="kiosk")
            group.create_task(parts.kiosk.tick(lambda: notify("WATCHDOG=1")), name="tick")
            group.create_task(parts.printing.run(), name="printing")
            group.create_task(parts.asking.run(), name="asking")
            group.create_task(parts.bar.watch(), name="bar")
            group.create_task(_stay_small(), name="memory")
            group.create_task(parts.health.watch(), name="health")
            group.create_task(parts.uplink.run(), name="uplink")
            if core.roster is not None:
                group.create_task(core.roster.run(), name="roster")
            if parts.engine is not None:
                group.create_task(parts.engine.run(), name="engine")
            if parts.scanning is not None:
                group.create_task(parts.scanning.run(), name="scanning")
            elif parts.engine is None:
                await parts.facts.put(CameraFailed(milliseconds(core.clock)))
            notify("READY=1")
            log.info("ready", device=core.settings.device, port=core.settings.ui.port)
            await core.stop.wait()
            notify("STOPPING=1")
            core.display.close()
            parts.page.stop()
            _stop_all()
    except* _Stopped:
        log.info("stopped", device=core.settings.device)
    return 0


async def _stay_small() -> None:
    while True:
        await asyncio.sleep(GIVE_BACK_SECONDS)
        await asyncio.to_thread(give_back)


class _Stopped(Exception):  # noqa: N818 - ends the task group
    """Somebody asked the program to stop."""


def _stop_all() -> None:
    raise _Stopped


@dataclass(frozen=True)
class Parts:
    """What runs once the journal is open."""

    facts: asyncio.Queue[Fact]
    recorder: Recorder
    kiosk: Kiosk
    asking: Asking
    printing: Printing
    scanning: Scanning | None
    engine: EngineScanning | None
    bar: StateBar
    health: HealthWatch
    uplink: Uplink
    page: PageServer


async def _begin(core: Core, parts: Parts) -> None:
    """End what a stop left open and write that the kiosk started.

    On a full disk it starts all the same: out of order, in words, and back once there is room.
    """
    try:
        await asyncio.to_thread(parts.printing.settle_old_jobs)
        await asyncio.to_thread(parts.recorder.start, software(), "started")
    except DiskFull as error:
        log.error("journal_failed", problem=str(error))  # noqa: TRY400 - expected
        await parts.facts.put(JournalFailed(fault_of(error), milliseconds(core.clock)))


def _parts(core: Core, journal: Journal) -> Parts:
    settings, clock = core.settings, core.clock
    facts = new_inbox()
    uplink = _uplink(core, journal, lambda: health.faults)
    heartbeat = Heartbeat(core.display, clock)
    health = HealthWatch(
        machine=LinuxMachine(settings.data_directory),
        clock=clock,
        bar=lambda: core.display.shown.bar,
        tell=facts.put,
        screen=heartbeat.alive,
        changed=uplink.tell_state,
    )
    recorder = Recorder(
        journal=journal,
        keys=core.keys,
        clock=clock,
        zone=core.zone,
        ticket_prefix=settings.ticket_prefix,
        written=uplink.notify,
    )
    bar = StateBar(
        journal=journal,
        display=core.display,
        clock=clock,
        acked_at=lambda: uplink.status().acked_at,
    )
    printing = _printing(core, journal, facts, bar, uplink)
    simulated = build_simulator(settings)
    scanning = _scanning(core, facts, health, simulated[0] if simulated else None)
    engine = _engine(core, facts, health)
    certificates, records = build_records(settings)
    asking = Asking(certificates=certificates, records=records, clock=clock, tell=facts.put)
    kiosk = Kiosk(
        facts=facts,
        recorder=recorder,
        display=core.display,
        clock=clock,
        print_slip=printing.submit,
        reprint=printing.reprint,
        ask=asking.submit,
        forget_frames=scanning.forget if scanning else lambda: None,
        software=software(),
        rules=Rules(round(1000 * settings.conversation.confirm_seconds)),
    )
    page = PageServer(_app(core, facts.put, simulated[1] if simulated else None, heartbeat))
    return Parts(
        facts, recorder, kiosk, asking, printing, scanning, engine, bar, health, uplink, page
    )


def _printing(
    core: Core, journal: Journal, facts: asyncio.Queue[Fact], bar: StateBar, uplink: Uplink
) -> Printing:
    loop = asyncio.get_running_loop()
    settings = core.settings

    def on_mood(mood: PrinterMood) -> None:
        loop.call_soon_threadsafe(bar.printer, mood)

    return Printing(
        build=lambda: (build_printer(settings.printer), build_renderer(settings)),
        journal=journal,
        clock=core.clock,
        writer=SlipWriter(
            site=settings.site_name,
            stage=settings.first_stage,
            clock=core.clock,
            large=settings.printer.large_type,
            sign=core.keys.sign_reentry,
        ),
        tell=facts.put,
        on_mood=on_mood,
        written=uplink.notify,
        rules=PrintRules(
            expires_seconds=settings.printer.slip_expires_seconds,
            reprints=settings.printer.reprints_per_visit,
            roll_mm=round(1000 * settings.printer.roll_metres),
        ),
    )


def _scanning(
    core: Core, facts: asyncio.Queue[Fact], health: HealthWatch, simulated: Camera | None
) -> Scanning | None:
    settings = core.settings.camera
    if settings.driver == "none":
        return None
    return Scanning(
        build=lambda: (simulated or build_camera(settings), build_decoder(), build_aimer()),
        reader=core.reader,
        clock=core.clock,
        tell=facts.put,
        on_works=health.camera,
    )


def _engine(core: Core, facts: asyncio.Queue[Fact], health: HealthWatch) -> EngineScanning | None:
    settings = core.settings
    if settings.scanner.driver == "none":
        return None
    return EngineScanning(
        build=lambda: build_scanner(settings.scanner),
        reader=core.reader,
        clock=core.clock,
        tell=facts.put,
        alone=settings.camera.driver == "none",
        on_works=health.scanner,
    )


def _uplink(core: Core, journal: Journal, faults: Callable[[], Sequence[str]]) -> Uplink:
    settings, keys, clock = core.settings, core.keys, core.clock

    def new_link() -> Link:
        from edge.adapters.link_paho import PahoLink

        return PahoLink(
            settings.broker.host,
            settings.broker.port,
            keys.device,
            settings.keys_directory,
            will=presence(clock.boot_id(), online=False),
            trust_clock=clock.clock_ok(),
        )

    return Uplink(journal=journal, keys=keys, clock=clock, new_link=new_link, faults=faults)


def _app(
    core: Core,
    tell: Callable[[Fact], Awaitable[None]],
    simulator: Simulator | None = None,
    heartbeat: Heartbeat | None = None,
) -> Starlette:
    return build_app(
        display=core.display,
        pages=core.pages,
        reader=core.reader,
        clock=core.clock,
        tell=tell,
        host=core.settings.ui.host,
        simulator=simulator,
        heartbeat=heartbeat,
        sound=core.languages.sound,
        drawing=core.languages.drawing,
    )


async def _stay_out_of_order(core: Core, listening: socket.socket, error: JournalError) -> int:
    """Show for a while that this machine is out of order; then the program is started anew."""
    state = State(journal_fault=fault_of(error))
    core.display.show(state.home)

    async def tell(fact: Fact) -> None:
        nonlocal state
        if not isinstance(fact, HelpWanted | ScreenLeft):
            return  # Nothing can be kept safe; the screen sends the person to the desk.
        state, _ = decide(state, fact)
        core.display.show(state.screen)

    page = PageServer(_app(core, tell))
    async with asyncio.TaskGroup() as group:
        group.create_task(page.serve([listening]), name="pages")
        await page.answers.wait()
        notify("READY=1")
        with suppress(TimeoutError):
            async with asyncio.timeout(OUT_OF_ORDER_SECONDS):
                await core.stop.wait()
        core.display.close()
        page.stop()
    return 0 if core.stop.is_set() else EXIT_TRY_AGAIN


def self_test_parts() -> "self_test.Parts":
    """Return what the camera's self-test works with."""
    from edge.adapters.target_gauge import gauge
    from edge.adapters.target_pillow import save_target
    from edge.cli import self_test

    def frames(config: Path) -> Iterator[Frame]:
        camera = build_camera(read_settings(config).camera)
        try:
            camera.open()
            # The first frames are the exposure finding itself.
            yield from [camera.frame() for _ in range(2 * self_test.FRAMES)][self_test.FRAMES :]
        finally:
            camera.close()

    def report(config: Path, body: SelfTested) -> None:
        settings, clock = read_settings(config), SystemClock()
        journal = SqliteJournal(
            settings.data_directory / "journal.db", device=DeviceId(settings.device), clock=clock
        )
        try:
            journal.append([Draft(new_id(clock), body)])
        finally:
            journal.close()

    return self_test.Parts(build_decoder, lambda: gauge, save_target, frames, report)


def software() -> str:
    """Return the name and version that hellos and the journal carry."""
    return f"tram-edge {version('tram-checkin')}"
