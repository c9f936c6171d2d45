"""What runs behind the screen, which answers before any of this is imported."""

import asyncio
import gc
from contextlib import suppress

import structlog

from edge.adapters.memory_glibc import give_back
from edge.adapters.notify_systemd import notify
from edge.bootstrap.core import Core, software
from edge.bootstrap.listeners import SiteListeners
from edge.bootstrap.network import announce
from edge.bootstrap.parts import Parts, build_parts
from edge.bootstrap.screen import Screen
from edge.domain.facts import CameraFailed, JournalFailed
from edge.ports import DiskFull, Journal, SiteStore
from edge.services.elapsed import milliseconds
from edge.services.kiosk import fault_of
from edge.ui.server import PageServer

GIVE_BACK_SECONDS = 20.0
LAST_ANSWERS_SECONDS = 2.0

log = structlog.get_logger("bootstrap")


async def run_parts(
    group: asyncio.TaskGroup,
    core: Core,
    screen: Screen,
    journal: Journal,
    store: SiteStore | None,
    site: SiteListeners | None,
) -> None:
    """Build what this Pi is and run it in ``group``, until it is to stop and its pages have ended.

    Raises:
        KeysError: What this Pi needs as hub or standby is missing.
    """
    parts = build_parts(
        core,
        screen,
        journal,
        store,
        site.sessions if site else None,
        site.replica if site else None,
        site.kept if site else None,
    )
    await _begin(core, screen, parts)
    group.create_task(parts.kiosk.run(), name="kiosk")
    group.create_task(parts.kiosk.tick(lambda: notify("WATCHDOG=1")), name="tick")
    group.create_task(parts.day_end.run(), name="kiosk day end")
    group.create_task(parts.printing.run(), name="printing")
    group.create_task(parts.asking.run(), name="asking")
    group.create_task(parts.bar.watch(), name="bar")
    group.create_task(_stay_small(), name="memory")
    group.create_task(parts.health.watch(), name="health")
    group.create_task(parts.uplink.run(), name="uplink")
    await _serve_site(group, core, parts, site)
    group.create_task(parts.trust.run(), name="lists")
    if core.roster is not None:
        group.create_task(core.roster.run(), name="roster")
    if parts.engine is not None:
        group.create_task(parts.engine.run(), name="engine")
    if parts.headphones is not None:
        group.create_task(parts.headphones.run(), name="headphones")
    if parts.scanning is not None:
        group.create_task(parts.scanning.run(), name="scanning")
    elif parts.engine is None:
        await screen.facts.put(CameraFailed(milliseconds(core.clock)))
    # From now on only what is made later is looked through for garbage, which takes less time.
    gc.freeze()
    gc.enable()
    notify("READY=1")
    log.info("ready", device=core.settings.device, port=core.settings.ui.port)
    sound = core.languages.sound
    if sound.speaking is not None and sound.speaks_unasked:
        group.create_task(sound.speaking.warm_up(), name="voice")
    await core.stop.wait()
    if site is None or site.code_at_end(core, 0) == 0:
        notify("STOPPING=1")  # Else it goes on as something else, in the same process.
    await _end_pages(core, screen, parts)


async def _serve_site(
    group: asyncio.TaskGroup, core: Core, parts: Parts, site: SiteListeners | None
) -> None:
    """Begin what concerns the site: hub or standby, if this Pi is one, and the kiosk's way to the hub."""
    if site is not None:
        await _serve_hub(group, core, parts, site)
        await _serve_standby(group, parts, site)
    if parts.hub_client is not None:
        group.create_task(parts.hub_client.run(), name="hub client")


async def _serve_hub(
    group: asyncio.TaskGroup, core: Core, parts: Parts, site: SiteListeners
) -> None:
    hub, pages = parts.hub, parts.hub_pages
    if hub is None or pages is None:
        return
    await hub.begin()
    group.create_task(hub.queue.run(), name="queue")
    group.create_task(hub.naming.run(), name="naming")
    group.create_task(hub.shelf.run(), name="kept")
    group.create_task(hub.devices.serve([site.devices]), name="devices")
    group.create_task(announce(core.settings), name="announcement")
    if hub.pair is not None:
        group.create_task(hub.pair.watch.run(), name="peer")
        if hub.pair.listening is not None:
            group.create_task(hub.pair.listening.run(), name="former hub")
    await pages.door.open()
    group.create_task(pages.day_end.run(), name="day end")
    group.create_task(pages.boards.feed.run(), name="boards")
    group.create_task(pages.certificates.run(), name="certificates")
    group.create_task(pages.boards.look(), name="boards' rights")
    group.create_task(pages.server.serve([site.pages]), name="hub pages")


async def _serve_standby(group: asyncio.TaskGroup, parts: Parts, site: SiteListeners) -> None:
    standby = parts.standby
    if standby is None:
        return
    await standby.door.open()
    group.create_task(standby.day_end.run(), name="day end")
    group.create_task(standby.pair.watch.run(), name="peer")
    group.create_task(standby.listening.run(), name="listening")
    group.create_task(standby.keeping.run(), name="keeping")
    group.create_task(standby.devices.serve([site.devices]), name="devices")
    group.create_task(standby.pages.serve([site.pages]), name="standby pages")


async def _end_pages(core: Core, screen: Screen, parts: Parts) -> None:
    """Let open answers come to their end, but for no longer than people wait for a stop."""
    core.display.close()
    servers: list[PageServer] = [screen.page]
    if parts.hub is not None:
        servers.append(parts.hub.devices)
    if parts.hub_pages is not None:
        servers.append(parts.hub_pages.server)
    if parts.standby is not None:
        servers += [parts.standby.devices, parts.standby.pages]
    for server in servers:
        server.stop()
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_ANSWERS_SECONDS):
            for server in servers:
                await server.ended.wait()


async def _stay_small() -> None:
    while True:
        await asyncio.sleep(GIVE_BACK_SECONDS)
        await asyncio.to_thread(give_back)


async def _begin(core: Core, screen: Screen, parts: Parts) -> None:
    """End what a stop left open and write that the kiosk started.

    On a full disk it starts all the same: out of order, in words, and back once there is room.
    """
    try:
        await asyncio.to_thread(parts.printing.settle_old_jobs)
        await asyncio.to_thread(parts.recorder.start, software(), "started")
    except DiskFull as error:
        log.error("journal_failed", problem=str(error))  # noqa: TRY400 - expected
        await screen.facts.put(JournalFailed(fault_of(error), milliseconds(core.clock)))
