"""The port ``DoseComparison``, of people and their days: on SQLite, and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from factories.compared_centre import NOW, Centre, person, subjects
from factories.databases import DATABASES, ready_engine
from factories.facts import MAU, Journal, check_in, event
from factories.site_days import at_desk, dose
from factories.told_doses import held_dose
from msgspec import structs

from central.adapters import database
from central.adapters.compare_visits_sql import CLOSED_WITHIN
from central.adapters.comparison_sql import SqlComparison
from central.adapters.persons_sql import SqlPersons
from central.adapters.tables_doses import dose_discrepancies
from central.domain.audit import Act
from protocol import events
from protocol import site_events as site

OTHER = events.Identity(document="cccd_2021", number="058085000777", name="Trần Văn Giả")


@pytest.fixture(params=DATABASES)
def centre(request, tmp_path):
    engine = ready_engine(request, tmp_path)
    return Centre(engine)


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
    assert (centre.compare().people, subjects(centre)) == (1, {before.number})

    centre.happen(
        check_in(5, visit=5, identity=renewed), dose(6, visit=5, dose_number=3), journal=stick
    )
    centre.compare()

    assert subjects(centre) == {MAU.number}
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

    assert (centre.open(), subjects(centre)) == ([("person", "interval", "")], {third.number})


def test_people_whom_somebody_joined_are_one_until_that_is_undone(centre):
    centre.happen(*(check_in(n, visit=n, identity=person(n)) for n in (1, 2, 3)))
    centre.happen(*(dose(n + 10, visit=n, dose_number=n) for n in (1, 2, 3)))
    persons, act = SqlPersons(centre.engine), Act("xa", "commune", "persons_merged", "", "", "page")
    assert centre.compare().people == 0

    sides = check_in(1, visit=1).visit, check_in(2, visit=2).visit
    merge = persons.merge(*sides, "card_seen", act, NOW)
    centre.compare(size=1)
    assert centre.open() == [("person", "interval", "")]
    assert subjects(centre) == {person(1).number}

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

    assert subjects(centre) == {check_in(3).visit}
    centre.happen(event(20, site.SessionClosed(day="2026-11-22", staff="m")))
    assert centre.compare(now=months).visits == 1
    with database.reading(centre.engine) as connection:
        rows = connection.execute(sa.select(dose_discrepancies.c.opened_at)).scalars().all()
    assert rows == [over]


@pytest.mark.parametrize("day", ["yesterday", "20261122", "2026-11-31", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_closes_nothing(centre, day):
    centre.happen(check_in(1), event(2, site.SessionClosed(day=day)))

    assert centre.compare().visits == 0
