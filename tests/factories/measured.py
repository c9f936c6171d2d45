"""Every family that the centre ever measures, made from figures that stand for nothing."""

from collections import Counter
from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from central.adapters import metrics_prometheus as prometheus
from central.adapters.metrics_prometheus import PrometheusMetrics
from central.domain.records import RecordState
from central.domain.retention import Kept, Kind, Run
from central.domain.standing import Fleet, Standing
from central.ports.standing import MachineFigures
from central.services.ingest import IngestStatus

_AT = datetime(2026, 11, 23, tzinfo=UTC)


def all_measured() -> PrometheusMetrics:
    """Return metrics with each family in them at least once."""
    metrics = PrometheusMetrics()
    metrics.acknowledged(0.01)
    status = IngestStatus(quarantined=Counter({"bad_signature": 1}))
    standing = Standing(
        behind=1,
        behind_since=_AT,
        records={("visit", state.value): 1 for state in RecordState},
        waiting_since={"visit": _AT},
        discrepancies={"visit": 1},
        alarms={"fork": 1},
        set_aside=1,
        complaints_open=1,
        complaints_overdue=1,
        rounds_open=1,
        rounds_overdue=1,
        fleet=Fleet({"online": 1, "ill": 1, "offline": 1}, 1, _AT),
        lists_as_of={"trust": _AT},
        ownerless={"ingest": 1},
    )
    metrics.measure(lambda: prometheus.of_ingest(status, 2))
    metrics.measure(lambda: prometheus.of_leases({"ingest": 64}))
    metrics.measure(lambda: prometheus.of_platform_line(is_open=True, failures=5))
    metrics.measure(lambda: prometheus.of_comparison({"read": _AT, "compared": _AT}))
    metrics.measure(lambda: prometheus.of_machine(MachineFigures(1, 2, _AT, 3)))
    metrics.measure(lambda: prometheus.of_database(standing))
    kept = [Kept(Kind.FORMS, 15, Run(_AT, 1, 2))]
    metrics.measure(lambda: prometheus.of_retention(kept))
    return metrics


def families() -> dict[str, set[str]]:
    """Return the names of all samples, each with its labels."""
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(all_measured().text().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found
