"""The ports ``DoseComparison`` and ``DoseMirror``: on SQLite, and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories.compared_centre import NOW, Centre, person
from factories.databases import DATABASES, ready_engine
from factories.facts import MAU, check_in
from factories.site_days import dose
from factories.told_doses import held_dose
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.adapters import database, ranges
from central.adapters.dose_store import SqlDoseRecords
from central.adapters.tables_doses import dose_discrepancies, dose_records, platform_doses
from central.domain.doses import DoseAnswer, compare_dose
from central.domain.records import PlatformReceipt, accepted
from protocol import events

OTHER = events.Identity(document="cccd_2021", number="058085000777", name="Trần Văn Giả")


@pytest.fixture(params=DATABASES)
def centre(request, tmp_path):
    engine = ready_engine(request, tmp_path)
    return Centre(engine)


def test_what_the_platform_holds_as_it_was_told_is_reconciled(centre):
    centre.happen(*(check_in(n, identity=person(n)) for n in range(1, 8)))
    centre.happen(*(dose(n + 10, visit=n) for n in range(1, 8)))
    centre.platform(*(held_dose(told, id=f"i{told.dose}") for told in centre.told()))

    found = centre.compare()

    assert set(centre.states().values()) == {"reconciled"}
    assert (found.doses, found.entries, found.people, found.visits) == (0, 0, 0, 0)
    assert centre.open() == []


def test_a_typed_dose_is_linked_and_compared(centre):
    centre.happen(check_in(1), dose(2))
    (told,) = centre.told()
    centre.platform(held_dose(told, event="", lot="ZZ"))

    centre.compare()

    assert centre.states() == {dose(2).id: "differs"}
    assert centre.open() == [("dose", "differs", "lot")]


def test_a_difference_keeps_its_age_and_closes_when_it_is_mended(centre):
    centre.happen(check_in(1), dose(2))
    (told,) = centre.told()
    centre.platform(held_dose(told, birth="1986-08-17"))
    centre.compare()
    centre.compare(now=NOW + timedelta(days=1))
    with database.reading(centre.engine) as connection:
        ages = connection.scalars(sa.select(dose_discrepancies.c.opened_at)).all()
        owner = connection.scalar(sa.select(dose_discrepancies.c.owner))
    assert (ages, owner) == ([NOW], "phuoc-dinh")

    centre.platform(held_dose(told))
    centre.compare()

    assert (centre.open(), centre.states()) == ([], {dose(2).id: "reconciled"})


def test_a_dose_that_is_there_twice_is_named(centre):
    centre.happen(check_in(1), dose(2))
    (told,) = centre.told()
    centre.platform(held_dose(told), held_dose(told, id="i2", event=""))

    centre.compare()

    assert ("dose", "doubled", "") in centre.open()
    assert centre.states() == {dose(2).id: "differs"}


def test_a_typed_entry_that_fits_doses_of_many_ranges_is_linked_with_one(centre):
    centre.happen(check_in(1), *(dose(n) for n in range(2, 8)))
    told = centre.told()
    centre.platform(held_dose(told[0], event=""))

    centre.compare(size=1)

    with database.reading(centre.engine) as connection:
        linked = connection.scalars(sa.select(dose_records.c.immunization)).all()
    assert sorted(one for one in linked if one) == ["i1"]


def test_a_dose_that_the_platform_lost_is_named_and_looked_for(centre):
    centre.happen(check_in(1), dose(2))
    (told,) = centre.told()
    centre.platform(held_dose(told))
    centre.compare(now=NOW - timedelta(minutes=15))

    centre.platform(gone=("i1",))
    centre.compare()

    assert centre.open() == [("dose", "missing", "")]
    (due,) = SqlDoseRecords(centre.engine).due(NOW, 10)
    assert due.record.state == "accepted"


def test_a_typed_dose_of_nobody_who_checked_in_is_named(centre):
    centre.happen(check_in(1), dose(2))
    (told,) = centre.told()
    stranger = replace(told, number="058085000999")
    centre.platform(held_dose(told), held_dose(stranger, id="i2", event=""))

    centre.compare()

    assert centre.open() == [("entry", "no_check_in", "")]


def test_a_typed_dose_of_somebody_who_was_here_is_unknown(centre):
    centre.happen(check_in(1), check_in(3, visit=3, identity=OTHER), dose(2))
    (told,) = centre.told()
    other = replace(told, number=OTHER.number)
    centre.platform(held_dose(told), held_dose(other, id="i2", event=""))

    centre.compare()

    assert centre.open() == [("entry", "unknown_dose", "")]


@pytest.mark.parametrize("changes", [{"day": "2026-10-01"}, {"site": "elsewhere"}])
def test_a_dose_from_before_or_from_elsewhere_is_nobodys_business(centre, changes):
    centre.happen(check_in(1), dose(2))
    (told,) = centre.told()
    stranger = replace(told, number="058085000999")
    centre.platform(held_dose(told), held_dose(stranger, id="i2", event="", **changes))

    centre.compare()

    assert centre.open() == []


def test_an_entry_that_a_correction_left_behind_is_named(centre):
    centre.happen(check_in(1), dose(2), dose(3, replaces=dose(2).id))
    (told,) = centre.told()
    centre.platform(held_dose(told), held_dose(replace(told, dose=dose(2).id), id="i2"))

    centre.compare()

    assert ("entry", "withdrawn_stays", "") in centre.open()


def test_comparing_again_changes_nothing(centre):
    centre.happen(check_in(1), dose(2), check_in(3, visit=3, identity=OTHER))
    (told,) = centre.told()
    centre.platform(held_dose(told, lot="ZZ"), held_dose(told, id="i2", event="", name="X"))
    centre.compare()
    before = _rows(centre.engine)

    centre.compare()

    assert _rows(centre.engine) == before


def _rows(engine):
    with database.reading(engine) as connection:
        return [
            [tuple(row) for row in connection.execute(sa.select(table))]
            for table in (dose_records, dose_discrepancies, platform_doses)
        ]


@pytest.mark.parametrize("few", [0, 1000], ids=["range by range", "one by one"])
def test_what_is_not_equal_any_more_is_found_among_many_that_are(centre, monkeypatch, few):
    monkeypatch.setattr(ranges, "FEW", few)
    centre.happen(*(check_in(n, identity=person(n)) for n in range(1, 8)))
    centre.happen(*(dose(n + 10, visit=n) for n in range(1, 8)))
    told = centre.told()
    centre.platform(*(held_dose(one, id=f"i{one.dose}") for one in told))
    centre.compare(size=3)
    worse, doubled = told[2], told[5]
    centre.platform(
        held_dose(worse, id=f"i{worse.dose}", lot="ZZ"), held_dose(doubled, id="i2", event="")
    )

    found = centre.compare(size=3, now=NOW + timedelta(days=1))

    states = centre.states()
    assert {dose for dose, state in states.items() if state == "differs"} == {
        worse.dose,
        doubled.dose,
    }
    assert found.doses == 2
    assert centre.open() == [("dose", "differs", "lot"), ("dose", "doubled", "")]


def test_what_was_accepted_stays_so_until_the_list_shows_it(centre):
    centre.happen(check_in(1), dose(2))
    records = SqlDoseRecords(centre.engine)
    (due,) = records.due(NOW, 10)
    records.save(accepted(due.record, PlatformReceipt("p1", "i1"), NOW), None, NOW)

    centre.compare()

    assert centre.states() == {dose(2).id: "accepted"}


VALUES = {
    "number": st.sampled_from([MAU.number, "058085000999"]),
    "name": st.sampled_from([MAU.name, "NGUYỄN THỊ MẪU", "Nguyễn Thị Mậu", None]),
    "birth": st.sampled_from([MAU.birth, "1985", None]),
    "sex": st.sampled_from(["female", "male", None]),
    "vaccine": st.sampled_from(["VX Một", "vx một", "VX Hai", ""]),
    "lot": st.sampled_from(["AB-12", "ab 12", "ZZ", ""]),
    "dose_number": st.sampled_from([2, 1, None]),
    "day": st.sampled_from(["2026-11-22", "2026-11-21", ""]),
    "event": st.sampled_from([dose(2).id, ""]),
}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    entries=st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=3),
    known=st.fixed_dictionaries({name: st.booleans() for name in ("name", "birth", "sex")}),
    few=st.sampled_from([0, 1000]),
)
def test_the_database_finds_what_the_domain_finds(tmp_path_factory, entries, known, few):
    engine = _prepared(tmp_path_factory, known)
    centre = Centre(engine)
    (told,) = centre.told()
    held = tuple(held_dose(told, id=f"i{place}", **entry) for place, entry in enumerate(entries))
    centre.platform(*held)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranges, "FEW", few)
        centre.compare()
        centre.compare(now=NOW + timedelta(minutes=15))

    asked = [one for one in held if one.event == told.dose or one.number == told.number]
    differences = compare_dose(told, DoseAnswer(tuple(asked)))
    expected = sorted(
        ("dose", "doubled", "") if one.field == "record" else ("dose", "differs", one.field)
        for one in differences or ()
    )
    assert [one for one in centre.open() if one[0] == "dose"] == expected
    state = "pending" if differences is None else "differs" if expected else "reconciled"
    assert centre.states() == {dose(2).id: state}
    engine.dispose()


def _prepared(tmp_path_factory, known):
    from factories.migrated import migrated_engine

    engine = migrated_engine(tmp_path_factory.mktemp("oracle"))
    fields = {name: getattr(MAU, name) if known[name] else None for name in known}
    who = events.Identity(document="cccd_2021", number=MAU.number, **fields)
    Centre(engine).happen(check_in(1, identity=who), dose(2))
    return engine
