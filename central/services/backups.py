"""Makes backups of the centre and puts them back; each is read again before it counts as one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from central.domain import backups
from central.domain.backups import BackupFile, BackupUnusable, Expected, Manifest
from central.ports import Clock
from central.ports.backups import BackupShelf, DatabaseCopier, NewBackup, OldBackup, Seal, Told

KEYS: Final = "keys.tar"
_SEALED: Final = ".sealed"


@dataclass(frozen=True, slots=True)
class Here:
    """What of this centre a backup tells.

    Attributes:
        keys: Returns settings and keys as one archive; asked only where they are sealed.
    """

    software: str
    installation: str
    keys: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made.

    Attributes:
        dropped: Older ones that went.
    """

    where: str
    manifest: Manifest
    dropped: list[str]


class BackupMaking:
    """Makes a backup beside a running centre. Blocking."""

    def __init__(
        self,
        copier: DatabaseCopier,
        shelf: BackupShelf,
        here: Here,
        clock: Clock,
        told: Told,
        seal: Seal | None = None,
    ) -> None:
        """Make the service.

        Args:
            seal: Without it the database is copied in plain, and no key at all.
        """
        self._copier = copier
        self._shelf = shelf
        self._here = here
        self._clock = clock
        self._told = told
        self._seal = seal

    def make(self, keep: int) -> Made:
        """Make a backup, read it again, and only then let old ones go.

        Raises:
            BackupError: There is no new backup, and every old one is still there.
        """
        made_at = self._clock.now().replace(microsecond=0)
        name = self._copier.file_name
        with self._shelf.begin(made_at) as new:
            with self._copier.copy() as copied:
                files = [self._write(new, name, copied.data)]
            if self._seal is not None:
                files.append(self._write(new, KEYS, [self._here.keys()]))
            self._told("reading it again")
            self._copier.check(_plain(new, files[0], name, self._seal), copied.books)
            manifest = Manifest(
                v=backups.VERSION,
                made_at=made_at,
                software=self._here.software,
                database=self._copier.kind,
                revision=copied.revision,
                installation=self._here.installation,
                sealed=self._seal is not None,
                books=copied.books,
                files=files,
            )
            where = new.finish(manifest)
        return Made(where, manifest, self._shelf.drop_old(keep))

    def _write(self, new: NewBackup, name: str, data: Iterable[bytes]) -> BackupFile:
        if self._seal is None:
            return new.add(name, data)
        return new.add(f"{name}{_SEALED}", self._seal.seal(name, data))


class BackupReturn:
    """Puts a backup back where no database is. Blocking; the centre is stopped meanwhile."""

    def __init__(
        self,
        copier: DatabaseCopier,
        backup: OldBackup,
        expected: Expected,
        told: Told,
        seal: Seal | None = None,
    ) -> None:
        self._copier = copier
        self._backup = backup
        self._expected = expected
        self._told = told
        self._seal = seal

    def put_back(self, keys: Callable[[bytes], None] | None = None) -> Manifest:
        """Put the database back; everything that can be known to be wrong is found before.

        Args:
            keys: Takes the archive of settings and keys, too, once the database is there.

        Raises:
            BackupUnusable: The backup is damaged or not for this place; nothing was changed.
            BackupError: There is a database already, or it could not be put back.
        """
        manifest = self._backup.manifest
        self._see_that_it_fits(manifest)
        self._copier.see_that_there_is_none()
        self._told("checking the backup")
        self._backup.see_that_it_is_whole()
        archive = self._archive(manifest) if keys is not None else b""
        name = self._copier.file_name
        self._told("putting the database back")
        data = _plain(self._backup, _file(manifest, name), name, self._seal)
        self._copier.restore(data, manifest.books)
        if keys is not None:
            keys(archive)
        return manifest

    def _see_that_it_fits(self, manifest: Manifest) -> None:
        why = backups.why_not(manifest, self._expected)
        if not why and manifest.sealed and self._seal is None:
            why = "it is sealed: name the file of its password with --password-file"
        if why:
            raise BackupUnusable(why)

    def _archive(self, manifest: Manifest) -> bytes:
        if not manifest.sealed:
            raise BackupUnusable("it holds no keys: only a sealed one does")
        return b"".join(_plain(self._backup, _file(manifest, KEYS), KEYS, self._seal))


def _plain(
    backup: NewBackup | OldBackup, file: BackupFile, name: str, seal: Seal | None
) -> Iterator[bytes]:
    data = backup.read(file.name)
    sealed = file.name.endswith(_SEALED)
    return seal.unseal(name, data) if sealed and seal is not None else data


def _file(manifest: Manifest, name: str) -> BackupFile:
    for file in manifest.files:
        if file.name in {name, f"{name}{_SEALED}"}:
            return file
    raise BackupUnusable(f"there is no {name} in it")
