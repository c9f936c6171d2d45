"""The reconciler of doses against the sandbox Platform and its faults: what each dose comes to."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories.devices import AT
from factories.facts import MAU, Journal, check_in
from factories.migrated import migrated_engine
from factories.platforms import ask, sandbox
from factories.site_days import dose
from factories.wire import CENTRE_SEAL

from central.adapters import database
from central.adapters.dose_store import SqlDoseRecords, SqlMirror
from central.adapters.platform_fhir_doses import FhirDoses
from central.adapters.tables_doses import dose_discrepancies, dose_records
from central.adapters.visit_store import SqlProjection
from central.domain.breaker import Breaker
from central.domain.rate import Rate
from central.domain.records import Pace
from central.services.conversations import DoseConversation
from central.services.platform_line import PlatformLine
from central.services.projection import Projector
from central.services.reconcile import Reconciler
from central.simulated.platform.faults import FaultKind


class MovableClock:
    def __init__(self):
        self.at = AT + timedelta(minutes=2)

    def now(self):
        return self.at

    def move(self, **by):
        self.at += timedelta(**by)


class Bench:
    """A centre's reconciler of doses with a database, a Platform and a clock to play with."""

    def __init__(self, engine, platform):
        self.engine, self.sandbox = engine, platform
        self.clock = MovableClock()
        self.journal = Journal(engine)
        self.http = FhirDoses(platform.url, timeout_seconds=20)
        self.reconciler = self.restarted()

    def restarted(self, rate=None):
        line = PlatformLine(Breaker(threshold=1000), rate)
        conversation = DoseConversation(self.http, SqlMirror(self.engine), self.clock)
        return Reconciler(
            SqlDoseRecords(self.engine),
            conversation,
            self.clock,
            lambda: 1.0,
            pace=Pace(),
            line=line,
        )

    def happen(self, *made):
        self.journal.add(*made)
        Projector(SqlProjection(self.engine), CENTRE_SEAL).step()

    async def settle(self, steps=4):
        for _ in range(steps):
            await self.reconciler.step()

    def states(self):
        with database.reading(self.engine) as connection:
            found = sa.select(dose_records.c.dose, dose_records.c.state)
            return {row.dose: row.state for row in connection.execute(found)}

    def state(self):
        (state,) = self.states().values()
        return state

    def open_kinds(self):
        table = dose_discrepancies
        query = sa.select(table.c.kind, table.c.field).where(table.c.closed_at.is_(None))
        with database.reading(self.engine) as connection:
            return sorted(f"{kind} {field}".strip() for kind, field in connection.execute(query))

    def on_platform(self):
        """Return the valid doses that the Platform holds."""
        found = ask(f"{self.sandbox.url}/Immunization").json()["entry"]
        entries = [one["resource"] for one in found]
        return [one for one in entries if one["status"] == "completed"]

    def type_in(self, **changes):
        typed = {"number": MAU.number, "name": MAU.name, "vaccine": "vx một", "dose_number": 2,
                 "day": "2026-11-22", "lot": "AB12", "birth": MAU.birth, "sex": MAU.sex}  # fmt: skip
        admin = self.sandbox.url.removesuffix("/fhir")
        answer = ask(f"{admin}/typed-doses", method="POST", json=typed | changes)
        answer.raise_for_status()


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    with sandbox(tmp_path_factory.mktemp("platform")) as running:
        yield running


@pytest.fixture
def bench(tmp_path, platform):
    engine = migrated_engine(tmp_path)
    platform.faults.clear()
    platform.store._database.executescript("DELETE FROM tokens; DELETE FROM resources;")
    bench = Bench(engine, platform)
    yield bench
    bench.http.close()
    engine.dispose()


async def test_a_dose_is_told_read_back_and_reconciled(bench):
    bench.happen(check_in(1), dose(2))

    await bench.settle()

    assert bench.state() == "reconciled"
    (held,) = bench.on_platform()
    assert (held["lotNumber"], held["expirationDate"]) == ("AB-12", "2027-01-31")
    assert bench.open_kinds() == []


async def test_a_dose_that_staff_typed_in_is_matched_and_not_doubled(bench):
    bench.type_in()
    bench.happen(check_in(1), dose(2))

    await bench.settle()

    assert bench.state() == "reconciled"
    assert len(bench.on_platform()) == 1


async def test_a_typed_dose_that_differs_is_matched_and_its_field_named(bench):
    bench.type_in(lot="ZZ9")
    bench.happen(check_in(1), dose(2))

    await bench.settle()

    assert (bench.state(), bench.open_kinds()) == ("differs", ["differs lot"])
    assert len(bench.on_platform()) == 1


async def test_an_earlier_dose_on_the_platform_is_another_dose(bench):
    bench.type_in(dose_number=1, day="2026-10-01")
    bench.happen(check_in(1), dose(2))

    await bench.settle()

    assert bench.state() == "reconciled"
    assert len(bench.on_platform()) == 2


async def test_an_answer_lost_after_the_commit_makes_no_second_dose(bench):
    bench.happen(check_in(1), dose(2))
    bench.sandbox.fault(FaultKind.LOST_ANSWER, times=1)
    await bench.settle()
    assert bench.state() == "pending"

    bench.clock.move(minutes=1)
    await bench.settle()

    assert bench.state() == "reconciled"
    assert len(bench.on_platform()) == 1


async def test_killed_between_the_platforms_commit_and_ours_nothing_doubles(bench):
    bench.happen(check_in(1), dose(2))
    (due,) = SqlDoseRecords(bench.engine).due(bench.clock.now(), 10)
    bench.http.submit_dose(due.told)

    bench.reconciler = bench.restarted()
    await bench.settle()

    assert (bench.state(), len(bench.on_platform())) == ("reconciled", 1)


@pytest.mark.parametrize("kind", [FaultKind.DOWN, FaultKind.ERROR, FaultKind.GARBAGE])
async def test_without_an_answer_it_is_tried_again_then_failing_then_overdue(bench, kind):
    bench.happen(check_in(1), dose(2))
    bench.sandbox.fault(kind, times=None)

    await bench.settle(1)
    assert bench.state() == "pending"
    for _ in range(5):
        bench.clock.move(minutes=6)
        await bench.settle(1)
    assert bench.state() == "failing"
    bench.clock.move(hours=24)
    await bench.settle(1)
    assert bench.state() == "overdue"

    bench.sandbox.faults.clear()
    bench.clock.move(minutes=6)
    await bench.settle()
    assert (bench.state(), len(bench.on_platform())) == ("reconciled", 1)


async def test_a_refused_dose_keeps_the_reason_and_holds_up_no_other(bench):
    bench.happen(check_in(1), dose(2))
    bench.sandbox.fault(FaultKind.REFUSED, times=1)
    await bench.settle()
    bench.happen(check_in(3), dose(4, visit=3, dose_number=3))

    await bench.settle()

    assert bench.states() == {dose(2).id: "refused", dose(4).id: "reconciled"}
    with database.reading(bench.engine) as connection:
        reasons = connection.scalars(sa.select(dose_records.c.reason)).all()
    assert "the record was refused (fault on demand)" in " ".join(filter(None, reasons))


async def test_a_dose_that_the_platform_doubled_is_named(bench):
    bench.happen(check_in(1), dose(2))
    bench.sandbox.fault(FaultKind.DUPLICATE, times=1)

    await bench.settle()

    assert (bench.state(), bench.open_kinds()) == ("differs", ["doubled"])


@pytest.mark.parametrize("field", ["vaccine", "lot", "dose_number", "day", "name", "birth", "sex"])
async def test_a_field_that_the_platform_changed_is_named(bench, field):
    bench.happen(check_in(1), dose(2))
    bench.sandbox.fault(FaultKind.CHANGED_FIELD, times=1, field=field)

    await bench.settle()

    assert (bench.state(), bench.open_kinds()) == ("differs", [f"differs {field}"])


async def test_a_platform_that_lies_differs_until_it_says_the_truth(bench):
    bench.happen(check_in(1), dose(2))
    await bench.reconciler.step()
    bench.sandbox.fault(FaultKind.LYING, times=2, field="lot")
    await bench.settle()
    assert bench.open_kinds() == ["differs lot"]

    bench.clock.move(hours=1)
    await bench.settle()

    assert (bench.state(), bench.open_kinds()) == ("reconciled", [])


async def test_an_answer_about_another_dose_is_named(bench):
    bench.happen(check_in(1), dose(2))
    await bench.reconciler.step()
    bench.sandbox.fault(FaultKind.OTHER_RECORD, times=2, about="Immunization")

    await bench.settle()

    assert (bench.state(), bench.open_kinds()) == ("differs", ["other_answer"])


async def test_a_correction_withdraws_what_was_told_and_tells_what_stands(bench):
    bench.happen(check_in(1), dose(2))
    await bench.settle()

    bench.happen(dose(3, replaces=dose(2).id, lot="CD-34"))
    await bench.settle()

    assert bench.states() == {dose(2).id: "withdrawn", dose(3).id: "reconciled"}
    assert [one["lotNumber"] for one in bench.on_platform()] == ["CD-34"]


async def test_an_outcome_that_comes_after_the_correction_brings_nothing_back(bench):
    bench.happen(check_in(1), dose(2))
    (due,) = SqlDoseRecords(bench.engine).due(bench.clock.now(), 10)
    bench.happen(dose(3, replaces=dose(2).id))

    SqlDoseRecords(bench.engine).save(due.record, None, bench.clock.now())

    assert bench.states()[dose(2).id] == "withdrawing"


async def test_the_rate_lets_through_no_more_than_it_says(bench):
    bench.happen(*(check_in(n) for n in range(1, 9)))
    bench.happen(*(dose(n + 10, visit=n) for n in range(1, 9)))
    bench.reconciler = bench.restarted(Rate(3.0))

    tried = [await bench.reconciler.step(), await bench.reconciler.step()]
    bench.clock.move(seconds=1)
    tried.append(await bench.reconciler.step())

    assert tried == [3, 0, 3]
