"""What is kept how long: each kind goes by itself, and the page and the figures say so."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories.dashboards import NOW, ZONE, StandingClock, served
from factories.logins import browser
from factories.metrics import samples
from factories.waiting import until

from central.adapters import metrics_prometheus as prometheus
from central.adapters.database import quarantine
from central.adapters.metrics_prometheus import PrometheusMetrics
from central.adapters.overview_sql import SqlOverview
from central.adapters.retention_sql import SqlRetention
from central.config import RetentionConfig
from central.domain.retention import DAYS, Kind, Run, act_of, before
from central.ports import StoreUnavailable
from central.ports.retention import Batch
from central.services.retention import Retention


class PlannedStore:
    """Erases what was planned, batch by batch; a kind that is broken fails at every call."""

    def __init__(self, *broken: Kind) -> None:
        self.broken = set(broken)
        self.asked: list[Kind] = []
        self.done: list[Kind] = []
        self.failures: list[Kind] = []

    def sweep(self, kind, _before, _limit, _run_at):
        self.asked.append(kind)
        if kind in self.broken:
            raise StoreUnavailable("away")
        return Batch(3, more=self.asked.count(kind) == 1)

    def ended(self, kind, _run_at):
        self.done.append(kind)

    def failed(self, kind, _at):
        self.failures.append(kind)
        raise StoreUnavailable("away")

    def runs(self):
        return {}


def test_a_kind_that_fails_stops_no_other():
    store = PlannedStore(Kind.ROSTERS)

    gone = Retention(store, StandingClock(), DAYS).sweep()

    assert gone == {kind: 6 for kind in Kind if kind is not Kind.ROSTERS}
    assert store.failures == [Kind.ROSTERS]
    assert store.done == [kind for kind in Kind if kind is not Kind.ROSTERS]


def test_what_is_kept_for_ever_is_not_even_looked_for():
    store = PlannedStore()

    gone = Retention(store, StandingClock(), DAYS | {Kind.ROSTERS: 0}).sweep()

    assert Kind.ROSTERS not in store.asked
    assert Kind.ROSTERS not in gone
    assert before(0, NOW) is None
    assert before(15, NOW) == NOW - timedelta(days=15)


async def test_it_looks_again_and_again():
    store = PlannedStore()
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(Retention(store, StandingClock(), DAYS).run(0.001))
        await until(lambda: store.done.count(Kind.SESSIONS) >= 2)
        watching.cancel()

    assert store.done[: len(Kind)] == list(Kind)


def test_settings_name_each_kind_and_forms_are_kept_no_longer_than_the_ministry_has_it():
    assert RetentionConfig().days == DAYS
    assert RetentionConfig(rosters_days=0).days[Kind.ROSTERS] == 0
    for wrong in ({"forms_days": 0}, {"forms_days": 16}, {"rounds_days": -1}):
        with pytest.raises(ValueError, match="days"):
            RetentionConfig(**wrong)


def test_the_audit_and_the_figures_say_how_many_of_which_kind_and_nobody():
    assert act_of(Kind.FORMS, 7).record == "retention:forms"
    assert act_of(Kind.FORMS, 7).why == "number=7"


@pytest.fixture
def engine(engine):
    with engine.begin() as connection:
        old = {"topic": "t", "reason": "garbage", "data": b"?", "digest": b"?" * 32}
        connection.execute(
            sa.insert(quarantine).values(old | {"received_at": NOW - timedelta(days=91)})
        )
    return engine


def test_the_page_says_what_is_kept_how_long_and_what_went(engine):
    retention = Retention(SqlRetention(engine), StandingClock(), DAYS | {Kind.ROUNDS: 0})
    with served(SqlOverview(engine), engine=engine, retention=retention) as url:
        with browser(url, "tinh") as client:
            first = client.get("/requests").text
            retention.sweep()
            SqlRetention(engine).failed(Kind.SHEETS, NOW)
            page = client.get("/requests?lang=en").text
            said = client.get("/audit?lang=en").text
        with browser(url, "xa") as client:
            assert client.get("/requests").status_code == 403

    assert "chưa rà soát lần nào" in first
    row = page[page.index("Messages in quarantine, from") :]
    assert row.index("90") < row.index(f"{NOW.astimezone(ZONE):%H:%M}") < row.index(">1<")
    assert "not erased" in page
    assert "could not be erased at" in page
    assert "erased what was kept long enough" in said


def test_figures_count_what_went_and_date_what_is_looked_for(engine):
    retention = Retention(SqlRetention(engine), StandingClock(), DAYS | {Kind.ROUNDS: 0})
    retention.sweep()
    metrics = PrometheusMetrics()
    metrics.measure(lambda: prometheus.of_retention(retention.kept()))

    figures = samples(metrics.text())

    assert figures['tram_retention_erased_total{kind="set_aside"}'] == 1
    assert figures['tram_retention_erased_total{kind="rounds"}'] == 0
    assert figures['tram_retention_run_timestamp_seconds{kind="set_aside"}'] == NOW.timestamp()
    assert 'tram_retention_run_timestamp_seconds{kind="rounds"}' not in figures
    assert retention.kept()[0].run == Run(NOW)
