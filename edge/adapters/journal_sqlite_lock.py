"""One writer: the lock that a second process meets before it opens the journal's file."""

import fcntl
from pathlib import Path
from typing import IO

from edge.ports import JournalError


def lock(path: Path) -> IO[bytes]:
    """Return the held lock of the journal at ``path``; it is free again once closed.

    Raises:
        JournalError: Another process holds it, or the folder cannot be used.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock_file = path.with_name(path.name + ".lock").open("ab")
    except OSError as error:
        raise JournalError(f"the journal's folder cannot be used: {error}") from error
    try:
        fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock_file.close()
        raise JournalError("another process holds the journal; stop it first") from error
    return lock_file
