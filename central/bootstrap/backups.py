"""What copies the centre whole and puts it back."""

import argparse
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from central.adapters.backup_books import known_revisions
from central.adapters.backup_directory import DirectoryBackup, DirectoryShelf
from central.adapters.backup_postgres import PostgresCopier
from central.adapters.backup_sealing import PasswordSeal
from central.adapters.backup_sqlite import SqliteCopier
from central.adapters.clock import SystemClock
from central.adapters.keys_archive import installation_of, pack, unpack
from central.bootstrap.core import open_database
from central.cli import backups
from central.config import CentralConfig
from central.domain.backups import BackupUnusable, Expected
from central.ports.backups import DatabaseCopier, Told
from central.services.backups import BackupMaking, BackupReturn, Here


def backup(options: argparse.Namespace, config: CentralConfig) -> int:
    """Make a backup as the command line asks for, and return the exit code."""
    return backups.make(lambda: _making(options, config), options.keep or config.backup.keep)


def restore(options: argparse.Namespace, config: CentralConfig) -> int:
    """Put a backup back as the command line asks for, and return the exit code."""
    keys = config.keys_directory
    return backups.put_back(
        lambda: _returning(options, config),
        (lambda archive: unpack(archive, keys)) if options.with_keys else None,
        # To the schema of this release.
        lambda: open_database(config).dispose(),
    )


def _making(options: argparse.Namespace, config: CentralConfig) -> BackupMaking:
    where = options.directory or config.backup.directory
    if not where:
        raise BackupUnusable("name a directory, here or as backup.directory in the settings")
    keys = config.keys_directory
    told = backups.Teller()
    return BackupMaking(
        _copier(config, told),
        DirectoryShelf(Path(where)),
        Here(version("tram-checkin"), installation_of(keys), lambda: pack(keys)),
        SystemClock(),
        told,
        _seal(options, config),
    )


def _returning(options: argparse.Namespace, config: CentralConfig) -> BackupReturn:
    told = backups.Teller()
    copier = _copier(config, told)
    return BackupReturn(
        copier,
        DirectoryBackup(options.backup),
        Expected(copier.kind, installation_of(config.keys_directory), known_revisions()),
        told,
        _seal(options, config),
    )


def _seal(options: argparse.Namespace, config: CentralConfig) -> PasswordSeal | None:
    path = options.password_file or config.backup.password_file
    return PasswordSeal(backups.password_in(Path(path))) if path else None


def _copier(config: CentralConfig, told: Told) -> DatabaseCopier:
    url = sa.make_url(config.database_url)
    if url.get_backend_name() == "sqlite":
        return SqliteCopier(Path(str(url.database)), told)
    return PostgresCopier(config.database_url, told)
