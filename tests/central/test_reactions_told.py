"""Reactions on their way to the Platform: each with a record and the states of any other."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories.carried_sheets import StoppedClock
from factories.dashboards import served
from factories.devices import AT
from factories.facts import MAU, Journal, check_in, visit_id
from factories.logins import browser
from factories.migrated import migrated_engine
from factories.platforms import ask, sandbox
from factories.site_days import at_desk, dose
from factories.wire import CENTRE_SEAL

from central.adapters.overview_sql import SqlOverview
from central.adapters.platform_fhir_reactions import FhirReactions
from central.adapters.reaction_store import SqlReactionRecords
from central.adapters.tables_doses import dose_discrepancies, reaction_records
from central.adapters.visit_store import SqlProjection
from central.domain.reactions import HeldReaction, ToldReaction, compare_reactions
from central.domain.records import Pace, RecordState
from central.services.conversations import ReactionConversation
from central.services.projection import Projector
from central.services.reconcile import Reconciler
from central.simulated.platform.faults import FaultKind
from protocol import site_events as site

NOW = AT + timedelta(minutes=5)
TOLD = ToldReaction(
    "r1", "v1", "phuoc-dinh", "2026-11-22T01:52:03.004+00:00", "mild", "lan", None,
    "058185000001", "Nguyễn Thị Mẫu", "1985-08-17", "female",
)  # fmt: skip
HELD = HeldReaction(
    "r1", "p1", "2026-11-22T08:52:03+07:00", "mild", "058185000001", "NGUYỄN THỊ MẪU",
    "1985-08-17", "female",
)  # fmt: skip


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    with sandbox(tmp_path_factory.mktemp("platform")) as running:
        yield running


@pytest.fixture
def engine(engine, platform):
    platform.faults.clear()
    Journal(engine).add(check_in(1))
    reaction = at_desk(3, site.ReactionRecorded(severity="moderate", staff="lan"))
    Journal(engine, device="hub-0001").add(dose(2, visit=1), reaction)
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    return engine


@pytest.fixture
def reconciler(engine, platform):
    http = FhirReactions(platform.url, timeout_seconds=20)
    yield Reconciler(
        SqlReactionRecords(engine), ReactionConversation(http), StoppedClock(NOW), lambda: 1.0,
        pace=Pace(),
    )  # fmt: skip
    http.close()


def state(engine):
    with engine.connect() as connection:
        row = connection.execute(sa.select(reaction_records)).one()
    return row.state, row.reason


async def test_a_reaction_is_told_read_back_and_reconciled(engine, reconciler, platform):
    assert state(engine) == (RecordState.PENDING, None)

    assert [await reconciler.step() for _ in range(3)] == [1, 1, 0]

    assert state(engine) == (RecordState.RECONCILED, None)
    with engine.connect() as connection:
        event = connection.scalar(sa.select(reaction_records.c.reaction))
    held = ask(f"{platform.url}/AdverseEvent/{event}").json()
    assert (held["actuality"], held["severity"]["coding"][0]["code"]) == ("actual", "moderate")
    assert held["suspectEntity"][0]["instance"]["identifier"]["system"] == "urn:tram:dose"
    assert MAU.name not in str(held)


async def test_a_refused_reaction_says_why_and_one_that_differs_is_a_discrepancy(
    engine, reconciler, platform
):
    platform.faults.set(_fault(FaultKind.REFUSED))
    await reconciler.step()
    assert state(engine) == (RecordState.REFUSED, "the record was refused (fault on demand)")

    platform.faults.clear()
    with engine.begin() as connection:
        connection.execute(sa.update(reaction_records).values(state="pending", next_try_at=NOW))
    await reconciler.step()
    with engine.connect() as connection:
        place = connection.scalar(sa.select(reaction_records.c.adverse_event))
    held = ask(f"{platform.url}/AdverseEvent/{place}").json()
    held["severity"] = {"coding": [{"code": "severe"}]}
    ask(f"{platform.url}/AdverseEvent/{place}", method="PUT", json=held).raise_for_status()
    await reconciler.step()

    assert state(engine)[0] == RecordState.DIFFERS
    of = dose_discrepancies.c
    with engine.connect() as connection:
        found = connection.execute(
            sa.select(of.scope, of.kind, of.field, of.site, of.ours, of.theirs)
        ).all()
    assert found == [("reaction", "differs", "severity", "phuoc-dinh", "moderate", "severe")]

    with served(SqlOverview(engine), engine=engine) as url, browser(url, "xa") as commune:
        listed = commune.get("/discrepancies").text
        key = re.search(r"/discrepancies/(dose:\d+)", listed)[1]
        page = commune.get(f"/discrepancies/{key}").text
    for shown in (listed, page):
        assert f'<a href="/persons/of/{visit_id(1)}">A001</a>' in shown
    assert "phản ứng sau tiêm" in page


def _fault(kind):
    from central.simulated.platform.faults import Fault

    return Fault(kind, None)


def test_what_is_not_told_in_a_day_is_overdue(engine):
    assert SqlReactionRecords(engine).mark_overdue(AT + timedelta(hours=25)) == 1
    assert SqlReactionRecords(engine).mark_overdue(AT + timedelta(hours=25)) == 0
    assert state(engine)[0] == RecordState.OVERDUE


def test_a_rebuild_keeps_what_was_agreed_with_the_platform(engine):
    with engine.begin() as connection:
        connection.execute(
            sa.update(reaction_records).values(state="reconciled", adverse_event="r", patient="p")
        )

    Projector(SqlProjection(engine), CENTRE_SEAL).rebuild()

    assert state(engine)[0] == RecordState.RECONCILED


def test_a_reaction_of_somebody_who_never_checked_in_is_held(tmp_path):
    engine = migrated_engine(tmp_path)
    reaction = at_desk(3, site.ReactionRecorded(severity="mild", staff="lan"))
    Journal(engine, device="hub-0001").add(reaction)
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    assert state(engine) == (RecordState.HELD, "no_check_in")

    Journal(engine).add(check_in(1))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()

    assert state(engine) == (RecordState.PENDING, None)
    engine.dispose()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"severity": "severe"}, ["severity"]),
        ({"occurred_at": "2026-11-22T01:52:04Z"}, ["occurred_at"]),
        ({"occurred_at": "2026-11-22T01:52:03"}, ["occurred_at"]),
        ({"occurred_at": "hôm qua"}, ["occurred_at"]),
        ({"name": None, "sex": None}, ["name", "sex"]),
    ],
)
def test_a_reaction_is_compared_as_people_mean_it(changes, fields):
    found = compare_reactions(TOLD, [replace(HELD, **changes)])

    assert [one.field for one in found] == fields


def test_what_we_do_not_know_is_no_difference_and_two_entries_are_one():
    assert compare_reactions(replace(TOLD, name=None), [HELD]) == []
    assert compare_reactions(TOLD, []) is None
    twice = compare_reactions(TOLD, [HELD, replace(HELD, id="r2")])
    assert [(one.field, one.theirs) for one in twice] == [("record", "2")]
