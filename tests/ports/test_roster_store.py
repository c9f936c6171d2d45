"""The port ``RosterStore`` on SQLite, and on PostgreSQL with ``-m system``."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, ready_engine
from factories.rosters import people, person

from central.adapters import database
from central.adapters.roster_sql import SqlRosters, roster_changes, roster_people, roster_removals
from central.domain.roster import plan_import
from central.ports import StoreError
from edge.domain.roster import Roster
from protocol.documents.model import PartialDate
from protocol.identity import SiteId
from protocol.roster import Standing

SITE, OTHER, AT = SiteId("phuoc-dinh"), SiteId("bac-ai"), datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


@pytest.fixture
def store(engine):
    return SqlRosters(engine)


def take_in(store, wanted, *, site=SITE, replace=True):
    return store.change(site, lambda there: plan_import(there, wanted, replace=replace), AT, "test")


def brought_up(store, held=None, most=7):
    held = held or Roster()
    while True:
        page = store.page(SITE, held.through, held.head, most)
        held = held.apply(page, lambda number: number)
        if page.through == page.last:
            return held


def names(held):
    return sorted(each.name for each in held.entries())


def test_a_person_comes_out_as_they_went_in(store):
    sent = person(
        standing=Standing.TO_SUPPLEMENT,
        birth=PartialDate(1985, 8),
        appointment="08:00-09:00",
        doses=1,
        last_dose=PartialDate(2021),
        desk="Bàn 2",
    )
    take_in(store, [sent])

    (found,) = store.page(SITE, 0, "", 10).people

    fields = ("number", "name", "birth", "sex", "standing", "appointment", "doses", "last_dose", "desk")  # fmt: skip
    assert [getattr(found, name) for name in fields] == [getattr(sent, name) for name in fields]


def test_a_site_without_a_list_has_an_empty_roster(store):
    page = store.page(SITE, 5, "ab", 10)

    assert (page.since, page.through, page.last, page.head, page.people) == (0, 0, 0, "", ())


def test_each_site_has_its_own_people_and_numbers(store):
    take_in(store, people(3))
    take_in(store, people(3), site=OTHER)

    assert store.page(SITE, 0, "", 10).last == 3
    assert store.page(OTHER, 0, "", 10).last == 3


def test_readers_of_any_age_end_with_the_same_roster(store):
    lists = [people(20), people(20)[5:], [person(), *people(30)[10:]]]
    readers = [Roster()]
    for wanted in lists:
        take_in(store, wanted)
        readers.append(brought_up(store, readers[-1]))
    fresh = brought_up(store)

    assert [names(brought_up(store, each)) for each in readers] == [names(fresh)] * 4
    assert len(fresh) == 21
    assert [brought_up(store, each).entries() for each in readers] == [fresh.entries()] * 4


def test_nothing_new_is_no_change(store):
    take_in(store, people(5))

    change = take_in(store, people(5))

    assert len(change) == 0
    assert store.page(SITE, 0, "", 10).last == 5


def test_of_somebody_taken_off_nothing_stays_but_a_number(store, engine):
    take_in(store, [person()])

    take_in(store, [])

    with engine.connect() as connection:
        assert connection.execute(sa.select(roster_people)).all() == []
        assert [tuple(row) for row in connection.execute(sa.select(roster_removals))] == [
            (1, SITE, 2)
        ]


def test_a_row_that_was_somebodys_is_never_anothers(store):
    take_in(store, [person()])
    take_in(store, [])
    take_in(store, [person(number="058185000999")])

    assert store.page(SITE, 0, "", 10).people[0].id == 2


def test_a_centre_restored_from_a_backup_is_noticed_by_a_reader_that_saw_more(store, engine):
    take_in(store, people(4))
    with engine.begin() as connection:
        backup = connection.execute(sa.select(roster_changes)).all()
    take_in(store, people(6))
    seen = brought_up(store)
    with engine.begin() as connection:
        connection.execute(sa.delete(roster_people).where(roster_people.c.change > 4))
        connection.execute(sa.delete(roster_changes))
        connection.execute(sa.insert(roster_changes), [dict(row._mapping) for row in backup])
    take_in(store, [*people(4), person(), person(number="058185000999")])

    page = store.page(SITE, seen.through, seen.head, 10)

    assert page.since == 0
    assert len(brought_up(store, seen)) == 6


def test_a_reader_in_the_midst_of_an_import_goes_on_where_it_stands(store):
    take_in(store, people(10))
    first = store.page(SITE, 0, "", 4)

    second = store.page(SITE, first.through, first.head, 4)

    assert (second.since, second.through) == (4, 8)


@pytest.mark.system
def test_two_imports_at_once_do_not_mix(postgres):
    # SQLite lets the second one wait for the first.
    engine = database.connect(postgres.new_database())
    database.migrate(engine)
    store = SqlRosters(engine)

    def meanwhile(there):
        take_in(store, [person()])
        return plan_import(there, people(2), replace=False)

    with pytest.raises(StoreError):
        store.change(SITE, meanwhile, AT, "test")

    assert names(brought_up(store)) == ["Nguyễn Thị Mẫu"]
    engine.dispose()
