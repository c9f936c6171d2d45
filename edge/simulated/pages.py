"""The centre's pages in memory: a source of them, and where a hub keeps them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from edge.domain.kept import Kept, Kind, Place, SealedPage
from edge.ports import JournalError, RosterError


class SimulatedPageSource:
    """See the port ``PageSource``.

    Attributes:
        asked: What it was asked, in turn.
    """

    def __init__(self, page: Callable[[int, str], bytes]) -> None:
        """Take what answers; it may be replaced."""
        self.page = page
        self.asked: list[tuple[int, str]] = []
        self._failure: RosterError | None = None

    def fail_with(self, failure: RosterError | None) -> None:
        """Fail every fetch until told None."""
        self._failure = failure

    def fetch(self, since: int, mark: str) -> bytes:
        self.asked.append((since, mark))
        if self._failure is not None:
            raise self._failure
        return self.page(since, mark)

    def close(self) -> None:
        return


@dataclass
class _Row:
    kind: Kind
    began: str
    as_of: datetime | None = None
    pages: list[SealedPage] = field(default_factory=list)


class SimulatedPages:
    """See the port ``PageStore``."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._failure: JournalError | None = None

    def fail_with(self, failure: JournalError | None) -> None:
        """Fail every call until told None."""
        self._failure = failure

    def kept(self, kind: Kind) -> Kept:
        rows = self._of(kind)
        if not rows:
            return Kept()
        counts = [row.as_of for row in rows if row.as_of is not None]
        return Kept(rows[-1].pages[-1].place, rows[-1].began, counts[-1] if counts else None)

    def add(self, kind: Kind, page: SealedPage, began: str) -> None:
        rows = self._of(kind)
        if not rows or page.place.since == 0:
            self._rows.append(_Row(kind, began, pages=[page]))
        else:
            rows[-1].pages.append(page)

    def complete(self, kind: Kind, as_of: datetime) -> None:
        rows = self._of(kind)
        if rows:
            rows[-1].as_of = as_of
            self._rows = [row for row in self._rows if row.kind != kind or row is rows[-1]]

    def places(self, kind: Kind) -> list[Place]:
        return [page.place for page in self._counting(kind)]

    def page(self, kind: Kind, place: Place) -> SealedPage | None:
        return next((page for page in self._counting(kind) if page.place == place), None)

    def drop(self, kind: Kind) -> None:
        self._must_work()
        self._rows = [row for row in self._rows if row.kind != kind]

    def close(self) -> None:
        return

    def _counting(self, kind: Kind) -> list[SealedPage]:
        counts = [row for row in self._of(kind) if row.as_of is not None]
        return counts[-1].pages if counts else []

    def _of(self, kind: Kind) -> list[_Row]:
        self._must_work()
        return [row for row in self._rows if row.kind == kind]

    def _must_work(self) -> None:
        if self._failure is not None:
            raise self._failure
