"""Reads how the centre stands for whoever asks, not more often than is good for the database."""

import threading
from datetime import datetime, timedelta
from typing import Final

import structlog

from central.domain.standing import Standing
from central.ports import Clock, StoreError
from central.ports.standing import StandingReader

log = structlog.get_logger(__name__)

KEPT: Final = timedelta(seconds=10)
"""Several that ask within this time get one and the same look."""


class StandingDesk:
    """Keeps the last look for a moment. Safe from any thread."""

    def __init__(self, reader: StandingReader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at: datetime | None = None
        self._seen: Standing | None = None

    def look(self) -> Standing | None:
        """Return how the centre stands, or None when the database does not say. Blocking."""
        with self._lock:
            now = self._clock.now()
            # A clock that was set back must not freeze the figures.
            if self._read_at is None or not timedelta() <= now - self._read_at < KEPT:
                self._seen = self._read(now)
                self._read_at = now
            return self._seen

    def _read(self, now: datetime) -> Standing | None:
        try:
            return self._reader.read(now)
        except StoreError as error:
            log.warning("no figures", reason=str(error))
            return None
