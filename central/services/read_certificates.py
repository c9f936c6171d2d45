"""Reads on in the Platform's list of certificates, by parts that are each kept before the next is asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from central.domain.dose_news import IssuedCertificate
from central.domain.reading_on import OVERLAP, read_from, read_to
from central.ports import Clock, PlatformUnavailable, StoreError
from central.ports.certificates import CertificateMirror, CertificatePlatform

_PAGE: Final = 200
"""So many are kept in one transaction: memory stays flat, and a cut keeps what was read."""


class CertificateReader:
    """One for each process; several keep the same. Reads in one thread, is asked from any.

    Attributes:
        read: The list was read to its end since the start.
        answers: So it was the last time, so that what the Platform shows is known here.
    """

    def __init__(
        self, platform: CertificatePlatform, mirror: CertificateMirror, clock: Clock
    ) -> None:
        self._platform = platform
        self._mirror = mirror
        self._clock = clock
        # Its own, once it has one: what another process wrote late is then written once more.
        self._through: str | None = None
        self._from_before: datetime | None = None
        self.read = self.answers = False

    def read_on(self) -> None:
        """Read what has changed. Blocking.

        Raises:
            PlatformUnavailable: No answer now; what was read is kept.
            StoreError: It cannot be kept; what was kept before stays.
        """
        try:
            self._read_on()
        except (PlatformUnavailable, StoreError):
            self.answers = False
            raise
        self.read = self.answers = True

    def close(self) -> None:
        """Give the connections back. Safe to call twice."""
        self._platform.close()

    def _read_on(self) -> None:
        now = self._clock.now()
        if self._through is None:
            self._through = self._mirror.through()
        since, whole = self._through, self._is_due(now)
        if whole:
            # What shows up late bears a time up to one such span back; it waits for less than another,
            # also over a restart.
            since = read_from(read_from(since, now), now)
        page: list[IssuedCertificate] = []
        try:
            for one in self._platform.changed(since):
                page.append(one)
                if len(page) == _PAGE:
                    self._keep(page)
                    page = []
        except PlatformUnavailable:
            self._keep(page)
            raise
        self._keep(page)
        if whole:
            self._from_before = now

    def _is_due(self, now: datetime) -> bool:
        """Return whether to begin before the end: more often would be the same entries at each look."""
        last = self._from_before
        return last is None or not last <= now < last + OVERLAP / 2

    def _keep(self, page: Sequence[IssuedCertificate]) -> None:
        if not page:
            return
        now = self._clock.now()
        self._mirror.keep(page, now)
        self._through = read_to([one.changed_at for one in page], self._through or "", now)
