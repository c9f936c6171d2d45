"""The centre's settings and keys as one archive, and out of it again; no file is overwritten."""

import hashlib
import io
import tarfile
from pathlib import Path
from typing import Final

from central.adapters.backup_directory import write_private
from central.ports.backups import BackupError

_KNOWN_BY: Final = ("ack.crt", "seal.pub")
_SETTINGS: Final = "central.toml"


def installation_of(keys: Path) -> str:
    """Return a digest of what devices know this centre by; empty where there are no keys."""
    digest = hashlib.sha256()
    try:
        for name in _KNOWN_BY:
            digest.update((keys / name).read_bytes())
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise BackupError(f"{keys}: {error.strerror}") from error
    return digest.hexdigest()


def pack(keys: Path) -> bytes:
    """Return everything in the folder as an archive.

    Raises:
        BackupError: Something in it cannot be read.
    """
    whole = io.BytesIO()
    try:
        # A key that is a link elsewhere is kept as the key: the link would lead nowhere after a loss.
        with tarfile.open(fileobj=whole, mode="w", dereference=True) as archive:
            for path in sorted(keys.rglob("*")):
                if path.is_file():
                    archive.add(path, str(path.relative_to(keys)), recursive=False)
    except OSError as error:
        raise BackupError(f"{keys}: {error.strerror}") from error
    return whole.getvalue()


def unpack(data: bytes, keys: Path) -> None:
    """Write what is in an archive beside what is there; the settings that are there stay.

    Raises:
        BackupError: A file is there with other content; nothing was written.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            files = {m.name: archive.extractfile(m) for m in archive.getmembers() if m.isfile()}
            contents = {name: file.read() for name, file in files.items() if file is not None}
        _write(contents, keys)
    except (tarfile.TarError, OSError) as error:
        raise BackupError(f"{keys}: {error}") from error


def _write(contents: dict[str, bytes], keys: Path) -> None:
    new = {}
    for name, content in contents.items():
        path = keys / name
        if not path.resolve().is_relative_to(keys.resolve()):
            raise BackupError(f"the archive holds {name}, which is no name of ours")
        if not path.exists():
            new[path] = content
        elif name != _SETTINGS and path.read_bytes() != content:
            raise BackupError(f"{path} is there and is another; move it away first")
    for path, content in new.items():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, [content])
