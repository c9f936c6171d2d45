"""What most tests of the centre stand on: an empty database, and its pages over it.

A module that needs more in the database makes a fixture of the same name of this one.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from factories.dashboards import served
from factories.migrated import migrated_engine

from central.adapters.overview_sql import SqlOverview


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = migrated_engine(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def url(engine: sa.Engine) -> Iterator[str]:
    with served(SqlOverview(engine), engine=engine) as url:
        yield url
