"""The port ``ProjectionStore`` for what a site's hub journals: on SQLite, and PostgreSQL."""

import random

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, ready_engine
from factories.facts import MAU, Journal, check_in, event, visit_id
from factories.site_days import at_desk, dose, sealed
from factories.site_events import site_bodies
from factories.wire import CENTRE_SEAL

from central.adapters import database, tables_doses, tables_projection, tables_site
from central.adapters.visit_store import SqlProjection
from central.services.projection import Projector
from protocol import events
from protocol import site_events as site


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


@pytest.fixture
def projector(engine):
    return Projector(SqlProjection(engine), CENTRE_SEAL)


def rows(engine, table):
    with database.reading(engine) as connection:
        key = list(table.primary_key.columns)
        return [tuple(row) for row in connection.execute(sa.select(table).order_by(*key))]


def everything(engine):
    made = (*tables_projection.REBUILT[1:], *tables_site.REBUILT)
    return {table.name: rows(engine, table) for table in made}


def dose_records(engine):
    with database.reading(engine) as connection:
        table = tables_doses.dose_records
        found = connection.execute(sa.select(table.c.dose, table.c.state, table.c.reason))
        return {dose: (state, reason) for dose, state, reason in found}


def _day():
    """Two journals of one day: a dose corrected by two people, everything else once or twice."""
    person = events.Identity(document="staff", number=None, name="Kator Thị Nháp", words="x")
    hub = [
        *(at_desk(n, body) for n, body in enumerate(site_bodies(), 1)),
        dose(40),
        dose(41, replaces=dose(40).id, lot="CD"),
        dose(42, replaces=dose(41).id, lot="EF"),
        at_desk(43, site.Screened(conclusion="deferred", staff="m", replaces=_screened_id())),
        sealed(event(44, events.ComplaintOpened(subject="other", ticket="PA1")), person),
        sealed(event(45, site.StaffAdded(staff="hoa", role="screening")), person),
        event(46, events.PaperChanged(paper="out", used_mm=2**52)),
    ]
    copy = events.CertificatePrinted(job="j", dose=dose(40).id, proof="proven")
    kiosk = [check_in(50, visit=1), check_in(51, visit=2), dose(52, replaces=dose(40).id)]
    kiosk.append(event(53, copy))
    return hub, kiosk


def _screened_id():
    return next(
        at_desk(n, body).id
        for n, body in enumerate(site_bodies(), 1)
        if isinstance(body, site.Screened)
    )


def project(engine, hub, kiosk):
    Journal(engine, device="hub-0001").add(*hub)
    Journal(engine, device="kiosk-0001").add(*kiosk)
    projector = Projector(SqlProjection(engine), CENTRE_SEAL)
    while projector.step():
        pass


def test_every_table_of_a_site_is_filled(engine):
    project(engine, *_day())

    assert [table.name for table in tables_site.REBUILT if not rows(engine, table)] == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_tables_are_equal_in_any_order_of_arrival(request, tmp_path, engine, seed):
    hub, kiosk = _day()
    project(engine, hub, kiosk)
    (tmp_path / "other").mkdir()
    request.param = engine.dialect.name
    other = ready_engine(request, tmp_path / "other")
    store = SqlProjection(other)
    chance = random.Random(seed)

    journals = [Journal(other, device="hub-0001"), Journal(other, device="kiosk-0001")]
    mixed = [(0, one) for one in hub] + [(1, one) for one in kiosk]
    chance.shuffle(mixed)
    for place, one in mixed:
        journals[place].add(one)
        if chance.random() < 0.5:
            store.advance(Projector(store, CENTRE_SEAL)._facts, 3)
    Projector(store, CENTRE_SEAL).rebuild() if seed == 3 else _drain(store)

    assert everything(other) == everything(engine)
    assert _standing(other) == _standing(engine) == [dose(52).id]


def _drain(store):
    projector = Projector(store, CENTRE_SEAL)
    while projector.step():
        pass


def _standing(engine):
    doses = tables_site.doses
    corrected = [dose(n).id for n in (40, 41, 42, 52)]
    wanted = sa.select(doses.c.event).where(doses.c.event.in_(corrected), doses.c.standing)
    with database.reading(engine) as connection:
        return connection.scalars(wanted).all()


def test_a_correction_stands_and_what_it_replaced_is_withdrawn(engine, projector):
    Journal(engine).add(check_in(1), dose(2), dose(3, replaces=dose(2).id, lot="CD"))

    projector.step()

    assert dose_records(engine) == {
        dose(2).id: ("withdrawn", "replaced"),
        dose(3).id: ("pending", None),
    }


def test_a_dose_waits_for_its_check_in_and_goes_when_it_comes(engine, projector):
    hub = Journal(engine, device="hub-0001")
    hub.add(dose(2))
    projector.step()
    assert dose_records(engine) == {dose(2).id: ("held", "no_check_in")}

    Journal(engine).add(check_in(1))
    projector.step()

    assert dose_records(engine) == {dose(2).id: ("pending", None)}


def test_a_dose_of_somebody_whose_identity_does_not_open_is_held(engine, projector):
    Journal(engine).add(check_in(1, identity=None), dose(2))

    projector.step()

    assert dose_records(engine) == {dose(2).id: ("held", "not_sealed")}


def test_a_rebuild_changes_no_record_of_a_dose(engine, projector):
    Journal(engine).add(dose(2), dose(3, replaces=dose(2).id), check_in(1))
    Journal(engine, device="hub-0001").add(dose(5, visit=9))
    projector.step()
    before, tables = rows(engine, tables_doses.dose_records), everything(engine)

    projector.rebuild()

    assert rows(engine, tables_doses.dose_records) == before
    assert everything(engine) == tables


def test_an_arrival_leads_to_its_check_in_and_the_person_in_it(engine, projector):
    made = check_in(1)
    body = site.Arrived(event=made.id, device="kiosk-0001", hlc=made.hlc, ticket="A001")
    Journal(engine, device="hub-0001").add(event(2, body, visit=visit_id(1)))
    Journal(engine).add(made)
    projector.step()

    queued, visits, people = (
        tables_site.queued, tables_projection.visits, tables_projection.identities
    )  # fmt: skip
    with database.reading(engine) as connection:
        number = connection.scalar(
            sa.select(people.c.number)
            .join_from(queued, visits, visits.c.event == queued.c.event)
            .join(people, people.c.visit == visits.c.visit)
        )

    assert number == MAU.number


def test_one_body_that_is_wrong_stops_nothing_around_it(engine, projector):
    wrong = events.encode_event(dose(2)).replace(b'"dose_number":2', b'"dose_number":-2')
    Journal(engine).add(check_in(1), wrong, dose(3))

    assert projector.step() == 3

    assert list(dose_records(engine)) == [dose(3).id]
    with database.reading(engine) as connection:
        kinds = connection.scalars(sa.select(database.alarms.c.kind)).all()
    assert kinds == ["event_unreadable"]
