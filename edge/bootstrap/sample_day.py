"""Joins what writes a day of invented people into a journal that does not exist yet."""

import secrets
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.keys_file import FileKeys
from edge.cli.export_batches import NotExported
from edge.cli.sample_day import JournalThere
from edge.config.settings import ConfigError, read_settings
from edge.ports import JournalError, KeysError
from edge.simulated.clock import SimulatedClock
from edge.simulated.sample_day import beginning, write_day


def write_sample_day(config: Path, day: date) -> int:
    """Write the day and return how many events it has.

    Raises:
        NotExported: Settings, keys or journal cannot be used, or the journal holds something.
    """
    try:
        settings = read_settings(config)
        path = settings.data_directory / "journal.db"
        if path.exists():
            raise JournalThere(f"{path.name} is there already: a sample day begins a journal")
        keys = FileKeys(settings.keys_directory, day_key=b"", software="")
        zone = ZoneInfo(settings.time_zone)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: one that was cut short is begun anew.
        part = path.with_name("sample-day.db")
        _forget(part)
        clock = SimulatedClock(beginning(day, zone), boot=f"sample-{secrets.token_hex(8)}")
        journal = SqliteJournal(part, device=keys.device, clock=clock)
        try:
            events = write_day(journal, keys, clock, day, zone)
        finally:
            journal.close()
        part.rename(path)
        _forget(part)
    except (ConfigError, KeysError, JournalError) as error:
        raise NotExported(str(error)) from error
    return events


def _forget(part: Path) -> None:
    for left in part.parent.glob(f"{part.name}*"):
        left.unlink()
