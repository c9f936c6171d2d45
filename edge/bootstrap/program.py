"""The kiosk's life: the screen answers first; drivers, which are slow to import, follow while it is already seen."""

import asyncio
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass

import structlog

from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.memory_glibc import give_back
from edge.adapters.notify_systemd import notify
from edge.bootstrap.core import Core, build_core, software
from edge.bootstrap.leading import role_of
from edge.bootstrap.network import announce, open_store
from edge.bootstrap.parts import Parts, build_pages, build_parts
from edge.bootstrap.shelf import open_pages
from edge.config.settings import Settings
from edge.domain.facts import CameraFailed, Fact, HelpWanted, JournalFailed, ScreenLeft
from edge.domain.leading import Role
from edge.domain.session import decide
from edge.domain.state import State
from edge.ports import (
    DiskFull,
    Journal,
    JournalError,
    PageStore,
    Replica,
    SessionStore,
    SiteStore,
)
from edge.services.kiosk import fault_of
from edge.services.recording import milliseconds
from edge.ui.server import PageServer, listen

EXIT_TRY_AGAIN = 75
EXIT_BEGIN_ANEW = 86
"""This device became hub or standby: the program begins anew, with nothing left in its memory."""
GIVE_BACK_SECONDS = 20.0
OUT_OF_ORDER_SECONDS = 20.0
"""How long a kiosk without a journal shows that it is out of order before it is started anew."""

LAST_ANSWERS_SECONDS = 2.0
MOST_THREADS = 32
"""The usual number is eight on a Pi. With the line to the centre cut, some do nothing but wait for a connection,
and others take a second for a password: nobody's press is to wait behind them. One not needed is not made."""

log = structlog.get_logger("bootstrap")


async def run(settings: Settings) -> int:
    """Run the kiosk until SIGINT or SIGTERM, and return the exit code.

    Raises:
        KeysError: The device's keys cannot be used.
        AddressTaken: The screen's address cannot be listened on.
    """
    stop, asked = asyncio.Event(), asyncio.Event()

    def on_signal() -> None:
        asked.set()
        stop.set()

    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(MOST_THREADS, "work"))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)
    core = build_core(settings, stop)
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
            with ExitStack() as open_now:
                store = await asyncio.to_thread(open_store, core)
                if store is not None:
                    open_now.callback(store.close)
                site = None
                if settings.hub.enabled:
                    site = await asyncio.to_thread(_open_site, core, open_now)
                code = await _serve(core, listening, journal, store, site)
                return code if asked.is_set() or site is None else site.code_at_end(core, code)
        finally:
            journal.close()


@dataclass(frozen=True)
class SiteListeners:
    """What a hub opens before anything runs: a taken address is known at once."""

    devices: socket.socket
    pages: socket.socket
    sessions: SessionStore
    replica: Replica | None
    kept: PageStore
    role: Role

    def code_at_end(self, core: Core, code: int) -> int:
        """Return the exit code of a program that nobody asked to stop."""
        now = role_of(core.settings, core.leading)
        return code if now is self.role else EXIT_BEGIN_ANEW


def _open_site(core: Core, open_now: ExitStack) -> SiteListeners:
    from edge.bootstrap.hub_pages import open_sessions
    from edge.ui.lan import server as devices
    from edge.ui.site import server as pages

    how, sessions = core.settings.hub, open_sessions(core)
    open_now.callback(sessions.close)
    kept = open_pages(core.settings.data_directory)
    open_now.callback(kept.close)
    replica = None
    if how.peer and core.leading is not None:
        from edge.adapters.replica_sqlite import SqliteReplica
        from edge.bootstrap.turns import ask_first

        replica = SqliteReplica(core.settings.data_directory / "replica.db")
        open_now.callback(replica.close)
        ask_first(core.settings, core.clock, core.leading)
    return SiteListeners(
        open_now.enter_context(listen(how.bind, how.device_port, devices.crowd())),
        open_now.enter_context(listen(how.bind, how.page_port, pages.crowd())),
        sessions,
        replica,
        kept,
        role_of(core.settings, core.leading),
    )


async def _serve(
    core: Core,
    listening: socket.socket,
    journal: Journal,
    store: SiteStore | None,
    site: SiteListeners | None,
) -> int:
    parts = build_parts(
        core,
        journal,
        store,
        site.sessions if site else None,
        site.replica if site else None,
        site.kept if site else None,
    )
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(parts.page.serve([listening]), name="pages")
            await parts.page.answers.wait()
            await _begin(core, parts)
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
                await parts.facts.put(CameraFailed(milliseconds(core.clock)))
            notify("READY=1")
            log.info("ready", device=core.settings.device, port=core.settings.ui.port)
            await core.stop.wait()
            if site is None or site.code_at_end(core, 0) == 0:
                notify("STOPPING=1")  # Else it goes on as something else, in the same process.
            await _end_pages(core, parts)
            _stop_all()
    except* _Stopped:
        log.info("stopped", device=core.settings.device)
    return 0


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
    group.create_task(standby.pair.watch.run(), name="peer")
    group.create_task(standby.listening.run(), name="listening")
    group.create_task(standby.keeping.run(), name="keeping")
    group.create_task(standby.devices.serve([site.devices]), name="devices")
    group.create_task(standby.pages.serve([site.pages]), name="standby pages")


async def _end_pages(core: Core, parts: Parts) -> None:
    """Let open answers come to their end, but for no longer than people wait for a stop."""
    core.display.close()
    servers: list[PageServer] = [parts.page]
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


class _Stopped(Exception):  # noqa: N818 - ends the task group
    """Somebody asked the program to stop."""


def _stop_all() -> None:
    raise _Stopped


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

    page = PageServer(build_pages(core, tell))
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
