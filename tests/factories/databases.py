"""The databases that the centre's tests run on: SQLite always, PostgreSQL with ``-m system``."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from factories.migrated import migrated_engine, migrated_url

from central.adapters import database

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.system)]


def fresh_engine(request: pytest.FixtureRequest, directory: Path) -> sa.Engine:
    """Return an engine on an empty database of the kind named by ``request.param``."""
    if request.param == "sqlite":
        url = f"sqlite:///{directory}/central.db"
    else:
        url = request.getfixturevalue("postgres").new_database()
    engine = database.connect(url)
    request.addfinalizer(engine.dispose)
    return engine


def ready_engine(request: pytest.FixtureRequest, directory: Path) -> sa.Engine:
    """Return an engine on an empty, migrated database of the kind named by ``request.param``."""
    if request.param == "sqlite":
        engine = migrated_engine(directory)
    else:
        engine = database.connect(migrated_url(request.getfixturevalue("postgres")))
    request.addfinalizer(engine.dispose)
    return engine
