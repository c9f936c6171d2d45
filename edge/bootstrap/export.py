"""Writes what the centre has not acknowledged to a folder, as signed batches."""

import os
from collections.abc import Iterator
from pathlib import Path

from edge.adapters.journal_rescue import rescue
from edge.adapters.keys_file import FileKeys
from edge.cli.export_batches import NotExported
from edge.config.settings import ConfigError, read_settings
from edge.domain import outbox
from edge.ports import Entry, JournalError, KeysError
from protocol.identity import Epoch, batch_name

Row = tuple[bytes, Entry]


def export(config: Path, folder: Path) -> tuple[int, int]:
    """Write the batches; return how many events and files there are.

    Raises:
        NotExported: Settings, keys, journal or folder cannot be used.
    """
    try:
        settings = read_settings(config)
        keys = FileKeys(settings.keys_directory, day_key=b"", software="")
        rescued = rescue(settings.data_directory / "journal.db")
        folder.mkdir(parents=True, exist_ok=True)
        events = files = 0
        for epoch, rows in rescued.items():
            for run, lost in _runs(rows):
                first, prev = run[0][1].seq, run[0][0]
                data = [entry.data for _, entry in run]
                batch = keys.sign_batch(Epoch(epoch), first, prev, data, after_loss=lost)
                _write(folder / batch_name(keys.device, Epoch(epoch), first), batch)
                events, files = events + len(run), files + 1
    except (ConfigError, KeysError, JournalError) as error:
        raise NotExported(str(error)) from error
    except OSError as error:
        raise NotExported(f"cannot write to {folder}: {error.strerror}") from error
    return events, files


def _runs(rows: list[Row]) -> Iterator[tuple[list[Row], bool]]:
    """Yield what fits into one batch each, and whether what lay before it is lost."""
    run: list[Row] = []
    size, lost = 0, False
    for row in rows:
        size += len(row[1].data)
        follows = not run or row[0] == run[-1][1].hash
        full = len(run) == outbox.MOST_EVENTS or size > outbox.MOST_EVENT_BYTES
        if run and (not follows or full):
            yield run, lost
            run, size, lost = [], len(row[1].data), not follows
        run.append(row)
    if run:
        yield run, lost


def _write(path: Path, data: bytes) -> None:
    half = path.with_suffix(".part")
    with half.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
