"""The ports ``DoseComparison`` and ``DoseMirror``: on SQLite, and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from factories.facts import MAU, Journal, check_in, event
from factories.site_days import at_desk, dose
from factories.told_doses import held_dose
from factories.wire import CENTRE_SEAL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from central.adapters import database, ranges
from central.adapters.compare_visits_sql import CLOSED_WITHIN
from central.adapters.comparison_sql import SqlComparison
from central.adapters.dose_store import SqlDoseRecords, SqlMirror
from central.adapters.persons_sql import SqlPersons
from central.adapters.tables_doses import dose_discrepancies, dose_records, platform_doses
from central.adapters.visit_store import SqlProjection
from central.domain.audit import Act
from central.domain.doses import DoseAnswer, DosePage, compare_dose
from central.domain.records import PlatformReceipt, accepted
from central.services.projection import Projector
from protocol import events
from protocol import site_events as site

NOW = AT + timedelta(hours=2)
OTHER = events.Identity(document="cccd_2021", number="058085000777", name="Trần Văn Giả")


class Centre:
    """A centre's database with doses, and a Platform's list to compare it with."""

    def __init__(self, engine):
        self.engine = engine
        self.journal = Journal(engine)
        self.mirror = SqlMirror(engine)

    def happen(self, *made, journal=None):
        (journal or self.journal).add(*made)
        Projector(SqlProjection(self.engine), CENTRE_SEAL).step()

    def told(self):
        return [due.told for due in SqlDoseRecords(self.engine).due(NOW, 100)]

    def platform(self, *held, gone=()):
        self.mirror.saw_page(DosePage(held, gone, "t"), NOW)

    def compare(self, size=2, now=NOW):
        return SqlComparison(self.engine, size).compare(now, 14)

    def states(self):
        with database.reading(self.engine) as connection:
            rows = connection.execute(sa.select(dose_records.c.dose, dose_records.c.state))
            return {dose: state for dose, state in rows}  # noqa: C416 - rows are no mapping

    def open(self):
        table = dose_discrepancies
        with database.reading(self.engine) as connection:
            rows = connection.execute(sa.select(table).where(table.c.closed_at.is_(None)))
            return sorted((row.scope, row.kind, row.field) for row in rows)


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


def _subjects(centre):
    table = dose_discrepancies.c
    with database.reading(centre.engine) as connection:
        return set(connection.scalars(sa.select(table.subject).where(table.closed_at.is_(None))))


def person(number):
    return events.Identity(
        document="cccd_2021", number=f"058185{number:06d}", name=f"Kator Thị {number}"
    )


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


def test_one_person_injected_at_two_places_on_one_day_is_named(centre):
    centre.happen(check_in(1), dose(2))
    other = Journal(centre.engine, device="kiosk-0002", site="phuoc-dai")
    centre.happen(check_in(3, visit=3), dose(4, visit=3, dose_number=3), journal=other)

    centre.compare()

    assert ("person", "two_places", "") in centre.open()
    assert ("person", "interval", "") in centre.open()


def test_who_checked_in_at_two_sites_on_one_day_is_named_until_one_of_them_ended_with_no_dose(
    centre,
):
    other = Journal(centre.engine, device="kiosk-0002", site="phuoc-dai")
    centre.happen(check_in(1), check_in(2, identity=person(2)), check_in(3, identity=person(2)))
    centre.happen(check_in(4, ticket="B004"), journal=other)
    assert centre.compare().people == 1
    centre.compare(now=NOW + timedelta(days=1))

    with database.reading(centre.engine) as connection:
        (row,) = connection.execute(sa.select(dose_discrepancies))
    assert (row.scope, row.kind, row.field) == ("person", "two_check_ins", "2026-11-22")
    assert (row.subject, row.owner, row.opened_at) == (MAU.number, "phuoc-dai", NOW)
    assert (row.ours, row.theirs) == ("08:00 A001 phuoc-dinh", "08:00 B004 phuoc-dai")
    assert (row.site, row.also) == ("phuoc-dai", "phuoc-dinh")

    # Injected and gone early is no end with no dose: then they were at both.
    centre.happen(dose(5), at_desk(6, site.Left(staff="m", reason="own_wish")))
    assert centre.compare().people == 1
    centre.happen(at_desk(7, site.Screened(conclusion="deferred", staff="m"), 4), journal=other)
    centre.compare()
    assert centre.open() == []


@pytest.mark.parametrize(
    ("first", "second", "people"),
    [("20T16:59", "20T17:01", 0), ("20T23:59", "21T00:01", 1)],
    ids=["midnight in Vietnam", "midnight in Greenwich"],
)
def test_the_day_of_two_check_ins_is_vietnams(centre, first, second, people):
    other = Journal(centre.engine, device="kiosk-0002", site="phuoc-dai")
    centre.happen(check_in(1, at=f"2026-11-{first}:00.000Z"))
    centre.happen(check_in(2, at=f"2026-11-{second}:00.000Z"), journal=other)

    assert centre.compare().people == people


def test_somebody_whose_number_was_issued_anew_is_one_person_under_the_new_one(centre):
    before = structs.replace(MAU, number="264123456")
    renewed = structs.replace(MAU, old_number=before.number)
    other = Journal(centre.engine, device="kiosk-0002", site="phuoc-dai")
    stick = Journal(centre.engine, device="kiosk-0003", site="phuoc-dai")
    centre.happen(check_in(1, identity=before), check_in(2, identity=person(2)), dose(3))
    centre.happen(check_in(4, visit=4, identity=before), journal=other)
    assert (centre.compare().people, _subjects(centre)) == (1, {before.number})

    centre.happen(
        check_in(5, visit=5, identity=renewed), dose(6, visit=5, dose_number=3), journal=stick
    )
    centre.compare()

    assert _subjects(centre) == {MAU.number}
    assert centre.open() == [
        ("person", "interval", ""),
        ("person", "two_check_ins", "2026-11-22"),
        ("person", "two_places", ""),
    ]


def test_a_number_that_was_issued_anew_twice_is_one_person(centre):
    first = structs.replace(MAU, number="264123456")
    second = structs.replace(MAU, number="058185000901", old_number=first.number)
    third = structs.replace(MAU, number="058185000902", old_number=second.number)
    centre.happen(check_in(1, identity=first), dose(11))
    centre.happen(check_in(2, visit=2, identity=second))
    centre.happen(check_in(3, visit=3, identity=third), dose(13, visit=3, dose_number=3))

    centre.compare(size=1)

    assert (centre.open(), _subjects(centre)) == ([("person", "interval", "")], {third.number})


def test_people_whom_somebody_joined_are_one_until_that_is_undone(centre):
    centre.happen(*(check_in(n, visit=n, identity=person(n)) for n in (1, 2, 3)))
    centre.happen(*(dose(n + 10, visit=n, dose_number=n) for n in (1, 2, 3)))
    persons, act = SqlPersons(centre.engine), Act("xa", "commune", "persons_merged", "", "", "page")
    assert centre.compare().people == 0

    sides = check_in(1, visit=1).visit, check_in(2, visit=2).visit
    merge = persons.merge(*sides, "card_seen", act, NOW)
    centre.compare(size=1)
    assert centre.open() == [("person", "interval", "")]
    assert _subjects(centre) == {person(1).number}

    persons.undo(merge, act, NOW)
    centre.compare(size=1)
    assert centre.open() == []


def test_a_dose_that_was_typed_under_the_number_before_counts_for_the_interval(centre):
    centre.happen(check_in(1, identity=structs.replace(MAU, old_number="264123456")), dose(2))
    (told,) = centre.told()
    typed = held_dose(told, id="i2", event="", number="264123456", day="2026-11-15")
    centre.platform(held_dose(told), replace(typed, dose_number=1))

    centre.compare()

    assert centre.open() == [("person", "interval", "")]


def test_too_few_days_since_a_dose_on_the_platform_are_named(centre):
    centre.happen(check_in(1), dose(2))
    (told,) = centre.told()
    earlier = held_dose(told, id="i2", event="", dose_number=1, day="2026-11-15", vaccine="VX")
    centre.platform(held_dose(told), earlier)

    centre.compare()

    assert centre.open() == [("person", "interval", "")]


def test_who_checked_in_and_got_no_dose_is_named_when_the_day_is_closed(centre):
    deferred = site.Screened(conclusion="deferred", staff="m")
    gone = site.Left(staff="m", reason="own_wish")
    centre.happen(
        *(check_in(n, identity=person(n)) for n in range(1, 5)),
        dose(11, visit=1),
        at_desk(12, deferred, 2),
        at_desk(13, gone, 3),
    )
    centre.compare()
    assert ("visit", "no_dose", "") not in centre.open()

    centre.happen(event(20, site.SessionClosed(day="2026-11-22", staff="m")))
    centre.compare()
    assert centre.open() == [("visit", "no_dose", "")]

    centre.happen(dose(21, visit=4))
    centre.compare()
    assert centre.open() == []


def test_who_got_their_dose_long_after_the_day_was_closed_is_no_discrepancy_any_more(centre):
    closed = event(3, site.SessionClosed(day="2026-11-22", staff="m"))
    centre.happen(check_in(1), check_in(2, identity=person(2)), closed)
    assert centre.compare().visits == 2
    months = NOW + timedelta(days=100)
    assert centre.compare(now=months).visits == 2

    centre.happen(dose(4))
    assert centre.compare(now=months).visits == 1

    table = dose_discrepancies.c
    with database.reading(centre.engine) as connection:
        rows = connection.execute(sa.select(table.subject, table.opened_at, table.closed_at))
        assert {row.subject: (row.opened_at, row.closed_at) for row in rows} == {
            check_in(1).visit: (NOW, months),
            check_in(2).visit: (NOW, None),
        }


def test_whoever_is_heard_of_long_after_the_day_was_closed_is_named_a_day_at_a_time(centre):
    days = ("2026-11-22", "2026-11-21")
    closed = [
        event(n, site.SessionClosed(day=day, staff="m")) for n, day in enumerate(days, start=1)
    ]
    centre.happen(*closed)
    centre.compare()
    kiosk = Journal(centre.engine, device="kiosk-0009")
    late = [
        check_in(n, identity=person(n), at=f"{day}T02:00:00.000Z")
        for n, day in enumerate(days, start=1)
    ]
    centre.happen(*late, journal=kiosk)
    months = NOW + timedelta(days=100)
    comparison = SqlComparison(centre.engine)

    assert [comparison.compare(months, 14).visits for _ in range(3)] == [1, 2, 2]


def test_a_day_that_a_site_with_desks_never_closes_is_over_after_two_days(centre):
    kiosk_alone = Journal(centre.engine, device="kiosk-0002", site="phuoc-dai")
    centre.happen(check_in(4, identity=person(4)), journal=kiosk_alone)
    centre.happen(
        event(1, site.StaffAdded(staff="lan", role="injector", by="lan")),
        *(check_in(n, identity=person(n)) for n in (2, 3)),
        dose(11, visit=2),
    )
    midnight = datetime(2026, 11, 22, 17, tzinfo=UTC)  # In Vietnam.
    almost = midnight + CLOSED_WITHIN - timedelta(minutes=1)
    assert centre.compare(now=almost).visits == 0

    over = midnight + CLOSED_WITHIN
    assert centre.compare(now=over).visits == 1
    months = over + timedelta(days=100)
    assert SqlComparison(centre.engine).compare(months, 14).visits == 1

    assert _subjects(centre) == {check_in(3).visit}
    centre.happen(event(20, site.SessionClosed(day="2026-11-22", staff="m")))
    assert centre.compare(now=months).visits == 1
    with database.reading(centre.engine) as connection:
        rows = connection.execute(sa.select(dose_discrepancies.c.opened_at)).scalars().all()
    assert rows == [over]


@pytest.mark.parametrize("day", ["yesterday", "20261122", "2026-11-31", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_closes_nothing(centre, day):
    centre.happen(check_in(1), event(2, site.SessionClosed(day=day)))

    assert centre.compare().visits == 0


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
