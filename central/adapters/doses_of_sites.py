"""Doses that sites said, and the keys of sites, for what sites are told of certificates."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from central.adapters import tables_site as site
from central.adapters.database import reading, store_errors
from central.adapters.dose_store import told_doses
from central.domain.dose_news import DoseOfSite, recorded
from central.domain.records import RecordState
from central.ports import KeysError
from protocol.errors import WireError
from protocol.identity import site_id


class SqlDosesOfSites:
    """The port ``DosesOfSites``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def since(self, day: date) -> Sequence[DoseOfSite]:
        query = told_doses().where(site.doses.c.day >= day.isoformat())
        with store_errors(), reading(self._engine) as connection:
            return [
                DoseOfSite(
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
                for row in connection.execute(query)
            ]


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
