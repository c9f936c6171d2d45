"""A migrated database in no time: made once, then copied. ``test_database.py`` runs the migrations."""

import tempfile
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from factories.postgres import PostgresServer

from central.adapters import database


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        engine = database.connect(f"sqlite:///{folder}/template.db")
        database.migrate(engine)
        engine.dispose()
        return (Path(folder) / "template.db").read_bytes()


def migrated_engine(directory: Path) -> sa.Engine:
    """Return an engine on an empty, migrated database in ``directory``; dispose of it yourself."""
    (directory / "central.db").write_bytes(_template())
    return database.connect(f"sqlite:///{directory}/central.db")


@cache
def _original(server: PostgresServer) -> str:
    url = server.new_database()
    engine = database.connect(url)
    database.migrate(engine)
    engine.dispose()
    return str(sa.make_url(url).database)


def migrated_url(server: PostgresServer) -> str:
    """Return the URL of an empty, migrated database."""
    return server.new_database(like=_original(server))
