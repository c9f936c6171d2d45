"""What a journal's file still proves, read from a copy: the file itself is never touched.

For a kiosk that is stopped, broken or cannot be started; a damaged page costs its own rows.
"""

import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from edge.ports import Entry, JournalError
from protocol import chain

Rescued = dict[str, list[tuple[bytes, Entry]]]
_ROWS: Final = "SELECT epoch, seq, prev, hash, data FROM entries ORDER BY place"


def rescue(path: Path) -> Rescued:
    """Return by epoch what no acknowledgement covers: each entry with the hash before it, in order.

    Raises:
        JournalError: There is no journal, or nothing in it can be read.
    """
    if not path.exists():
        raise JournalError(f"there is no journal at {path}")
    with tempfile.TemporaryDirectory(prefix="tram-journal-") as folder:
        copy = Path(folder) / path.name
        try:
            shutil.copyfile(path, copy)
            log = path.with_name(f"{path.name}-wal")
            if log.exists():
                shutil.copyfile(log, copy.with_name(log.name))
        except OSError as error:
            raise JournalError(f"the journal cannot be copied: {error.strerror}") from error
        with closing(sqlite3.connect(copy)) as connection:
            return _unacknowledged(connection)


def _unacknowledged(connection: sqlite3.Connection) -> Rescued:
    found: dict[tuple[str, int], tuple[bytes, Entry]] = {}
    acked: dict[str, int] = {}
    # From both ends: what lies behind a damaged page is reached from the other side.
    for order in ("", " DESC"):
        with suppress(sqlite3.DatabaseError):
            for epoch, seq, prev, hash_, data in connection.execute(_ROWS + order):
                if chain.link(prev, data) == hash_:
                    found[epoch, seq] = (prev, Entry(seq, data, hash_))
    # Without it everything is written out: the centre takes each entry once however often it comes.
    with suppress(sqlite3.DatabaseError):
        acked = dict(connection.execute("SELECT epoch, acked FROM journals"))
    if not found and not acked:
        raise JournalError("nothing in the journal can be read")
    rescued: Rescued = {}
    for (epoch, seq), row in sorted(found.items()):
        if seq > acked.get(epoch, 0):
            rescued.setdefault(epoch, []).append(row)
    return rescued
