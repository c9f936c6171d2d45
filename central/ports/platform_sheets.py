"""What waits to be carried to a Platform without an interface, and what was brought back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from central.domain.audit import Act
from central.domain.platform_sheet import Action, Content, Entry, Kind, Unusable
from central.ports.roster import ListRow


@dataclass(frozen=True, slots=True)
class Carried:
    """One record that the Platform is to be told of, or to hold no more.

    Attributes:
        sheet: Number of the file that it is in; None: in none yet.
        refused: Why the Platform would not take it, or None.
    """

    kind: Kind
    event: str
    action: Action
    content: Content = field(repr=False)
    sheet: int | None = None
    refused: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was made; ``open`` of its ``rows`` have no answer yet."""

    id: int
    made_at: datetime
    made_by: str
    rows: int
    open: int


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file that came back: how many rows it had, how many of them were news or wrong."""

    taken_at: datetime
    by: str
    rows: int
    changed: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Changed:
    """One entry in the order in which it changed; what cannot be read has no entry."""

    number: int
    entry: Entry | None


class SheetStore(Protocol):
    """What goes out by file and what came back by it. Blocking; safe from any thread and process."""

    def waiting(self, kind: Kind, event: str) -> Carried | None:
        """Return what the Platform is still to be told of a record.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def put(self, carried: Carried, now: datetime) -> None:
        """Let a record go out with the next file; what is said otherwise than before goes anew.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def drop(self, kind: Kind, event: str) -> None:
        """Tell nothing of a record any more.

        Raises:
            StoreUnavailable: Nothing was dropped.
        """
        ...

    def of_event(self, kind: Kind, event: str) -> list[Entry]:
        """Return every entry of a record of ours, valid or not.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def of_person(self, kind: Kind, number: str, nationality: str) -> list[Entry]:
        """Return every valid entry of a person.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def changes(self, kind: Kind, after: int, limit: int) -> list[Changed]:
        """Return what changed after a number, in order.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def make(self, most: int, act: Act, now: datetime) -> Sheet | None:
        """Put up to ``most`` records that are in no file into a new one; None where there are none.

        Raises:
            StoreUnavailable: Nothing was made.
        """
        ...

    def sheet(self, number: int) -> Iterator[Carried] | None:
        """Return what a file holds that has no answer yet; None when there is no such file.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def sheets(self) -> Sequence[Sheet]:
        """Return the newest files, those that wait for answers before others.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def unsent(self) -> int:
        """Return how many records are in no file yet.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def take(self, rows: Sequence[Entry | Unusable], now: datetime) -> int:
        """Keep what the Platform gave back, wake the records that it answers; return what was news.

        Safe to repeat: the same rows are no news.

        Raises:
            StoreUnavailable: Nothing of these rows was kept.
        """
        ...

    def taken(self, file: TakenFile, act: Act) -> None:
        """Note that a file was taken in.

        Raises:
            StoreUnavailable: Nothing was noted.
        """
        ...

    def files(self) -> Sequence[TakenFile]:
        """Return the newest files that came back.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class PlatformFile(Protocol):
    """A file as the Platform exports it."""

    def rows(self) -> Iterator[ListRow]:
        """Yield every row; a cell with a formula or an error is a ``Broken``.

        Raises:
            ListUnreadable: No workbook, or not a whole one; also in the middle.
        """
        ...


class BookWriter(Protocol):
    """Writes workbooks of several sheets."""

    def write_book(
        self, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str]]]]
    ) -> bytes:
        """Return an .xlsx of sheets, each of a title, headings and rows; every cell is a text."""
        ...
