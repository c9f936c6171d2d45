"""The reconciler against the sandbox Platform and its faults: what the operator sees of each."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from factories.devices import AT
from factories.facts import MAU, Journal, check_in, visit_id
from factories.migrated import migrated_engine
from factories.platforms import sandbox
from factories.waiting import until
from factories.wire import CENTRE_SEAL

from central.adapters import database
from central.adapters.overview_sql import SqlOverview
from central.adapters.platform_fhir import FhirPlatform
from central.adapters.record_store import SqlRecords
from central.adapters.visit_store import SqlProjection
from central.domain.breaker import Breaker
from central.domain.figures import day_of
from central.domain.records import Pace
from central.ports import PlatformUnavailable, StoreError, StoreRefused, StoreUnavailable
from central.services.conversations import VisitConversation
from central.services.platform_line import PlatformLine
from central.services.projection import Projector
from central.services.reconcile import Reconciler
from central.simulated.platform.faults import FaultKind

DAY = day_of(AT, ZoneInfo("Asia/Ho_Chi_Minh"))


class MovableClock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.at = AT + timedelta(minutes=2)

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Bench:
    """A centre's reconciler with a database, a Platform and a clock to play with."""

    def __init__(self, engine: sa.Engine, platform) -> None:
        self.engine = engine
        self.sandbox = platform
        self.clock = MovableClock()
        self.records = SqlRecords(engine)
        self.journal = Journal(engine)
        self.projector = Projector(SqlProjection(engine), CENTRE_SEAL)
        self.http = FhirPlatform(platform.url, timeout_seconds=2)
        self.reconciler = self.restarted()

    def restarted(self) -> Reconciler:
        """Return a reconciler that remembers nothing, as after kill -9."""
        return Reconciler(
            self.records,
            VisitConversation(self.http),
            self.clock,
            lambda: 1.0,
            pace=Pace(),
            line=PlatformLine(Breaker(threshold=1000)),
        )

    def arrive(self, *numbers: int, **changes: object) -> None:
        self.journal.add(*(check_in(number, **changes) for number in numbers))
        self.projector.step()

    async def settle(self, steps: int = 4) -> None:
        """Let the reconciler do all that is due now."""
        for _ in range(steps):
            await self.reconciler.step()

    def state(self, number: int = 1) -> tuple[str, str | None]:
        """Return what the list shows of a visit."""
        rows = {row.visit: row for row in SqlOverview(self.engine).visits(DAY, 100)}
        row = rows[visit_id(number)]
        return row.state, row.reason

    def stored_reason(self) -> str:
        query = sa.text("SELECT reason FROM records WHERE state = 'refused'")
        with database.reading(self.engine) as connection:
            return connection.scalar(query) or ""

    def open_fields(self) -> list[str]:
        overview = SqlOverview(self.engine).overview(DAY, self.clock.now())
        return [row.field for row in overview.discrepancies]


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    with sandbox(tmp_path_factory.mktemp("platform")) as running:
        yield running


@pytest.fixture
def bench(tmp_path, platform):
    engine = migrated_engine(tmp_path)
    platform.faults.clear()
    # Each test meets a Platform that knows nobody.
    platform.store._database.executescript("DELETE FROM tokens; DELETE FROM resources;")
    bench = Bench(engine, platform)
    yield bench
    bench.http.close()
    engine.dispose()


async def test_a_visit_is_told_read_back_and_reconciled(bench):
    bench.arrive(1)

    await bench.settle()

    assert bench.state() == ("reconciled", None)
    assert bench.open_fields() == []


@pytest.mark.parametrize("kind", [FaultKind.DOWN, FaultKind.ERROR, FaultKind.GARBAGE])
async def test_a_platform_that_gives_no_answer_leaves_the_record_pending_with_the_reason(
    bench, kind
):
    bench.arrive(1)
    bench.sandbox.fault(kind, times=1)

    await bench.settle()

    assert bench.state() == ("pending", "platform_unavailable")
    bench.clock.move(minutes=1)
    await bench.settle()
    assert bench.state() == ("reconciled", None)
    assert bench.sandbox.held("Encounter", visit_id(1)) == 1


async def test_a_slow_platform_costs_its_own_record_one_attempt_and_no_other_its_turn(bench):
    bench.arrive(1, 2, 3)
    bench.sandbox.fault(FaultKind.SLOW, times=1, seconds=3)

    await bench.settle()

    assert sorted(bench.state(number)[0] for number in (1, 2, 3)) == [
        "pending",
        "reconciled",
        "reconciled",
    ]
    bench.clock.move(minutes=1)
    await bench.settle()
    assert {bench.state(number)[0] for number in (1, 2, 3)} == {"reconciled"}


async def test_too_many_requests_waits_as_long_as_the_platform_asks(bench):
    bench.arrive(1)
    bench.sandbox.fault(FaultKind.THROTTLED, times=1, seconds=120)

    await bench.settle()
    bench.clock.move(seconds=119)
    await bench.settle()
    assert bench.state() == ("pending", "platform_unavailable")

    bench.clock.move(seconds=2)
    await bench.settle()
    assert bench.state() == ("reconciled", None)


async def test_an_answer_lost_after_the_commit_makes_no_second_record(bench):
    bench.arrive(1)
    bench.sandbox.fault(FaultKind.LOST_ANSWER, times=1)
    await bench.settle()
    assert bench.state() == ("pending", "platform_unavailable")

    bench.clock.move(minutes=1)
    await bench.settle()

    assert bench.state() == ("reconciled", None)
    assert bench.sandbox.held("Encounter", visit_id(1)) == 1
    assert bench.sandbox.held("Patient", MAU.number) == 1


async def test_killed_between_the_platforms_commit_and_ours_it_tells_again_and_nothing_doubles(
    bench,
):
    bench.arrive(1)
    (due,) = bench.records.due(bench.clock.now(), 10)
    bench.http.submit(due.told)

    bench.reconciler = bench.restarted()
    await bench.settle()

    assert bench.state() == ("reconciled", None)
    assert bench.sandbox.held("Encounter", visit_id(1)) == 1


async def test_a_record_that_the_platform_doubled_is_a_named_discrepancy(bench):
    bench.arrive(1)
    bench.sandbox.fault(FaultKind.DUPLICATE, times=1)

    await bench.settle()

    assert bench.state() == ("differs", "differs")
    assert bench.open_fields() == ["record"]


@pytest.mark.parametrize("field", ["name", "birth", "sex", "number"])
async def test_a_field_that_the_platform_changed_is_named(bench, field):
    bench.arrive(1)
    bench.sandbox.fault(FaultKind.CHANGED_FIELD, times=1, field=field)

    await bench.settle()

    assert bench.state() == ("differs", "differs")
    assert bench.open_fields() == [field]


async def test_a_time_that_the_platform_changed_is_named(bench):
    bench.arrive(1)
    bench.sandbox.fault(FaultKind.CHANGED_FIELD, times=1, field="time")

    await bench.settle()

    assert bench.open_fields() == ["checked_in_at"]


async def test_an_answer_about_another_visit_is_named(bench):
    bench.arrive(1)
    bench.sandbox.fault(FaultKind.OTHER_RECORD, times=1)

    await bench.settle()

    assert bench.open_fields() == ["visit"]


async def test_a_platform_that_contradicts_itself_differs_until_it_says_the_truth(bench):
    bench.arrive(1)
    bench.sandbox.fault(FaultKind.LYING, times=1, field="birth")
    await bench.settle()
    assert bench.open_fields() == ["birth"]

    bench.clock.move(hours=1)
    await bench.settle()

    assert bench.state() == ("reconciled", None)
    assert bench.open_fields() == []


async def test_a_refused_record_keeps_the_platforms_words_and_holds_up_no_other(bench):
    bench.arrive(1)
    bench.sandbox.fault(FaultKind.REFUSED, times=1)
    await bench.settle()
    bench.arrive(2)

    await bench.settle()

    assert bench.state(1) == ("refused", None)
    assert "the record was refused (fault on demand)" in bench.stored_reason()
    assert bench.state(2) == ("reconciled", None)


async def test_a_name_that_is_spelt_another_way_is_the_same_name(bench):
    bench.arrive(1, identity=_named("Đỗ Thị Hòa"))
    await bench.settle()

    bench.arrive(2, identity=_named("ĐỖ  THỊ HOÀ"))
    await bench.settle()

    assert bench.state(2) == ("reconciled", None)


async def test_an_entry_that_does_not_show_yet_waits_and_is_no_discrepancy(bench):
    bench.arrive(1)
    bench.sandbox.fault(FaultKind.EMPTY, times=1)

    await bench.settle()

    assert bench.state() == ("accepted", "not_on_platform")
    assert bench.open_fields() == []
    bench.clock.move(minutes=5)
    await bench.settle()
    assert bench.state() == ("reconciled", None)


async def test_an_entry_that_the_platform_lost_is_named_and_told_again_after_an_hour(bench):
    bench.arrive(1)
    await bench.reconciler.step()
    bench.sandbox.store._database.executescript("DELETE FROM tokens; DELETE FROM resources;")
    await bench.settle()
    bench.clock.move(hours=1)
    await bench.reconciler.step()
    assert bench.open_fields() == ["record"]

    bench.clock.move(minutes=10)
    await bench.settle()

    assert bench.state() == ("reconciled", None)
    assert bench.open_fields() == []


async def test_what_is_not_settled_in_24_hours_is_overdue_and_goes_on(bench):
    bench.arrive(1)
    bench.sandbox.fault(FaultKind.DOWN, times=None)
    await bench.settle()
    bench.clock.move(hours=24, minutes=1)
    await bench.settle()
    assert bench.state()[0] == "overdue"

    bench.sandbox.faults.clear()
    bench.clock.move(minutes=10)
    await bench.settle()

    assert bench.state() == ("reconciled", None)


async def test_a_platform_that_is_away_is_probed_with_one_record_not_with_all(bench):
    asked = []

    class AwayPlatform:
        def submit(self, record):
            asked.append(record.visit)
            raise PlatformUnavailable("away")

        def read_back(self, _visit):
            raise PlatformUnavailable("away")

    bench.arrive(*range(1, 31))
    bench.reconciler = Reconciler(
        bench.records, VisitConversation(AwayPlatform()), bench.clock, lambda: 1.0, pace=Pace()
    )

    await bench.settle(1)
    first = len(asked)
    # Longer than the longest pause, for each one that was on its way lengthens it.
    bench.clock.move(seconds=61)
    await bench.settle(1)

    # Five failures open the breaker; those already on their way finish.
    assert 5 <= first <= 8
    assert len(asked) == first + 1


async def test_a_database_that_is_away_is_waited_for(bench):
    bench.arrive(1)
    ailing = AilingRecords(bench.records, failures=3)
    reconciler = Reconciler(
        ailing,
        VisitConversation(bench.http),
        bench.clock,
        lambda: 1.0,
        pace=Pace(),
        interval_seconds=0.01,
    )

    running = asyncio.ensure_future(reconciler.run())
    await until(lambda: bench.state() == ("reconciled", None))
    running.cancel()

    assert ailing.failures == 0


async def test_an_answer_that_cannot_be_kept_rests_its_record_and_holds_up_no_other(bench):
    class Choosy(AilingRecords):
        def save(self, record, found, now):
            if record.subject == visit_id(1) and record.state != "refused":
                raise StoreRefused("the database cannot hold a value: DataError")
            self._records.save(record, found, now)

    bench.arrive(1, 2)
    bench.reconciler._store = Choosy(bench.records, failures=0)

    await bench.settle()

    assert bench.state(1) == ("refused", None)
    assert bench.stored_reason() == "cannot_be_kept"
    assert bench.state(2) == ("reconciled", None)


class AilingRecords:
    """Real records before which the database fails a number of times, at reading and at writing."""

    def __init__(self, records: SqlRecords, failures: int) -> None:
        self._records = records
        self.failures = failures

    def due(self, now, limit):
        self._fail(odd=True)
        return self._records.due(now, limit)

    def save(self, record, found, now):
        self._fail(odd=False)
        self._records.save(record, found, now)

    def mark_overdue(self, opened_before):
        return self._records.mark_overdue(opened_before)

    def _fail(self, *, odd):
        if self.failures and self.failures % 2 == odd:
            self.failures -= 1
            # Away, or of another mind: neither ends what runs.
            raise StoreUnavailable("away") if odd else StoreError("refused: ProgrammingError")


def _named(name):
    fields = {field: getattr(MAU, field) for field in MAU.__struct_fields__}
    return type(MAU)(**(fields | {"name": name}))


def test_the_pace_doubles_to_a_cap_and_never_stands_still():
    pace = replace(Pace(), first_wait=timedelta(seconds=2), longest_wait=timedelta(minutes=5))

    waits = [pace.wait(attempts, 1.0).total_seconds() for attempts in (0, 1, 2, 7, 8, 500)]

    assert waits == [2, 4, 8, 256, 300, 300]
    assert pace.wait(3, 0.0).total_seconds() == 0.5
