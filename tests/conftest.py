"""Servers that start once for all tests that need them, and how long a browser is waited for."""

from collections.abc import Iterator

import pytest
from factories.postgres import PostgresServer, postgres_server
from playwright.sync_api import expect

# A page that is slow because four others are drawn beside it is no failure.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server(durable=False) as server:
        yield server
