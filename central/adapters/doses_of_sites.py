"""Doses that sites said, and the keys of sites, for what sites are told of certificates."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from central.adapters import tables_site as site
from central.adapters.database import reading, store_errors
from central.adapters.dose_store import is_read, told_doses
from central.adapters.tables_doses import platform_doses
from central.adapters.tables_projection import certificate_copies, identities
from central.domain.dose_news import (
    ACCEPTED,
    DoseOfSite,
    DosesOfPerson,
    name_of_entry,
    recorded,
)
from central.domain.records import RecordState
from central.ports import KeysError
from protocol.certificates.copies import name_of
from protocol.errors import WireError
from protocol.identity import site_id


class SqlDosesOfSites:
    """The port ``DosesOfSites``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def since(self, day: date) -> Sequence[DoseOfSite]:
        query = told_doses().where(site.doses.c.day >= day.isoformat())
        with store_errors(), reading(self._engine) as connection:
            return [_said(row) for row in connection.execute(query)]

    def of_person(self, number: str) -> DosesOfPerson:
        # By the person's visits: else every dose of the installation would be looked through.
        theirs = sa.select(identities.c.visit).where(identities.c.number == number)
        query = told_doses().where(site.doses.c.visit.in_(theirs), identities.c.number == number)
        mirror = platform_doses.c
        told = sa.select(platform_doses).where(mirror.number == number)
        with store_errors(), reading(self._engine) as connection:
            ours = [_said(row) for row in connection.execute(query)]
            entries = connection.execute(told).all()
            read = is_read(connection)
            linked = {dose.immunization for dose in ours}
            said = {dose.dose for dose in ours}
            others = [
                _of_entry(row) for row in entries if row.id not in linked and row.event not in said
            ]
            doses = (*ours, *others)
            return DosesOfPerson(doses, read, _printed(connection, [one.dose for one in doses]))


def _printed(connection: sa.Connection, doses: Sequence[str]) -> frozenset[str]:
    """Return the copy names of certificates of these doses that left a printer."""
    of = certificate_copies.c
    rows = connection.execute(sa.select(of.dose, of.certificate).where(of.dose.in_(doses)))
    return frozenset(name_of(row.dose, row.certificate) for row in rows)


def _said(row: sa.Row[Any]) -> DoseOfSite:
    return DoseOfSite(
        dose=row.dose,
        visit=row.visit,
        site=row.site,
        recorded=recorded(RecordState(row.state)),
        immunization=row.immunization,
        day=row.day,
        vaccine=row.vaccine,
        dose_number=row.dose_number,
        number=row.number,
        name=row.name,
        birth=row.birth,
    )


def _of_entry(row: sa.Row[Any]) -> DoseOfSite:
    """Return a dose that only the Platform told of: given elsewhere, or typed in there."""
    return DoseOfSite(
        dose=name_of_entry(row.id),
        visit="",
        site=row.site,
        recorded=ACCEPTED,
        immunization=row.id,
        day=row.day,
        vaccine=row.vaccine,
        dose_number=row.dose_number or 0,
        number=row.number,
        name=row.name,
        birth=row.birth,
    )


class FolderSealKeys:
    """The port ``SiteSealKeys`` on the folder that provisioning fills."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, site: str) -> X25519PublicKey | None:
        """Return the key in ``SITE.pub``.

        Raises:
            KeysError: The file holds something else.
        """
        try:
            data = (self._folder / f"{site_id(site)}.pub").read_bytes()
        except (FileNotFoundError, NotADirectoryError, WireError):
            return None
        except OSError as error:
            raise KeysError(f"cannot read {site}.pub: {error.strerror}") from error
        try:
            key = serialization.load_pem_public_key(data)
        except ValueError as error:
            raise KeysError(f"{site}.pub is no public key in PEM form") from error
        if not isinstance(key, X25519PublicKey):
            raise KeysError(f"{site}.pub is no X25519 key")
        return key
