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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a killed program cost a test nothing.

    Python leaves a socket open whose peer was reset between its connecting and its TLS handshake: it
    is nobody's to close then.
    """
    left_open = pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
    for item in items:
        if item.get_closest_marker("system"):
            item.add_marker(left_open)


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
