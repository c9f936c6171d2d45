"""Knows which certificates left a printer of the site: each further copy of one is marked.

Certificates go by their copy names (``protocol.certificates.copies``): mostly by the dose.

What kiosks print they hand over (``Ledger.take``); what this Pi's own kiosk and desks print, and what a former hub
did, stands in the hub's journal. Both are noted in the site's store, which keeps them when the journal's entries go.
While one device prints, another one is told that a copy is on its way.
"""

import threading

import structlog

from edge.domain.arrivals import read_copy
from edge.ports import Clock, JournalError, JournalReader, SiteStore
from protocol.errors import WireError
from protocol.identity import Epoch

PRINTING_NS = 20 * 1_000_000_000
"""From the question to the hand-over of what was printed; one that failed is forgotten then."""
_MOST_ENTRIES, _MOST_BYTES = 500, 1 << 20
_MOST_PRINTING = 10_000
_PRINTED = b'"certificate_printed"'

log = structlog.get_logger("copies")


class Copies:
    """Blocking; safe from any thread."""

    def __init__(self, *, store: SiteStore, history: JournalReader, clock: Clock) -> None:
        self._store = store
        self._history = history
        self._clock = clock
        self._guard = threading.Lock()
        self._through: dict[Epoch, int] = {}
        self._unnoted: set[str] = set()
        self._printing: dict[str, tuple[str, int]] = {}

    def printed(self, dose: str) -> bool:
        """Return whether a copy may have left a printer of the site.

        Raises:
            JournalError: It cannot be read.
        """
        with self._guard:
            self._read_on()
            return dose in self._unnoted or self._store.copied(dose)

    def refresh(self) -> None:
        """Read the journal on: nobody waits for it who prints, and nothing leaves it unread.

        Raises:
            JournalError: It cannot be read.
        """
        with self._guard:
            self._read_on()
            self._note()

    def about_to(self, device: str, dose: str) -> bool:
        """Note that a device prints; return whether another copy is out, or on its way.

        Args:
            device: Who prints; empty for the hub's own kiosk.

        Raises:
            JournalError: As for ``printed``.
        """
        if self.printed(dose):
            return True
        now_ns = self._clock.boottime_ns()
        with self._guard:
            self._forget(now_ns)
            first = self._printing.setdefault(dose, (device, now_ns))
        return first[0] != device

    def _read_on(self) -> None:
        for epoch in self._history.epochs():
            while entries := self._history.entries(
                self._through.get(epoch, 0), most=_MOST_ENTRIES, most_bytes=_MOST_BYTES, epoch=epoch
            ):
                for entry in entries:
                    self._read(entry.data)
                self._through[epoch] = entries[-1].seq
                self._note()

    def _note(self) -> None:
        """Keep what was read; where it cannot be written it is known until the next start, and read anew then."""
        if not self._unnoted:
            return
        try:
            self._store.note_copies(sorted(self._unnoted))
        except JournalError as error:
            log.error("copies_not_kept", problem=str(error))  # noqa: TRY400 - expected
        else:
            self._unnoted.clear()

    def _read(self, data: bytes) -> None:
        if _PRINTED not in data:
            return
        try:
            dose = read_copy(data)
        except WireError:
            return  # Salvaged from a damaged journal; the centre gets it as it is.
        if dose is not None:
            self._unnoted.add(dose)

    def _forget(self, now_ns: int) -> None:
        if len(self._printing) >= _MOST_PRINTING:
            self._printing.clear()
        self._printing = {
            dose: (device, at)
            for dose, (device, at) in self._printing.items()
            if now_ns - at < PRINTING_NS
        }
