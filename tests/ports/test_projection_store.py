"""The ports ``ProjectionStore``, ``RecordStore`` and ``OverviewReader``: on SQLite, and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from factories.facts import MAU, Journal, check_in, event, slip, visit_id
from factories.wire import CENTRE_SEAL, OTHER_SEAL

from central.adapters import database, tables_projection
from central.adapters.overview_sql import SqlOverview
from central.adapters.record_store import SqlRecords
from central.adapters.visit_store import SqlProjection
from central.domain.comparison import Difference
from central.domain.figures import day_of
from central.domain.records import PlatformReceipt, RecordState, accepted, refused
from central.services.projection import Projector
from protocol import events

NOW = AT + timedelta(minutes=2)
DAY = day_of(AT, ZoneInfo("Asia/Ho_Chi_Minh"))
RECEIPT = PlatformReceipt("p1", "e1")


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


@pytest.fixture
def projector(engine):
    return Projector(SqlProjection(engine), CENTRE_SEAL)


@pytest.fixture
def records(engine):
    return SqlRecords(engine)


@pytest.fixture
def overview(engine):
    return SqlOverview(engine)


def rows(engine, table):
    with database.reading(engine) as connection:
        key = list(table.primary_key.columns)
        return [tuple(row) for row in connection.execute(sa.select(table).order_by(*key))]


def everything(engine):
    return {table.name: rows(engine, table) for table in tables_projection.REBUILT}


def test_a_check_in_becomes_a_visit_with_a_record_to_send(engine, projector, records):
    Journal(engine).add(check_in(1), slip(2, 1))

    done = projector.step()

    assert done == 2
    (due,) = records.due(NOW, 10)
    assert due.record.state is RecordState.PENDING
    assert due.told is not None
    assert (due.told.number, due.told.name, due.told.site) == (MAU.number, MAU.name, "phuoc-dinh")
    assert due.told.checked_in_at == "2026-11-22T01:00:01.000+00:00"


def test_nothing_is_projected_twice_and_nothing_is_left_behind(engine, projector):
    one, two = Journal(engine), Journal(engine, device="kiosk-0002")
    one.add(check_in(1))
    two.add(check_in(2))

    assert projector.step() == 2
    assert projector.step() == 0
    one.add(check_in(3))
    assert projector.step() == 1
    assert len(rows(engine, tables_projection.visits)) == 3


def test_a_small_batch_goes_on_where_it_was(engine):
    store = SqlProjection(engine)
    Journal(engine).add(*(check_in(n) for n in range(1, 6)))
    projector = Projector(store, CENTRE_SEAL)

    steps = [store.advance(projector._facts, 2) for _ in range(4)]

    assert steps == [2, 2, 1, 0]


def test_an_event_that_cannot_be_read_stops_nothing_behind_it(engine, projector, overview):
    Journal(engine).add(b"garbage", check_in(2))

    projector.step()

    figures = overview.overview(DAY, NOW)
    assert figures.sites[0].arrivals == 1
    assert [alarm.kind for alarm in figures.alarms] == ["event_unreadable"]


def test_a_rebuild_gives_the_same_tables_and_no_second_alarm(engine, projector):
    Journal(engine).add(check_in(1), slip(2, 1), b"garbage", check_in(4, identity=None))
    Journal(engine, device="kiosk-0002").add(check_in(5, visit=1), check_in(6))
    projector.step()
    before, alarms = everything(engine), rows(engine, database.alarms)

    assert projector.rebuild() == 6

    assert everything(engine) == before
    assert rows(engine, database.alarms) == alarms


def test_a_rebuild_keeps_what_was_agreed_with_the_platform(engine, projector, records):
    Journal(engine).add(check_in(1))
    projector.step()
    (due,) = records.due(NOW, 10)
    records.save(accepted(due.record, RECEIPT, NOW), None, NOW)

    projector.rebuild()

    (due,) = records.due(NOW, 10)
    assert due.record.receipt == RECEIPT


def test_an_identity_that_does_not_open_is_held_until_the_right_key_comes(engine, records):
    Journal(engine).add(check_in(1))
    Projector(SqlProjection(engine), OTHER_SEAL).step()
    assert records.due(NOW, 10) == []

    Projector(SqlProjection(engine), CENTRE_SEAL).rebuild()

    (due,) = records.due(NOW, 10)
    assert due.record.state is RecordState.PENDING


def test_a_held_record_becomes_overdue_too(engine, records, overview):
    Journal(engine).add(check_in(1, identity=None))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()

    assert records.mark_overdue(AT + timedelta(hours=24)) == 1

    assert overview.overview(DAY, NOW).states["overdue"] == 1
    Projector(SqlProjection(engine), CENTRE_SEAL).rebuild()
    assert records.due(NOW, 10) == []


def test_another_check_in_that_comes_to_stand_is_told_anew(engine, projector, records):
    Journal(engine).add(check_in(5, visit=7))
    projector.step()
    (due,) = records.due(NOW, 10)
    records.save(accepted(due.record, RECEIPT, NOW), None, NOW)

    other = replace_identity("Trần Văn Giả", "058085000777")
    Journal(engine, device="kiosk-0002").add(check_in(1, visit=7, identity=other))
    projector.step()

    (again,) = records.due(NOW, 10)
    assert again.record.state is RecordState.PENDING
    assert again.record.receipt is None
    assert again.told.number == "058085000777"


def replace_identity(name, number):
    return events.Identity(document="cccd_2021", number=number, name=name, sex="male")


def test_an_outcome_that_came_too_late_does_not_overwrite_a_newer_record(
    engine, projector, records
):
    Journal(engine).add(check_in(5, visit=7))
    projector.step()
    (stale,) = records.due(NOW, 10)
    Journal(engine, device="kiosk-0002").add(check_in(1, visit=7))
    projector.step()

    records.save(refused(stale.record, "too late"), [Difference("name", "a", "b")], NOW)

    (due,) = records.due(NOW, 10)
    assert due.record.state is RecordState.PENDING
    assert rows(engine, tables_projection.discrepancies) == []


def test_records_come_in_the_order_of_their_turn(engine, projector, records):
    Journal(engine, received_at=AT + timedelta(seconds=30)).add(check_in(1))
    Journal(engine, device="kiosk-0002", received_at=AT).add(check_in(2))
    projector.step()

    assert [due.record.subject for due in records.due(NOW, 10)] == [visit_id(2), visit_id(1)]
    assert records.due(AT - timedelta(seconds=1), 10) == []


def test_a_discrepancy_opens_keeps_its_age_and_closes(engine, projector, records, overview):
    Journal(engine).add(check_in(1))
    projector.step()
    (due,) = records.due(NOW, 10)
    birth, name = Difference("birth", "1985", "1986"), Difference("name", "a", "b")

    records.save(due.record, [birth, name], NOW)
    records.save(due.record, [birth], NOW + timedelta(hours=1))

    (row,) = overview.overview(DAY, NOW).discrepancies
    assert (row.field, row.opened_at, row.ticket) == ("birth", NOW, "A001")
    records.save(due.record, [], NOW + timedelta(hours=2))
    assert overview.overview(DAY, NOW).discrepancy_count == 0


def test_provisional_and_reconciled_figures_are_apart(engine, projector, records, overview):
    Journal(engine).add(
        check_in(1),
        check_in(2),
        event(3, events.ScanRefused(document="url", reason="web_address")),
        event(4, events.PrintFailed(job="j", ticket="A001", reason="paper_out")),
    )
    projector.step()
    due = records.due(NOW, 10)[0]
    done = replace(due.record, state=RecordState.RECONCILED, next_try_at=None, reconciled_at=NOW)
    records.save(done, [], NOW)

    (site,) = overview.overview(DAY, NOW).sites

    assert (site.arrivals, site.reconciled) == (2, 1)
    assert (site.refused_scans, site.failed_prints) == (1, 1)
    assert site.states == {"pending": 1, "reconciled": 1}


def test_the_figures_of_another_day_are_others(engine, projector, overview):
    Journal(engine).add(check_in(1))
    projector.step()

    yesterday = day_of(AT - timedelta(days=1), ZoneInfo("Asia/Ho_Chi_Minh"))

    assert overview.overview(yesterday, NOW).sites[0].arrivals == 0
    assert overview.visits(yesterday, 10) == []


def test_the_list_of_visits_masks_the_person(engine, projector, overview):
    Journal(engine).add(event(1, events.Booted(software="0.1.0")), check_in(2), slip(3, 2))
    projector.step()

    (visit,) = overview.visits(DAY, 10)

    assert (visit.ticket, visit.printed, visit.state) == ("A002", "proven", "pending")
    assert visit.identity == "N. T. M***"
    (device,) = overview.overview(DAY, NOW).devices
    assert (device.device, device.software) == ("kiosk-0001", "0.1.0")


def test_what_waits_for_the_projection_is_counted(engine, projector, overview):
    Journal(engine).add(check_in(1), check_in(2))

    assert overview.overview(DAY, NOW).unprojected == 2
    projector.step()
    assert overview.overview(DAY, NOW).unprojected == 0
