"""What runs once the journal is open, put together."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

from edge.adapters.machine_linux import LinuxMachine
from edge.bootstrap.certificates import build_on_paper, build_trust
from edge.bootstrap.core import Core, software
from edge.bootstrap.drivers import (
    build_aimer,
    build_camera,
    build_decoder,
    build_jack,
    build_printer,
    build_records,
    build_renderer,
    build_scanner,
)
from edge.bootstrap.leading import role_of
from edge.bootstrap.network import build_hub_client
from edge.bootstrap.screen import Screen
from edge.bootstrap.shelf import hub_first, printed_elsewhere, reach_shelf
from edge.domain.facts import Fact
from edge.domain.leading import Role
from edge.domain.state import Rules
from edge.ports import (
    Camera,
    Journal,
    Link,
    PageStore,
    Replica,
    SessionStore,
    SiteStore,
)
from edge.services.asking import Asking
from edge.services.asking_first import AskingFirst
from edge.services.day_end import DayEnd
from edge.services.display import PrinterMood
from edge.services.engine import EngineScanning
from edge.services.headphones import HeadphoneWatch
from edge.services.health import HealthWatch
from edge.services.hub_client import HubClient
from edge.services.kiosk import Kiosk
from edge.services.numbers import Numbers
from edge.services.printing import Printing, PrintRules
from edge.services.recording import Recorder
from edge.services.scanning import Scanning
from edge.services.slip_words import SlipWriter
from edge.services.state_bar import StateBar
from edge.services.trust import TrustKeeper
from edge.services.uplink import Uplink, presence

if TYPE_CHECKING:
    from edge.bootstrap.hub import SiteHub
    from edge.bootstrap.hub_pages import HubPages
    from edge.bootstrap.standby import Standby


@dataclass(frozen=True)
class Parts:
    """What runs once the journal is open."""

    recorder: Recorder
    kiosk: Kiosk
    day_end: DayEnd
    asking: Asking
    printing: Printing
    scanning: Scanning | None
    engine: EngineScanning | None
    headphones: HeadphoneWatch | None
    bar: StateBar
    health: HealthWatch
    uplink: Uplink
    trust: TrustKeeper
    hub: "SiteHub | None"
    hub_pages: "HubPages | None"
    hub_client: HubClient | None
    standby: "Standby | None"


def build_parts(
    core: Core,
    screen: Screen,
    journal: Journal,
    store: SiteStore | None = None,
    sessions: SessionStore | None = None,
    replica: Replica | None = None,
    pages: PageStore | None = None,
) -> Parts:
    """Return every part of the running kiosk, wired to the others; nothing runs yet.

    Raises:
        KeysError: What this Pi needs as hub or standby is missing.
    """
    settings, clock, facts = core.settings, core.clock, screen.facts
    trust = build_trust(core)
    uplink = _uplink(core, journal, lambda: health.faults, trust.announced)
    health = HealthWatch(
        machine=LinuxMachine(settings.data_directory),
        clock=clock,
        bar=lambda: core.display.shown.bar,
        tell=facts.put,
        screen=screen.heartbeat.alive,
        changed=uplink.tell_state,
        room=core.room,
    )
    numbers = Numbers(journal=journal, clock=clock, zone=core.zone, prefix=settings.ticket_prefix)
    hub = None
    role = role_of(settings, core.leading)
    reach_shelf(core, role)
    if role is Role.HUB and store is not None and pages is not None:
        from edge.bootstrap.hub import build_hub

        hub = build_hub(core, journal, store, numbers, uplink.notify, replica, pages, trust.hand_on)
    replicating = hub.pair.replicating if hub is not None and hub.pair is not None else None
    ledger = hub.ledger if hub is not None else None
    hub_client = build_hub_client(core, journal, store, facts.put, ledger)

    def written() -> None:
        uplink.notify()
        if hub is not None:
            hub.queue.notify()
        if hub_client is not None:
            hub_client.notify()
        if replicating is not None:
            # What this Pi's own kiosk and desks tell somebody is safe at the standby too.
            replicating.wait()

    recorder = Recorder(
        journal=journal,
        keys=core.keys,
        clock=clock,
        zone=core.zone,
        ticket_prefix=settings.ticket_prefix,
        numbers=numbers,
        written=written,
        room=core.room,
    )
    bar = StateBar(
        journal=journal,
        display=core.display,
        clock=clock,
        acked_at=lambda: uplink.status().acked_at,
    )
    printing = _printing(core, journal, facts, bar, uplink, trust)
    hub_pages = None
    if hub is not None and sessions is not None:
        from edge.bootstrap.desks import AtDesks
        from edge.bootstrap.hub_pages import build_hub_pages

        at_desks = AtDesks(
            journal,
            recorder,
            printing,
            build_on_paper(trust),
            written,
            lambda: [each.value for each in health.faults],
        )
        hub_pages = build_hub_pages(core, hub, sessions, at_desks, uplink.notify)
    standby = None
    if role is Role.STANDBY and sessions is not None and replica is not None and pages is not None:
        from edge.bootstrap.standby import build_standby

        standby = build_standby(core, journal, sessions, replica, uplink.notify, pages)
    scanning = _scanning(core, facts, health, screen.camera)
    engine = _engine(core, facts, health)
    headphones = _headphones(core)
    certificates, records = hub_first(
        settings, clock, core.shelf, *build_records(settings, clock.clock_ok)
    )
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
        rules=Rules(round(1000 * settings.conversation.confirm_seconds), settings.verify.station),
        judge=trust.judge,
        print_certificate=printing.certificate,
        asking_first=_asking_first(core, recorder, hub_client),
        call_staff=hub_client.call_staff if hub_client is not None else lambda _: None,
    )
    return Parts(
        recorder,
        kiosk,
        DayEnd(
            clock=clock,
            zone=core.zone,
            day_ended=kiosk.day_ended,
            worked_ns=kiosk.newest_number_ns,
        ),
        asking,
        printing,
        scanning,
        engine,
        headphones,
        bar,
        health,
        uplink,
        trust,
        hub,
        hub_pages,
        hub_client,
        standby,
    )


def _asking_first(
    core: Core, recorder: Recorder, hub_client: HubClient | None
) -> AskingFirst | None:
    if hub_client is None:
        return None
    _, *later = core.settings.stations
    return AskingFirst(
        recorder=recorder,
        clock=core.clock,
        ask=hub_client.ask,
        former_persons=core.keys.former_persons,
        # The slip names the first station in the site's own words, see ``first_stage``.
        stations={station.id: station.name for station in later},
    )


def _printing(
    core: Core,
    journal: Journal,
    facts: asyncio.Queue[Fact],
    bar: StateBar,
    uplink: Uplink,
    trust: TrustKeeper,
) -> Printing:
    loop = asyncio.get_running_loop()
    settings = core.settings

    def on_mood(mood: PrinterMood) -> None:
        # Where there is none by the settings, nothing is out of order.
        if settings.printer.driver != "none":
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
            phone_address=settings.phone_address,
            on_paper=build_on_paper(trust),
        ),
        tell=facts.put,
        on_mood=on_mood,
        written=uplink.notify,
        rules=PrintRules(
            expires_seconds=settings.printer.slip_expires_seconds,
            reprints=settings.printer.reprints_per_visit,
            roll_mm=round(1000 * settings.printer.roll_metres),
        ),
        printed_elsewhere=printed_elsewhere(core.shelf),
        room=core.room,
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


def _headphones(core: Core) -> HeadphoneWatch | None:
    how = core.settings.sound
    if how.output != "auto":
        return None

    def changed(headphones: bool) -> None:  # noqa: FBT001 - the port's own word
        if not headphones and core.languages.sound.speaking is not None:
            core.languages.sound.speaking.forget()
        core.display.plug(headphones=headphones)

    return HeadphoneWatch(jack=build_jack(how.jack), changed=changed)


def _uplink(
    core: Core,
    journal: Journal,
    faults: Callable[[], Sequence[str]],
    on_notice: Callable[[bytes], None],
) -> Uplink:
    settings, keys, clock = core.settings, core.keys, core.clock

    places = cycle(settings.broker.places)

    def new_link() -> Link:
        from edge.adapters.link_paho import PahoLink

        # A link is asked for when the one before has failed: the next broker then.
        host, port = next(places)
        return PahoLink(
            host,
            port,
            keys.device,
            settings.keys_directory,
            will=presence(clock.boot_id(), online=False),
            trust_clock=clock.clock_ok(),
        )

    return Uplink(
        journal=journal,
        keys=keys,
        clock=clock,
        new_link=new_link,
        faults=faults,
        room=core.room,
        on_notice=on_notice,
    )
