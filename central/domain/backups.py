"""What a backup says of itself, what it is called, and which ones may go."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

VERSION: Final = 1
MANIFEST: Final = "manifest.json"
_NAME = re.compile(r"tram-\d{8}T\d{6}Z\Z")

DatabaseKind = Literal["sqlite", "postgresql"]


class BackupUnusable(Exception):  # noqa: N818 - what is wrong with the backup
    """It is none, is damaged, or is not for this place; nothing was changed."""


class Books(msgspec.Struct, frozen=True):
    """What a database holds, so that two of them can be compared.

    Attributes:
        entries: How many entries the watermarks of all journals cover.
        events: How many raw events there are.
        audit: How many rows the audit has.
        head: Hash of the newest of them, hexadecimal.
    """

    journals: int
    entries: int
    events: int
    audit: int
    head: str


class BackupFile(msgspec.Struct, frozen=True):
    """One file of a backup as it lies there.

    Attributes:
        sha256: Of the bytes on the disk, sealed or not.
    """

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is.

    Attributes:
        made_at: The moment whose state it holds.
        revision: Of the database's schema.
        installation: SHA-256 of what the devices know the centre by; keys of another one don't fit.
        sealed: Whether a password is needed to read it.
    """

    v: int
    made_at: datetime
    software: str
    database: DatabaseKind
    revision: str
    installation: str
    sealed: bool
    books: Books
    files: list[BackupFile]

    @property
    def size_bytes(self) -> int:
        """How much room it takes."""
        return sum(file.size for file in self.files)


def encode(manifest: Manifest) -> bytes:
    """Return the manifest as the file that lies beside the others."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode(data: bytes) -> Manifest:
    """Return the manifest in a file.

    Raises:
        BackupUnusable: It is none that this release can read.
    """
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BackupUnusable(f"{MANIFEST} is damaged: {error}") from None
    if manifest.v != VERSION:
        raise BackupUnusable(f"made by another release: form {manifest.v}, known is {VERSION}")
    if manifest.made_at.tzinfo is None:
        raise BackupUnusable(f"{MANIFEST} is damaged: a time without a zone")
    return manifest


def name_of(made_at: datetime) -> str:
    """Return what a backup of that moment is called; names sort as they were made."""
    return f"tram-{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def is_name(name: str) -> bool:
    """Return whether a folder is called like a backup."""
    return _NAME.match(name) is not None


def outlived(names: Iterable[str], keep: int) -> list[str]:
    """Return which backups may go so that the newest ``keep`` stay; nothing else is named."""
    ours = sorted(name for name in names if is_name(name))
    return ours[: max(0, len(ours) - keep)]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a backup must be to be restored here."""

    database: DatabaseKind
    installation: str
    revisions: frozenset[str]


def why_not(manifest: Manifest, expected: Expected) -> str:
    """Return in words why a backup is not for this place; empty: it is."""
    if manifest.database != expected.database:
        return f"it is of a {manifest.database} database, database_url names {expected.database}"
    if expected.installation and manifest.installation != expected.installation:
        return "its keys are another installation's than those in keys_directory"
    if manifest.revision not in expected.revisions:
        return f"a newer release made it (schema {manifest.revision}); install that one first"
    return ""
