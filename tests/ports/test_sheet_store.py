"""The port ``SheetStore``: what goes out by file and what came back, on SQLite and PostgreSQL."""

from datetime import timedelta

import pytest
from factories.databases import DATABASES, ready_engine
from factories.devices import AT

from central.adapters.platform_sheets_sql import SqlSheets
from central.domain.audit import Act
from central.domain.platform_sheet import Entry, Unusable
from central.ports.platform_sheets import Carried

ACT = Act("tinh", "province", "platform_sheet_made", "platform")
CONTENT = {"number": "058185000001", "name": "Nguyễn Thị Mẫu"}


@pytest.fixture(scope="module", params=DATABASES)
def engine(request, tmp_path_factory):
    return ready_engine(request, tmp_path_factory.mktemp("database"))


@pytest.fixture
def store(engine):
    return SqlSheets(engine)


def carried(event, **content):
    return Carried("dose", event, "tell", CONTENT | content)


def entry(place, event="", state="valid", **content):
    return Entry("dose", f"i{place}", event, state, "", CONTENT | content)


def test_a_record_goes_out_once_and_anew_when_it_says_something_else(store):
    store.put(carried("a1"), AT)
    store.put(carried("a1"), AT + timedelta(hours=1))
    first = store.make(10, ACT, AT)
    store.put(carried("a1"), AT)
    nothing = store.make(10, ACT, AT)
    store.put(carried("a1", lot="AB-13"), AT)
    second = store.make(10, ACT, AT)

    assert (first.rows, nothing, second.rows) == (1, None, 1)
    assert store.waiting("dose", "a1").sheet == second.id
    assert [one.event for one in store.sheet(first.id)] == []
    assert [one.content["lot"] for one in store.sheet(second.id)] == ["AB-13"]
    assert store.sheet(99) is None


def test_no_file_is_longer_than_asked_and_the_longest_waiting_goes_first(store):
    for number in (3, 1, 2):
        store.put(carried(f"b{number}"), AT + timedelta(minutes=number))

    made = store.make(2, ACT, AT)

    assert [one.event for one in store.sheet(made.id)] == ["b1", "b2"]
    assert store.unsent() == 1
    store.drop("dose", "b3")
    assert store.unsent() == 0


def test_what_came_back_is_kept_once_in_the_order_in_which_it_changed(store):
    begin = store.take([entry(1), entry(2), Unusable("dose", "i3", ())], AT)
    again = store.take([entry(1), entry(2), Unusable("dose", "i3", ())], AT)
    before = store.changes("dose", 0, 10)
    changed = store.take([entry(1, lot="X"), entry(3)], AT)

    assert (begin, again, changed) == (3, 0, 2)
    assert [one.entry and one.entry.id for one in before] == ["i1", "i2", None]
    after = store.changes("dose", before[-1].number, 10)
    assert [one.entry.id for one in after] == ["i1", "i3"]
    assert len(store.changes("dose", 0, 2)) == 2


def test_a_file_that_nobody_brought_back_stands_before_newer_ones(store):
    store.put(carried("f1"), AT)
    forgotten = store.make(10, ACT, AT)
    store.put(carried("f2"), AT)
    answered = store.make(10, ACT, AT)
    store.take([entry(21, "f2")], AT)

    order = [one.id for one in store.sheets()]
    assert order.index(forgotten.id) < order.index(answered.id)


def test_an_answer_takes_the_record_out_of_its_file(store):
    store.put(carried("c1"), AT)
    store.put(carried("c2"), AT)
    made = store.make(10, ACT, AT)

    store.take([entry(11, "c1"), Entry("dose", "", "c2", "refused", "trùng")], AT)

    assert store.waiting("dose", "c1") is None
    assert store.waiting("dose", "c2").refused == "trùng"
    (sheet,) = [one for one in store.sheets() if one.id == made.id]
    assert (sheet.rows, sheet.open) == (2, 0)
    assert [one.id for one in store.of_event("dose", "c1")] == ["i11"]


def test_a_person_is_found_by_number_and_country(store):
    store.take([entry(21, number="C1", nationality="FRA"), entry(22, number="C1")], AT)

    assert [one.id for one in store.of_person("dose", "C1", "FRA")] == ["i21"]
    assert [one.id for one in store.of_person("dose", "C1", "VNM")] == ["i22"]
    assert store.of_person("visit", "C1", "VNM") == []
