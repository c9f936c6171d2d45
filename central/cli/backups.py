"""``python -m central backup`` and ``restore``: the centre copied whole, and put back."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from central.domain.backups import BackupUnusable, Manifest
from central.ports.backups import BackupError
from central.services.backups import BackupMaking, BackupReturn

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name
else:
    Commands = Any

_LEAST_LETTERS: Final = 12
_SECONDS_BETWEEN: Final = 1.0
_Common = Callable[[argparse.ArgumentParser], None]


def add_parser(commands: Commands, common: _Common) -> None:
    """Add both commands to those of the program."""
    backup = commands.add_parser("backup", help="copy the database, beside a running centre")
    backup.add_argument(
        "directory", type=Path, nargs="?", help="where; as in the settings if left out"
    )
    backup.add_argument("--keep", type=_one_or_more, help="let older ones go but for so many")
    restore = commands.add_parser("restore", help="put a backup back, while the centre is stopped")
    restore.add_argument("backup", type=Path, help="the backup's folder, tram-…")
    restore.add_argument(
        "--with-keys", action="store_true", help="also settings and keys that are not there"
    )
    for one in (backup, restore):
        one.add_argument("--password-file", type=Path, help="its first line seals, or opens, it")
        common(one)


def _one_or_more(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


class Teller:
    """Says how far something has come, not more often than one can read."""

    def __init__(self) -> None:
        self._said_at = 0.0

    def __call__(self, line: str) -> None:
        """Say a line on standard error, unless one of its kind was said a moment ago."""
        now = time.monotonic()
        if now - self._said_at >= _SECONDS_BETWEEN or not line.startswith("copied"):
            self._said_at = now
            sys.stderr.write(f"{line}\n")


def password_in(path: Path) -> str:
    """Return the first line of a file.

    Raises:
        BackupUnusable: It cannot be read, or would keep nobody out.
    """
    try:
        password = path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise BackupUnusable(f"cannot read the password: {error}") from error
    if len(password) < _LEAST_LETTERS:
        raise BackupUnusable(f"the password must have {_LEAST_LETTERS} letters or more")
    return password


def make(making: Callable[[], BackupMaking], keep: int) -> int:
    """Make a backup and return the exit code."""
    try:
        made = making().make(keep)
    except BackupUnusable as error:
        return _refused(error, 2)
    except BackupError as error:
        return _refused(error, 1)
    for name in made.dropped:
        sys.stdout.write(f"dropped: {name}\n")
    keys = "sealed, with the keys" if made.manifest.sealed else "in plain, without keys"
    sys.stdout.write(f"{made.where}: {_holds(made.manifest)}; {keys}\n")
    return 0


def put_back(
    returning: Callable[[], BackupReturn],
    keys: Callable[[bytes], None] | None,
    bring_up_to_date: Callable[[], None],
) -> int:
    """Put a backup back and return the exit code."""
    try:
        manifest = returning().put_back(keys)
        bring_up_to_date()
    except BackupUnusable as error:
        return _refused(error, 2)
    except BackupError as error:
        return _refused(error, 1)
    sys.stdout.write(
        f"restored: {_holds(manifest)}, of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC\n"
        "Start the centre. Devices send again by themselves what it lacks. What people did at the"
        " centre since then is lost: accounts, answers, lists, erasures.\n"
    )
    return 0


def _holds(manifest: Manifest) -> str:
    books = manifest.books
    size = manifest.size_bytes / 1_000_000
    return f"{books.events} events of {books.journals} journals, {size:.1f} MB"


def _refused(error: Exception, code: int) -> int:
    sys.stderr.write(f"{error}\n")
    return code
