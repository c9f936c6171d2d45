"""An erasure reaches what the Platform told, files, lists and worklists, and what comes again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from factories.carried_sheets import PROVINCE, StoppedClock, desk
from factories.devices import AT
from factories.facts import MAU, Journal, check_in, visit_id
from factories.rosters import person
from factories.site_days import dose
from factories.told_doses import held_dose, told_dose
from factories.wire import CENTRE_SEAL

from central.adapters import database
from central.adapters.comparison_sql import SqlComparison
from central.adapters.dose_store import SqlMirror
from central.adapters.persons_sql import SqlPersons
from central.adapters.platform_file import PlatformWorkbook
from central.adapters.platform_sheets_sql import SqlSheets
from central.adapters.platform_spreadsheet import SpreadsheetPlatform
from central.adapters.record_store import SqlRecords
from central.adapters.requests_sql import SqlRequests
from central.adapters.roster_sql import SqlRosters, roster_people
from central.adapters.sheet_xlsx import XlsxSheet
from central.adapters.tables_doses import dose_discrepancies, dose_records, platform_doses
from central.adapters.tables_projection import records
from central.adapters.tables_site import doses
from central.adapters.verification_sql import SqlRounds
from central.adapters.visit_store import SqlProjection
from central.domain.doses import DosePage
from central.domain.platform_sheet import content_of_dose, headings_out, row_out
from central.domain.roster import plan_import
from central.ports import PlatformNotYet
from central.services.persons import Persons
from central.services.projection import Projector
from central.services.requests import Requests
from central.services.verification import VerificationDesk
from protocol.identity import SiteId
from protocol.roster import Standing

SITE = SiteId("phuoc-dinh")
OTHER = "058200000015"


@pytest.fixture
def engine(engine):
    Journal(engine).add(check_in(1))
    Journal(engine, device="hub-0001").add(dose(2, visit=1))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    return engine


@pytest.fixture
def told(engine):
    """Return the dose as the Platform is told of it; it holds it, and one that staff typed."""
    with engine.begin() as connection:
        event = connection.scalar(sa.select(doses.c.event))
        connection.execute(sa.update(dose_records).values(immunization="i1", patient="p1"))
    told = told_dose(dose=event, number=MAU.number, name=MAU.name)
    SqlMirror(engine).saw_page(page(told), AT)
    return told


def page(told):
    typed = held_dose(told, id="i2", event="", day="2021-06-01", dose_number=1)
    other = held_dose(told, id="i3", event="", number=OTHER, name="Chamaléa Văn Thử")
    return DosePage((held_dose(told), typed, other), (), "t")


def listed(engine, site, *wanted):
    SqlRosters(engine).change(
        site, lambda there: plan_import(there, wanted, replace=False), AT, "list.xlsx"
    )


def erase(engine):
    clock = StoppedClock()
    requests = Requests(SqlRequests(engine), Persons(SqlPersons(engine), clock), clock)
    return requests.erase(PROVINCE, visit_id(1), "YC-7")


def said(engine):
    """Return every text that the database holds outside of raw events, which are sealed."""
    with engine.connect() as connection:
        tables = [t for t in database.metadata.sorted_tables if t is not database.raw_events]
        return "\n".join(str(row) for t in tables for row in connection.execute(sa.select(t)))


def rows(engine, query):
    with engine.connect() as connection:
        return connection.execute(query).all()


def column(engine, wanted):
    with engine.connect() as connection:
        return sorted(connection.scalars(sa.select(wanted)), key=str)


@pytest.mark.usefixtures("told")
def test_nothing_that_the_centre_made_beside_the_events_names_the_person(engine):
    nameless = person(number=None, name="nguyễn thị mẫu", standing=Standing.UNKNOWN)
    listed(engine, SITE, person(number=MAU.number, name=MAU.name, standing=Standing.UNKNOWN))
    listed(engine, SiteId("phuoc-dai"), replace(nameless, birth=person().birth))
    listed(engine, SITE, person(number=OTHER, name="Chamaléa Văn Thử", standing=Standing.UNKNOWN))
    VerificationDesk(SqlRounds(engine), SqlRosters(engine), XlsxSheet(), StoppedClock()).make(
        SITE, PROVINCE
    )
    SqlComparison(engine).compare(AT, 3000)
    assert MAU.number in column(engine, dose_discrepancies.c.subject)
    assert "Mẫu" in said(engine)

    done = erase(engine)

    left = said(engine)
    assert "Mẫu" not in left
    assert "mẫu" not in left
    assert MAU.number not in left
    assert OTHER in left
    assert (done.entries, done.lists) == (2, 3)
    assert SqlRequests(engine).erasures(1) == [done]
    assert column(engine, roster_people.c.number) == [OTHER]


@pytest.mark.usefixtures("told")
def test_a_discrepancy_of_whoever_was_erased_keeps_its_number_and_nobody(engine):
    SqlComparison(engine).compare(AT, 3000)
    of = dose_discrepancies.c
    of_person = sa.select(of.id, of.subject, of.ours, of.theirs, of.closed_at)
    of_person = of_person.where(of.scope == "person").order_by(of.id)
    before = rows(engine, of_person)

    erase(engine)

    after = rows(engine, of_person)
    # Once it is free, SQLite gives the newest number to somebody else's, and the audit names it.
    assert [one.id for one in after] == [one.id for one in before] != []
    assert {(one.subject[0], one.ours, one.theirs) for one in after} == {("~", "", "")}
    assert None not in {one.closed_at for one in after}


@pytest.mark.usefixtures("told")
def test_what_the_platform_was_not_told_yet_rests_and_is_never_overdue(engine):
    assert column(engine, records.c.state) == ["pending"]

    erase(engine)

    SqlRecords(engine).mark_overdue(AT + timedelta(days=3))
    assert column(engine, records.c.state) == ["refused"]
    assert column(engine, records.c.reason) == ["erased"]
    assert SqlRecords(engine).due(AT + timedelta(days=1), 10) == []


def test_kiosks_hear_that_somebody_is_off_the_list(engine, told):
    listed(engine, SITE, person(number=told.number, name=told.name))
    before = SqlRosters(engine).page(SITE, 0, "", 10)

    erase(engine)

    after = SqlRosters(engine).page(SITE, before.through, before.head, 10)
    assert after.removed == (before.people[0].id,)


def test_reading_the_platform_again_brings_nobody_back_and_the_dose_stays_proven(engine, told):
    erase(engine)

    SqlMirror(engine).saw_page(page(told), AT)
    SqlMirror(engine).saw_person(told.number, page(told).held[:2], AT)
    found = SqlComparison(engine).compare(AT, 14)

    assert "Mẫu" not in said(engine)
    assert told.number not in column(engine, platform_doses.c.number)
    assert column(engine, platform_doses.c.id) == ["i1", "i2", "i3"]
    assert (found.doses, found.people) == (0, 0)


def test_what_somebody_tells_anew_is_a_new_entry(engine, told):
    erase(engine)

    SqlMirror(engine).saw_page(DosePage((held_dose(told, id="i9", event=""),), (), "u"), AT)

    assert told.number in column(engine, platform_doses.c.number)


def test_files_to_the_platform_and_back_forget_the_person_too(engine, told):
    visits = SpreadsheetPlatform(SqlSheets(engine), StoppedClock())
    answer = ("Mã trên Nền tảng", "Mã người trên Nền tảng", "Trạng thái")
    out = row_out("dose", told.dose, "tell", content_of_dose(told))
    data = XlsxSheet().write(
        "Mũi tiêm", (*headings_out("dose"), *answer), [(*out, "i1", "p1", "Hợp lệ")]
    )
    file = PlatformWorkbook(Path("export.xlsx"), data)
    desk(engine).take_in(PROVINCE, file, "page")
    with pytest.raises(PlatformNotYet):
        visits.submit(record_of(told))

    erase(engine)
    assert "Mẫu" not in said(engine)
    again = desk(engine).take_in(PROVINCE, file, "page")

    assert again.changed == 0
    assert "Mẫu" not in said(engine)
    assert told.number not in said(engine)


def record_of(told):
    from factories.platforms import record

    return record(visit=visit_id(1), number=told.number, name=told.name)


@pytest.mark.usefixtures("told")
def test_what_the_platform_told_and_the_lists_belong_to_all_that_is_held(engine):
    listed(engine, SITE, person(number=MAU.number, name=MAU.name))
    clock = StoppedClock()
    requests = Requests(SqlRequests(engine), Persons(SqlPersons(engine), clock), clock)

    held = requests.held(PROVINCE, visit_id(1), "json")

    assert {row["id"] for row in held["at_the_platform"]} == {"i1", "i2"}
    assert [row["name"] for row in held["lists"]] == [MAU.name]
