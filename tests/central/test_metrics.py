"""What the centre tells a Prometheus: the figures of its database, no person, no device."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from factories import web
from factories.dashboards import NOW, StandingClock, fill, served
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.metrics import samples
from prometheus_client.metrics_core import GaugeMetricFamily

from central.adapters import metrics_prometheus as prometheus
from central.adapters.metrics_prometheus import PrometheusMetrics
from central.adapters.overview_sql import SqlOverview
from central.adapters.standing_sql import SqlStanding
from central.adapters.tables_complaints import centre_complaints
from central.adapters.tables_verification import verification_rounds
from central.api.metrics import build_metrics_app
from central.domain.standing import DeviceHeard, fleet_of
from central.ports import StoreUnavailable
from central.services.metrics import StandingDesk

HEARD = AT + timedelta(minutes=1)
"""When the factory's journals reach the centre."""


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


def told(engine: sa.Engine, now: datetime = NOW) -> dict[str, float]:
    """Return what a Prometheus reads of this database."""
    metrics = PrometheusMetrics()
    metrics.measure(lambda: prometheus.of_database(SqlStanding(engine).read(now)))
    return samples(metrics.text())


def test_records_are_counted_by_kind_and_state_and_the_oldest_waiting_one_is_dated(engine):
    fill(engine)

    figures = told(engine)

    assert figures['tram_records{kind="visit",state="reconciled"}'] == 14
    assert figures['tram_records{kind="visit",state="refused"}'] == 1
    assert figures['tram_records{kind="dose",state="pending"}'] == 0
    assert figures['tram_records_waiting_timestamp_seconds{kind="visit"}'] == AT.timestamp()
    assert figures['tram_discrepancies_open{kind="visit"}'] == 1


def test_what_is_not_projected_is_counted_and_the_oldest_of_it_dated(engine):
    assert told(engine)["tram_projection_behind_events"] == 0

    Journal(engine).add(check_in(1), check_in(2))

    figures = told(engine)
    assert figures["tram_projection_behind_events"] == 2
    assert figures["tram_projection_oldest_timestamp_seconds"] == HEARD.timestamp()


def test_devices_are_online_ill_or_offline_and_the_longest_silence_is_dated(engine):
    fill(engine)

    figures = told(engine)

    # The first of the two says two faults; the second has said nothing of itself yet.
    assert figures['tram_devices{state="ill"}'] == 1
    assert figures['tram_devices{state="offline"}'] == 1
    assert figures['tram_devices{state="online"}'] == 0
    assert figures["tram_devices_silent_timestamp_seconds"] == HEARD.timestamp()


def test_complaints_and_rounds_are_overdue_after_48_hours(engine):
    with engine.begin() as connection:
        for number, hours in enumerate((1, 47, 49)):
            at = NOW - timedelta(hours=hours)
            complaint = {
                "event": f"c{number}", "site": "phuoc-dinh", "ticket": "A001", "subject": "other",
                "source": "centre", "occurred_at": at,
            }  # fmt: skip
            connection.execute(centre_complaints.insert().values(**complaint))
            one = {
                "site": "phuoc-dinh", "state": "sent", "people": 3, "answered": 0, "made_at": at,
                "made_by": "xa",
            }  # fmt: skip
            connection.execute(verification_rounds.insert().values(**one))

    figures = told(engine)

    assert (figures["tram_complaints_open"], figures["tram_complaints_overdue"]) == (3, 1)
    assert figures["tram_verification_rounds_open"] == 3
    assert figures["tram_verification_rounds_overdue"] == 1


def test_no_person_device_or_site_is_in_any_figure(engine):
    fill(engine)
    metrics = PrometheusMetrics()
    metrics.measure(lambda: prometheus.of_database(SqlStanding(engine).read(NOW)))

    text = metrics.text().decode()

    for one in ("kiosk-", "phuoc", "058185", "Mẫu", "A001"):
        assert one not in text


def test_a_device_whose_words_cannot_be_read_counts_as_offline():
    heard = datetime(2026, 11, 23, tzinfo=UTC)
    devices = [
        DeviceHeard(heard, b'{"online": true}', quarantined=True),
        DeviceHeard(heard, b"\xff\xff", quarantined=False),
        DeviceHeard(heard - timedelta(days=2), None, quarantined=False),
    ]

    fleet = fleet_of(devices)

    assert fleet.states == {"online": 1, "ill": 0, "offline": 2}
    assert (fleet.quarantined, fleet.silent_since) == (1, heard - timedelta(days=2))


class Failing:
    """A database that is away."""

    asked = 0

    def read(self, _now):
        self.asked += 1
        raise StoreUnavailable("the database does not answer")


def test_a_database_that_is_away_is_a_figure_and_its_old_figures_are_gone():
    desk = StandingDesk(Failing(), StandingClock())
    metrics = PrometheusMetrics()
    metrics.measure(lambda: prometheus.of_database(desk.look()))

    assert samples(metrics.text())["tram_database_up"] == 0
    assert "tram_records" not in metrics.text().decode()


def test_many_who_ask_at_once_cost_the_database_one_look():
    failing = Failing()
    desk = StandingDesk(failing, StandingClock())

    for _ in range(5):
        desk.look()

    assert failing.asked == 1


async def test_an_address_for_metrics_alone_answers_whoever_was_let_reach_it():
    metrics = PrometheusMetrics()
    metrics.measure(lambda: prometheus.of_leases({"ingest": 64}))
    elsewhere = httpx.ASGITransport(build_metrics_app(metrics), client=("192.0.2.9", 50000))

    async with httpx.AsyncClient(transport=elsewhere, base_url="http://metrics") as client:
        answers = {path: await client.get(path) for path in ("/metrics", "/health", "/", "/api")}

    assert samples(answers["/metrics"].content)['tram_leases_held{work="ingest"}'] == 64
    assert [answer.status_code for answer in answers.values()] == [200, 200, 404, 404]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_metrics_answer_programs_of_this_machine_without_a_log_in_and_nobody_else(engine):
    metrics = PrometheusMetrics()
    metrics.measure(lambda: [GaugeMetricFamily("tram_answer", "It", value=42)])

    with served(SqlOverview(engine), engine=engine, metrics=metrics) as url:
        here = web.get(f"{url}/metrics")
        behind_a_proxy = web.get(f"{url}/metrics", headers={"x-forwarded-for": "192.0.2.1"})

    assert samples(here.content)["tram_answer"] == 42
    assert here.headers["content-type"].startswith("text/plain; version=")
    assert behind_a_proxy.status_code == 404
