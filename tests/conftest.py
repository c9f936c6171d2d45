"""Servers that start once for all tests that need them."""

from collections.abc import Iterator

import pytest
from factories.postgres import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server(durable=False) as server:
        yield server
