"""The Platform's list of doses, read on around what gives no answer: on SQLite, and PostgreSQL."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, fresh_engine
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.site_days import dose
from factories.told_doses import held_dose, told_dose
from factories.wire import CENTRE_SEAL

from central.adapters import database
from central.adapters.comparison_sql import SqlComparison
from central.adapters.dose_store import SqlDoseRecords, SqlMirror
from central.adapters.tables_doses import dose_discrepancies, dose_records, platform_doses
from central.adapters.visit_store import SqlProjection
from central.domain.doses import DosePage, Unread
from central.domain.reading_on import ends_of, latest
from central.ports import PlatformUnavailable
from central.services import dose_list
from central.services.comparing import Comparer
from central.services.dose_list import DoseList
from central.services.projection import Projector

NOW = AT + timedelta(hours=4)
_PAGE = 2


class Clock:
    at = NOW

    def now(self):
        return self.at


class Listing:
    """A Platform's list; ``broken`` entries break each page they are on, ``mute`` ones only themselves."""

    def __init__(self):
        self.entries = {}
        self.broken, self.mute = set(), set()
        self.away = None
        self.asked, self.again = [], []

    def shows(self, held, at):
        self.entries[held.id] = (at, held)

    def changed_doses(self, since, until=""):
        self.asked.append((since, until))
        if self.away:
            raise self.away
        found = sorted(
            (at, name)
            for name, (at, _) in self.entries.items()
            if (not since or at >= datetime.fromisoformat(since))
            and (not until or at < datetime.fromisoformat(until))
        )
        through = since
        for first in range(0, len(found), _PAGE) or [0]:
            page = found[first : first + _PAGE]
            if any(name in self.broken for _, name in page):
                raise PlatformUnavailable("HTTP 500")
            through = latest([through, *(at.isoformat() for at, _ in page)])
            mute = tuple(Unread(name, "HTTP 502") for _, name in page if name in self.mute)
            held = tuple(self.entries[name][1] for _, name in page if name not in self.mute)
            yield DosePage(held, (), through, unread=mute)

    def entry(self, name):
        self.again.append(name)
        if name not in self.entries:
            return DosePage((), (name,), "")
        if name in self.mute:
            return DosePage((), (), "", unread=(Unread(name, "HTTP 502"),))
        return DosePage((self.entries[name][1],), (), "")


class Reading:
    """A centre's database, and the list of a Platform."""

    def __init__(self, engine):
        self.engine = engine
        self.platform, self.clock, self.mirror = Listing(), Clock(), SqlMirror(engine)
        self.list = DoseList(self.platform, self.mirror, self.clock)
        self.comparer = Comparer(
            self.platform, self.mirror, SqlComparison(engine), self.clock,
            least_days=14, interval_seconds=1,
        )  # fmt: skip

    def happen(self, *made):
        Journal(self.engine).add(*made)
        Projector(SqlProjection(self.engine), CENTRE_SEAL).step()

    def told(self):
        return [due.told for due in SqlDoseRecords(self.engine).due(NOW, 100)]

    def show(self, names, first=NOW - timedelta(minutes=14)):
        """Show entries of nobody in particular, a second apart."""
        for place, name in enumerate(names):
            held = held_dose(told_dose(), id=name, event="", site="elsewhere")
            self.platform.shows(held, first + timedelta(seconds=place))

    def kept(self):
        return self._all(sa.select(platform_doses.c.id))

    def open(self):
        of = dose_discrepancies.c
        return self._all(sa.select(of.subject).where(of.kind == "unread", of.closed_at.is_(None)))

    def rows(self):
        with database.reading(self.engine) as connection:
            return [
                [tuple(row) for row in connection.execute(sa.select(table))]
                for table in (dose_records, dose_discrepancies)
            ]

    def _all(self, query):
        with database.reading(self.engine) as connection:
            return sorted(connection.scalars(query))


@pytest.fixture(params=DATABASES)
def reading(request, tmp_path):
    engine = fresh_engine(request, tmp_path)
    database.migrate(engine)
    return Reading(engine)


def test_an_entry_that_shows_up_late_is_compared_and_reading_twice_changes_nothing(reading):
    reading.happen(check_in(1), dose(2), dose(3))
    first, second = reading.told()
    reading.platform.shows(held_dose(first, lot="ZZ"), NOW - timedelta(minutes=1))
    reading.comparer.step()
    late = held_dose(second, id="i2", lot="ZZ")
    reading.platform.shows(late, NOW - timedelta(minutes=11))

    reading.clock.at = NOW + timedelta(minutes=2)
    reading.comparer.step()
    before = reading.rows()
    reading.clock.at = NOW + timedelta(minutes=4)
    reading.comparer.step()

    assert reading.kept() == ["i1", "i2"]
    _, discrepancies = before
    assert sorted(row[2] for row in discrepancies if row[3] == "differs") == sorted(
        [first.dose, second.dose]
    )
    assert reading.rows() == before
    through = [since for since, _ in reading.platform.asked]
    assert through == ["", *["2026-11-22T04:44:00.000+00:00"] * 2]


def test_what_lies_behind_a_page_that_gives_no_answer_is_read_and_the_rest_is_named(reading):
    reading.show([f"i{number}" for number in range(1, 8)], NOW - timedelta(hours=1))
    reading.platform.broken = {"i4"}

    reading.list.read()

    assert reading.kept() == ["i1", "i2", "i3", "i5", "i6", "i7"]
    (name,) = reading.open()
    begin, end = map(datetime.fromisoformat, ends_of(name))
    at, _ = reading.platform.entries["i4"]
    assert begin <= at < end <= begin + timedelta(milliseconds=1)
    assert len(reading.platform.asked) < 120

    reading.platform.asked.clear()
    reading.list.read()
    assert (reading.open(), len(reading.platform.asked)) == ([name], 2)

    reading.platform.broken.clear()
    reading.list.read()
    assert (reading.open(), "i4" in reading.kept()) == ([], True)


def test_the_rest_is_read_too_where_nothing_was_read_before_or_a_part_ended_early(reading):
    reading.show(["i1", "i2", "i3"])
    reading.platform.broken = {"i1", "i3"}

    for _ in range(4):
        reading.list.read()

    assert (reading.kept(), len(reading.open())) == (["i2"], 2)


def test_a_past_that_gives_no_answer_at_all_is_cut_into_no_more_than_some_parts(
    reading, monkeypatch
):
    monkeypatch.setattr(dose_list, "PARTS_AT_MOST", 5)
    names = [f"i{number}" for number in range(1, 65)]
    reading.show(names, NOW - timedelta(days=1))
    reading.platform.broken = set(names)

    for _ in range(4):
        reading.list.read()
    assert len(reading.open()) <= 6

    reading.platform.broken.clear()
    reading.list.read()
    assert (reading.open(), reading.kept()) == ([], sorted(names))


@pytest.mark.parametrize(
    "error",
    [PlatformUnavailable("HTTP 503"), PlatformUnavailable("HTTP 429", 60)],
    ids=["away", "asks for a pause"],
)
def test_while_the_platform_is_away_nothing_is_left_out(reading, error):
    reading.show(["i1"])
    reading.platform.away = error

    with pytest.raises(PlatformUnavailable):
        reading.list.read()

    assert (reading.open(), reading.mirror.through()) == ([], "")


def test_a_list_that_is_no_list_by_time_is_not_cut(reading):
    reading.mirror.saw_page(DosePage((), (), "17"), NOW)
    reading.platform.away = PlatformUnavailable("HTTP 500")

    with pytest.raises(PlatformUnavailable):
        reading.list.read()

    assert (reading.open(), reading.platform.asked) == ([], [("17", "")])


def test_an_entry_that_gives_no_answer_is_named_and_tried_until_it_does_or_is_gone(reading):
    reading.show(["i1", "i2", "i3"])
    reading.platform.mute = {"i1", "i3"}
    reading.list.read()
    assert (reading.kept(), reading.open()) == (["i2"], ["i1", "i3"])

    reading.platform.mute.remove("i1")
    del reading.platform.entries["i3"]
    # Nothing of it is in the list any more: it was changed long ago.
    reading.platform.entries["i1"] = (NOW - timedelta(days=9), reading.platform.entries["i1"][1])
    reading.list.read()

    assert (reading.kept(), reading.open()) == (["i1", "i2"], [])


def test_many_that_give_no_answer_have_their_turn_each(reading, monkeypatch):
    monkeypatch.setattr(dose_list, "VAIN_AT_MOST", 3)
    names = [f"i{number}" for number in range(1, 8)]
    reading.show(names)
    reading.platform.mute = set(names)

    for _ in range(3):
        reading.list.read()

    assert sorted(set(reading.platform.again)) == names
    assert len(reading.platform.again) == 9
    assert reading.open() == names
