"""The printer's test, put together."""

import time
from collections.abc import Callable
from pathlib import Path

from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.slip_pillow import WIDTH_DOTS
from edge.bootstrap.drivers import build_printer, build_renderer
from edge.config.device import PrinterSettings
from edge.config.settings import ConfigError, Settings, read_settings
from edge.ports import Printer, Slip
from edge.services.test_print import Trial, Tried, code_text
from protocol.identity import DeviceId


def print_test_slip(
    config: Path,
    build: Callable[[PrinterSettings], Printer] = build_printer,
    wait: Callable[[float], None] = time.sleep,
) -> Tried:
    """Print the test slip of the kiosk whose settings are ``config``.

    Raises:
        ValueError: The settings cannot be used, or name no printer.
        JournalError: The kiosk program runs, or its journal cannot be used; nothing was printed.
        FontMissing: No slip can be drawn on this machine.
    """
    try:
        settings = read_settings(config)
    except ConfigError as error:
        raise ValueError(str(error)) from error
    if settings.printer.driver == "none":
        raise ValueError("the settings name no printer; set printer.driver")
    renderer, clock = build_renderer(settings), SystemClock()
    # It is opened first: a second program at the journal means that the kiosk holds the printer.
    journal = SqliteJournal(
        settings.data_directory / "journal.db", device=DeviceId(settings.device), clock=clock
    )
    try:
        printer = build(settings.printer)
        try:
            trial = Trial(
                printer=printer,
                renderer=renderer,
                journal=journal,
                clock=clock,
                roll_mm=round(1000 * settings.printer.roll_metres),
                wait=wait,
            )
            return trial.print(_slip(settings, clock))
        finally:
            printer.close()
    finally:
        journal.close()


def _slip(settings: Settings, clock: SystemClock) -> Slip:
    width_mm = settings.printer.paper_width_mm
    serial = settings.printer.driver == "serial"
    return Slip(
        # Numbers begin with 001: nobody waits with this one.
        ticket=f"{settings.ticket_prefix}000",
        stage="",
        site=settings.site_name,
        printed_at=clock.now(),
        qr=None if serial else code_text(settings.device),
        kind="test",
        large=settings.printer.large_type,
        lines=(
            f"Máy · Device: {settings.device}",
            f"Khổ giấy · Paper: {width_mm} mm",
            f"{WIDTH_DOTS[width_mm]} điểm · dots",
        ),
    )
