"""What every part of the centre stands on: the database, the projection, the registry."""

import sqlalchemy as sa

from central.adapters import database
from central.adapters.registry_file import FileRegistry
from central.adapters.seal_key import load_seal_key
from central.adapters.visit_store import SqlProjection
from central.config import CentralConfig
from central.ports import KeysError
from central.services.leases import LeaseKeeper
from central.services.place_names import PlaceNames
from central.services.projection import Projector
from protocol import cose
from protocol.errors import WireError


def open_database(config: CentralConfig) -> sa.Engine:
    """Return the engine on an up-to-date schema."""
    config.data_directory.mkdir(parents=True, exist_ok=True)
    engine = database.connect(config.database_url)
    database.migrate(engine)
    return engine


def build_projector(
    config: CentralConfig, engine: sa.Engine, lease: LeaseKeeper | None = None
) -> Projector:
    """Return the projector alone, as ``rebuild-projection`` needs it."""
    key = load_seal_key(config.keys_directory / "seal.key")
    held = (lambda: lease.held) if lease is not None else None
    return Projector(SqlProjection(engine, held), key)


def open_registry(config: CentralConfig) -> FileRegistry:
    """Return the devices that belong to the installation.

    Raises:
        KeysError: The certificate that signs the registry cannot be used.
    """
    path = config.keys_directory / "registry.crt"
    try:
        certificate = cose.load_certificate(path.read_bytes())
    except (OSError, WireError) as error:
        raise KeysError(f"cannot use {path.name}: {error}") from error
    return FileRegistry(config.keys_directory / "registry.cose", certificate)


def place_names(config: CentralConfig, registry: FileRegistry) -> PlaceNames:
    """Return what people call sites and communes."""
    return PlaceNames(registry, config.names.sites, config.names.communes)
