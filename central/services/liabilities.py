"""The list of what was injected and is not on the Platform, as a file for a spreadsheet."""

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Final

from central.domain.accounts import Sites
from central.domain.figures import OpenDose
from central.ports import Clock, LiabilityReader
from central.services.place_names import PlaceNames
from central.services.tables import Cell, Table, as_csv

HEADINGS: Final = (
    "x:site", "x:site_name", "injector", "ticket", "injected_at", "age_hours", "vaccine", "lot", "dose_number",
    "state", "reason", "dose",
)  # fmt: skip


class Liabilities:
    """Writes the list; names nobody who was injected."""

    def __init__(
        self,
        reader: LiabilityReader,
        clock: Clock,
        zone: tzinfo,
        names: PlaceNames | None = None,
    ) -> None:
        self._reader = reader
        self._clock = clock
        self._zone = zone
        self._names = names or PlaceNames()

    def csv(self, word: Callable[[str], str], sites: Sites = None) -> Iterator[str]:
        """Yield the file in parts, a few hundred lines each. Blocking.

        Args:
            word: Returns a reader's words for a code.
        """
        return as_csv(self.table(word, sites))

    def table(self, word: Callable[[str], str], sites: Sites = None) -> Table:
        """Return the list; it is read as its rows are asked for. Blocking."""
        rows = self._reader.open_doses(self._clock.now(), sites)
        headings = [word(heading) for heading in HEADINGS]
        return Table(
            "liabilities", "liabilities", headings, (self._cells(one, word) for one in rows)
        )

    def _cells(self, one: OpenDose, word: Callable[[str], str]) -> list[Cell]:
        injected_at = one.injected_at.astimezone(self._zone).isoformat(" ", "seconds")
        return [
            one.site, self._names.site(one.site), one.injector, one.ticket, injected_at, one.age_hours, one.vaccine,
            one.lot, one.dose_number, word(one.state), word(one.reason), one.dose,
        ]  # fmt: skip
