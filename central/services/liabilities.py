"""The list of what was injected and is not on the Platform, as a file for a spreadsheet."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import tzinfo
from itertools import islice
from typing import Final

from central.domain.accounts import Sites
from central.domain.figures import OpenDose
from central.ports import Clock, LiabilityReader

HEADINGS: Final = (
    "site", "injector", "ticket", "injected_at", "age_hours", "vaccine", "lot", "dose_number",
    "state", "reason", "dose",
)  # fmt: skip
_LINES = 500
_BYTE_ORDER_MARK = "\ufeff"
"""Without it a usual spreadsheet program takes UTF-8 for something else."""


class Liabilities:
    """Writes the list; names nobody who was injected."""

    def __init__(self, reader: LiabilityReader, clock: Clock, zone: tzinfo) -> None:
        self._reader = reader
        self._clock = clock
        self._zone = zone

    def csv(self, word: Callable[[str], str], sites: Sites = None) -> Iterator[str]:
        """Yield the file in parts, a few hundred lines each. Blocking.

        Args:
            word: Returns a reader's words for a code.
        """
        rows = self._reader.open_doses(self._clock.now(), sites)
        # Whatever is wrong is known before the first part is sent.
        first = list(islice(rows, _LINES))
        yield _BYTE_ORDER_MARK + _lines([[word(heading) for heading in HEADINGS]])
        part = first
        while part:
            yield _lines([self._cells(one, word) for one in part])
            part = list(islice(rows, _LINES))

    def _cells(self, one: OpenDose, word: Callable[[str], str]) -> list[str]:
        injected_at = one.injected_at.astimezone(self._zone).isoformat(" ", "seconds")
        cells = (
            one.site, one.injector, one.ticket, injected_at, str(one.age_hours), one.vaccine,
            one.lot, str(one.dose_number), word(one.state), word(one.reason), one.dose,
        )  # fmt: skip
        return [_safe(cell) for cell in cells]


def _lines(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _safe(cell: str) -> str:
    # What somebody typed must not become a formula in somebody else's spreadsheet.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
