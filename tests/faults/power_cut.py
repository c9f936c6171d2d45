"""A disk that loses power: an SQLite VFS whose unsynchronised writes are dropped or torn at a cut.

``PowerCutDisk.connect`` gives the same statements a connection over that disk, dressed as
``sqlite3``'s. After ``lose_power`` the files hold what a real card could hold; open them with the
ordinary driver then.
"""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import apsw

_NUMBERS = count(1)
Write = tuple[int, bytes | None]  # offset and bytes; None: cut the file at the offset


class PowerLostError(Exception):
    """The power went away in the middle of an operation."""


class PowerCutDisk:
    """One disk. The power goes away before operation number ``cut_at``."""

    def __init__(self, cut_at: int | None = None) -> None:
        self.operations = 0
        self.pending: dict[str, list[Write]] = {}
        self._cut_at = cut_at
        self._name = f"power-cut-{next(_NUMBERS)}"
        self._vfs = _Vfs(self._name, self)

    def connect(self, path: str) -> "Connection":
        """Return a connection over this disk."""
        return Connection(path, self._name)

    def operate(self) -> None:
        """Count one operation on the disk."""
        self.operations += 1
        if self._cut_at is not None and self.operations >= self._cut_at:
            raise PowerLostError

    def lose_power(self, chance: random.Random, *, tear: bool) -> None:
        """Drop what was not synchronised; with ``tear`` let a random part of it have arrived."""
        self._cut_at = 0
        for name, writes in self.pending.items():
            if tear and Path(name).exists():
                with Path(name).open("r+b") as file:
                    for offset, data in writes:
                        _arrive(file, offset, data, chance)
            writes.clear()


def _arrive(file: Any, offset: int, data: bytes | None, chance: random.Random) -> None:
    if data is None or chance.random() < 0.5:
        return
    if chance.random() < 0.3:
        data = data[: chance.randrange(len(data) + 1)]
    file.seek(offset)
    file.write(data)


class _Vfs(apsw.VFS):
    def __init__(self, name: str, disk: PowerCutDisk) -> None:
        self._disk = disk
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> "_File":  # noqa: N802
        return _File(self._disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self._disk.operate()
        self._disk.pending.pop(filename, None)
        super().xDelete(filename, syncdir)


class _File(apsw.VFSFile):
    def __init__(self, disk: PowerCutDisk, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        key = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._pending = disk.pending.setdefault(key, [])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.operate()
        self._pending.append((offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.operate()
        self._pending.append((size, None))

    def xSync(self, _flags: int) -> None:  # noqa: N802
        self._disk.operate()
        for offset, data in self._pending:
            if data is None:
                super().xTruncate(offset)
            else:
                super().xWrite(data, offset)
        self._pending.clear()  # a real fsync would only cost time: this disk's power is ours

    def xFileSize(self) -> int:  # noqa: N802
        size = super().xFileSize()
        for offset, data in self._pending:
            size = offset if data is None else max(size, offset + len(data))
        return size

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        on_disk = max(0, min(amount, super().xFileSize() - offset))
        seen = bytearray(super().xRead(on_disk, offset) if on_disk else b"").ljust(amount, b"\0")
        for start, data in self._pending:
            if data is None:
                cut = max(0, start - offset)
                seen[cut:] = bytes(len(seen[cut:]))
                continue
            first, last = max(start, offset), min(start + len(data), offset + amount)
            if first < last:
                seen[first - offset : last - offset] = data[first - start : last - start]
        return bytes(seen[: max(0, min(amount, self.xFileSize() - offset))])


class Connection:
    """As much of ``sqlite3.Connection`` as the journal and sqlite-utils use."""

    def __init__(self, path: str, vfs: str) -> None:
        with _dressed():
            self._inner = apsw.Connection(path, vfs=vfs)

    @property
    def in_transaction(self) -> bool:
        return self._inner.in_transaction

    def execute(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> "Cursor":
        with _dressed():
            return Cursor(self._inner, sql, values)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with _dressed():
            self._inner.executemany(sql, rows)

    def rollback(self) -> None:
        if self.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        # Without power there is nobody to tell.
        with suppress(PowerLostError), _dressed():
            self._inner.close(True)


class Cursor:
    """As much of ``sqlite3.Cursor``; the rows are fetched at once."""

    def __init__(self, connection: apsw.Connection, sql: str, values: Any) -> None:
        before = connection.total_changes()
        inner = connection.execute(sql, values)
        try:
            self.description = inner.description
        except apsw.ExecutionCompleteError:
            self.description = ()
        self._rows = iter(inner.fetchall())
        self.rowcount = connection.total_changes() - before
        self.lastrowid = connection.last_insert_rowid()

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows


@contextmanager
def _dressed() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        dressed = sqlite3.OperationalError(str(error))
        dressed.sqlite_errorcode = getattr(error, "extendedresult", 0)
        raise dressed from error
