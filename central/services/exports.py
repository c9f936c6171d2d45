"""Every list that the centre's pages show, as a table for a file. Blocking."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum
from itertools import chain
from typing import Final

from central.domain.accounts import Right, Visitor
from central.domain.closing import Closing
from central.domain.levels import Level, LevelLook, Place
from central.domain.quality import WEIGHTS
from central.services.closing import ClosingDesk
from central.services.complaints import Complaints
from central.services.discrepancies import Discrepancies, Wish
from central.services.levels import Levels
from central.services.liabilities import Liabilities
from central.services.place_names import PlaceNames
from central.services.reaction_list import ReactionList, ReactionWish
from central.services.tables import Cell, Table
from central.services.verification import VerificationDesk

_AT_A_TIME: Final = 2_000
Word = Callable[[str], str]


class ListName(StrEnum):
    """What can be had as a file."""

    FIGURES = "figures"
    HOURS = "hours"
    DAYS = "days"
    LIABILITIES = "liabilities"
    DISCREPANCIES = "discrepancies"
    REACTIONS = "reactions"
    COMPLAINTS = "complaints"
    ROUNDS = "rounds"
    EXCEPTIONS = "exceptions"


RIGHTS: Final[Mapping[ListName, Right]] = {
    ListName.DISCREPANCIES: Right.DISCREPANCIES,
    ListName.REACTIONS: Right.REACTIONS,
    ListName.COMPLAINTS: Right.COMPLAINTS,
    ListName.ROUNDS: Right.VERIFICATION,
}
"""What a list needs; the others need the right to figures."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a list is to be made."""

    commune: str = ""
    site: str = ""
    on: date | None = None
    wish: Wish = field(default_factory=Wish)
    reactions: ReactionWish = field(default_factory=ReactionWish)


@dataclass(frozen=True, slots=True)
class Exports:
    """Makes tables of what each desk would show the same visitor; names nobody."""

    levels: Levels
    liabilities: Liabilities
    discrepancies: Discrepancies
    reactions: ReactionList
    complaints: Complaints
    rounds: VerificationDesk
    closings: ClosingDesk
    zone: tzinfo
    names: PlaceNames = field(default_factory=PlaceNames)

    def table(self, name: ListName, visitor: Visitor, asked: Asked, word: Word) -> Table:
        """Return a list.

        Args:
            word: Returns a reader's words for a code.

        Raises:
            NotYours: Of a place that the visitor may not see.
            StoreUnavailable: No answer now; also while rows are asked for.
        """
        if name is ListName.LIABILITIES:
            return self.liabilities.table(word, visitor.sites)
        make = {
            ListName.FIGURES: self._figures,
            ListName.HOURS: self._hours,
            ListName.DAYS: self._days,
            ListName.DISCREPANCIES: self._discrepancies,
            ListName.REACTIONS: self._reactions,
            ListName.COMPLAINTS: self._complaints,
            ListName.ROUNDS: self._rounds,
            ListName.EXCEPTIONS: self._exceptions,
        }[name]
        headings, rows = make(visitor, asked, word)
        return Table(name.value, name.value, [word(f"x:{one}") for one in headings], rows)

    def _look(self, visitor: Visitor, asked: Asked) -> LevelLook:
        return self.levels.look(visitor, asked.commune, asked.site, asked.on, limit=1)

    def _figures(
        self, visitor: Visitor, asked: Asked, word: Word
    ) -> tuple[list[str], Iterator[list[Cell]]]:
        look = self._look(visitor, asked)
        site = look.scope.site
        headings = [
            "place", "place_name", "sites", "reporting", "arrivals", "waiting", "doses", "visits_matched",
            "doses_matched", "discrepancies", "overdue", "devices", "silent", "troubled", "quality",
            *(f"share_{name}" for name in WEIGHTS),
        ]  # fmt: skip
        named = self.names.commune if look.scope.level is Level.PROVINCE else self.names.site
        whole = (site, self.names.site(site)) if site else ("", word("x:whole"))
        return headings, chain(
            (_figures_row(one.name, named(one.name), one) for one in self._places(visitor, asked)),
            [_figures_row(*whole, look.whole)],
        )

    def _places(self, visitor: Visitor, asked: Asked) -> Iterator[Place]:
        """Yield every place one level below; as many as there are."""
        offset, number = 0, 1
        while offset < number:
            look = self.levels.look(
                visitor, asked.commune, asked.site, asked.on, offset=offset, limit=_AT_A_TIME
            )
            yield from look.places
            offset, number = offset + _AT_A_TIME, look.number

    def _hours(
        self, visitor: Visitor, asked: Asked, _word: Word
    ) -> tuple[list[str], Iterator[list[Cell]]]:
        look = self._look(visitor, asked)
        rows: list[list[Cell]] = [
            [self._local(one.hour), one.arrivals, "" if one.waiting is None else one.waiting]
            for one in look.hours
        ]
        return ["hour", "arrivals", "waiting"], iter(rows)

    def _days(
        self, visitor: Visitor, asked: Asked, _word: Word
    ) -> tuple[list[str], Iterator[list[Cell]]]:
        look = self._look(visitor, asked)
        rows: list[list[Cell]] = [[one.day, one.doses, one.matched] for one in look.days]
        return ["day", "doses", "doses_matched"], iter(rows)

    def _discrepancies(
        self, visitor: Visitor, asked: Asked, word: Word
    ) -> tuple[list[str], Iterator[list[Cell]]]:
        now = self.discrepancies.now()
        headings = [
            "kind", "field", "site", "site_name", "other_site", "ticket", "owner", "opened_at", "age_hours",
            "is_overdue", "key",
        ]  # fmt: skip
        found = self.discrepancies.all_open(visitor, asked.wish)
        return headings, (
            [
                word(one.kind), word(one.field), one.site, self.names.site(one.site),
                self.names.site(one.also), one.ticket, one.owner,
                self._local(one.opened_at), one.age_hours(now),
                word("x:yes") if one.overdue(now) else "", one.key,
            ]
            for one in found
        )  # fmt: skip

    def _complaints(
        self, visitor: Visitor, _asked: Asked, word: Word
    ) -> tuple[list[str], Iterator[list[Cell]]]:
        now = self.complaints.now()
        headings = [
            "ticket", "subject", "site", "site_name", "state", "level", "owner", "opened_at",
            "due_at", "is_overdue", "complaint",
        ]  # fmt: skip
        cases = self.complaints.all(visitor)
        return headings, (
            [
                one.ticket, word(f"subject:{one.subject}"), one.site, self.names.site(one.site),
                word(f"case:{one.state}"), word(f"role:{one.level}"), one.owner,
                self._local(one.opened_at), self._local(one.due_at),
                word("x:yes") if one.clock(now) in {"overdue", "late"} else "", one.id,
            ]
            for one in cases
        )  # fmt: skip

    def _rounds(
        self, visitor: Visitor, _asked: Asked, word: Word
    ) -> tuple[list[str], Iterator[list[Cell]]]:
        headings = [
            "round", "site", "site_name", "state", "people", "answered", "made_at", "sent_at",
            "due_at",
        ]  # fmt: skip
        return headings, (
            [
                one.id, one.site, self.names.site(one.site), word(one.state.value), one.people,
                one.answered, self._local(one.made_at), self._local(one.sent_at),
                self._local(one.due_at),
            ]
            for one in self.rounds.all(visitor.sites)
        )  # fmt: skip

    def _reactions(
        self, visitor: Visitor, asked: Asked, word: Word
    ) -> tuple[list[str], Iterator[list[Cell]]]:
        now = self.reactions.now()
        headings = [
            "site", "site_name", "ticket", "severity", "occurred_at", "age_hours", "vaccine", "lot",
            "dose_number", "staff", "told", "told_at", "state", "reason", "reaction",
        ]  # fmt: skip
        return headings, (
            [
                one.site, self.names.site(one.site), one.ticket, word(f"severity:{one.severity}"),
                self._local(one.occurred_at), one.age_hours(now), one.vaccine, one.lot,
                "" if one.dose_number is None else one.dose_number, one.staff,
                word("x:yes" if one.told else "x:no"), self._local(one.told_at), word(one.state),
                word(one.reason), one.event,
            ]
            for one in self.reactions.all(visitor, asked.reactions)
        )  # fmt: skip

    def _exceptions(
        self, visitor: Visitor, asked: Asked, word: Word
    ) -> tuple[list[str], Iterator[list[Cell]]]:
        sites = visitor.sites
        if asked.site:
            sites = frozenset({asked.site}) if visitor.sees(asked.site) else frozenset()
        headings = [
            "day",
            "site",
            "site_name",
            "equation",
            "reason",
            "ticket",
            "weight",
            "subject_id",
        ]
        day = self.closings.day(asked.on).date
        # One site at a time, as the file is sent: a country's day fits into no memory.
        closings = (self.closings.closing(one, day) for one in self.closings.sites(day, sites))
        return headings, (
            row
            for closing in closings
            for row in _exception_rows(closing, self.names.site(closing.site), word)
        )

    def _local(self, at: datetime | None) -> str:
        return "" if at is None else at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")


def _figures_row(place: str, name: str, one: Place) -> list[Cell]:
    counted, quality = one.counted, one.quality
    return [
        place, name, one.sites, one.reporting, counted["arrivals"],
        "" if one.waiting is None else one.waiting, counted["doses"], counted["visits_matched"],
        counted["doses_matched"], one.discrepancies, one.overdue, one.fleet.devices,
        one.fleet.silent, one.fleet.troubled, "" if quality.score is None else quality.score,
        *(quality.shares[name].percent if name in quality.shares else "" for name in WEIGHTS),
    ]  # fmt: skip


def _exception_rows(closing: Closing, name: str, word: Word) -> Iterator[list[Cell]]:
    for one in closing.exceptions:
        yield [
            closing.day.isoformat(), closing.site, name, word(f"x:{one.equation}"),
            word(f"reason:{one.reason.value}"), one.ticket, one.weight, one.subject,
        ]  # fmt: skip
