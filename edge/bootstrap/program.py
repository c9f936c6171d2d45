"""The kiosk's life: the screen answers first; drivers, which are slow to import, follow while it is already seen."""

import asyncio
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import structlog

from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.notify_systemd import notify
from edge.bootstrap.core import Core, build_core
from edge.bootstrap.listeners import SiteListeners, open_site, open_store
from edge.bootstrap.screen import build_pages, build_screen
from edge.config.settings import Settings
from edge.domain.facts import Fact, HelpWanted, ScreenLeft
from edge.ports import Journal, JournalError, KeysError, SiteStore
from edge.ui.server import PageServer, listen

EXIT_TRY_AGAIN = 75
OUT_OF_ORDER_SECONDS = 20.0
"""How long a kiosk without a journal shows that it is out of order before it is started anew."""
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
                    site = await asyncio.to_thread(open_site, core, open_now)
                code = await _serve(core, listening, journal, store, site)
                return code if asked.is_set() or site is None else site.code_at_end(core, code)
        finally:
            journal.close()


async def _serve(
    core: Core,
    listening: socket.socket,
    journal: Journal,
    store: SiteStore | None,
    site: SiteListeners | None,
) -> int:
    screen, refused = build_screen(core), None
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(screen.page.serve([listening]), name="pages")
            await screen.page.answers.wait()
            await asyncio.to_thread(_import_the_rest)
            from edge.bootstrap.running import run_parts

            try:
                await run_parts(group, core, screen, journal, store, site)
            except KeysError as error:
                refused = error
            _stop_all()
    except* _Stopped:
        log.info("stopped", device=core.settings.device)
    if refused is not None:
        raise refused
    return 0


def _import_the_rest() -> None:
    """Import what no page needs, in a thread: meanwhile the first one is answered."""
    import edge.bootstrap.running  # noqa: F401


class _Stopped(Exception):  # noqa: N818 - ends the task group
    """Somebody asked the program to stop."""


def _stop_all() -> None:
    raise _Stopped


async def _stay_out_of_order(core: Core, listening: socket.socket, error: JournalError) -> int:
    """Show for a while that this machine is out of order; then the program is started anew."""
    from edge.domain.session import decide
    from edge.domain.state import State
    from edge.services.kiosk import fault_of

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
