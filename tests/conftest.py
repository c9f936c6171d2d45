"""Servers that start once for all tests that need them; how long anything is waited for."""

import logging
from collections.abc import Iterator

import pytest
from factories.postgres import PostgresServer, postgres_server
from hypothesis import settings
from playwright.sync_api import expect

# Nothing is timed here: a machine may be busy (`make bench` measures).
settings.register_profile("tram", deadline=None)
settings.load_profile("tram")
# A page that is slow because four others are drawn beside it is no failure.
expect.set_options(timeout=30_000)


@pytest.fixture(autouse=True)
def _log_handlers() -> Iterator[None]:
    """Take away what a program's start has hung on: it would write into a closed stream, at length."""
    before = logging.root.handlers[:]
    yield
    logging.root.handlers[:] = before


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server(durable=False) as server:
        yield server
