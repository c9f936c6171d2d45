"""What is measured, as Prometheus reads it; a registry of its own, nothing global.

No label is ever a person, a device or a site: at most a state, a kind, a reason.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from central.domain.retention import Kept
from central.domain.standing import Standing
from central.ports.standing import MachineFigures
from central.services.ingest import IngestStatus

_ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class PrometheusMetrics:
    """The port ``Metrics``.

    Attributes:
        acknowledged: Takes the seconds from a message's arrival to its acknowledgement.
    """

    media_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.acknowledged: Callable[[float], None] = Histogram(
            "tram_ingest_ack_seconds",
            "From a message's arrival to the acknowledgement of its commit",
            buckets=_ACK_BUCKETS,
            registry=self._registry,
        ).observe

    def measure(self, families: Callable[[], Iterable[Metric]]) -> None:
        """Ask ``families`` for its figures whenever somebody asks for the text."""
        self._registry.register(_Asked(families))

    def text(self) -> bytes:
        return generate_latest(self._registry)


class _Asked(Collector):
    def __init__(self, families: Callable[[], Iterable[Metric]]) -> None:
        self._families = families

    def describe(self) -> Iterable[Metric]:
        # Nothing is asked of the database only to learn names.
        return ()

    def collect(self) -> Iterable[Metric]:
        return self._families()


def of_ingest(status: IngestStatus, brokers: int) -> Iterator[Metric]:
    """Yield what this process took in since it started."""
    yield _total("tram_ingest_batches", "Batches that were taken", status.batches)
    yield _total("tram_ingest_events", "Events in them, repeated ones too", status.events)
    yield _total("tram_ingest_greetings", "Devices that said hello", status.greetings)
    yield _total("tram_ingest_acks", "Acknowledgements", status.acks)
    yield _total("tram_ingest_shed", "Messages dropped because too much was held", status.shed)
    yield _total(
        "tram_ingest_store_failures", "Times the database took nothing", status.store_failures
    )
    refused = CounterMetricFamily(
        "tram_ingest_quarantined", "Messages set aside, by reason", labels=["reason"]
    )
    for reason, number in sorted(status.quarantined.items()):
        refused.add_metric([reason], number)
    yield refused
    yield _gauge("tram_ingest_brokers", "Brokers that this process is to hear", brokers)
    yield _gauge("tram_ingest_brokers_connected", "Of them, connected now", status.brokers)


def of_leases(held: Mapping[str, int]) -> Iterator[Metric]:
    """Yield what of the shared work this process does now."""
    yield _gauges("tram_leases_held", "Leases that this process holds", "work", held)


def of_platform_line(*, is_open: bool, failures: int) -> Iterator[Metric]:
    """Yield how the line to the Platform stands; for the process that speaks to it."""
    yield _gauge("tram_platform_breaker_open", "1 while the Platform is left in peace", is_open)
    yield _gauge("tram_platform_failures", "Questions in a row without an answer", failures)


def of_comparison(done: Mapping[str, datetime]) -> Iterator[Metric]:
    """Yield when the Platform's list was last read, and all last compared; for that process."""
    what = "When the Platform's list was last read to the end, and all last compared with it"
    yield _moments("tram_comparison_timestamp_seconds", what, "step", done)


def of_machine(figures: MachineFigures) -> Iterator[Metric]:
    """Yield disk and backup of this machine."""
    free, size = figures.disk_free_bytes, figures.disk_size_bytes
    yield _gauge("tram_disk_free_bytes", "Free where the centre's data lie", free)
    yield _gauge("tram_disk_size_bytes", "Size of that disk", size)
    if figures.backup_at is not None:
        yield _moment("tram_backup_timestamp_seconds", "The newest backup", figures.backup_at)
        yield _gauge("tram_backup_size_bytes", "Its size", figures.backup_bytes)


def of_retention(kept: Iterable[Kept]) -> Iterator[Metric]:
    """Yield how much was erased because it was old, and when that was last looked for."""
    gone = CounterMetricFamily(
        "tram_retention_erased", "Erased because it was kept long enough", labels=["kind"]
    )
    looked = {}
    for one in kept:
        gone.add_metric([one.kind], one.run.total)
        # What is kept for ever is not looked for, and must not seem to be forgotten.
        if one.days and one.run.at is not None:
            looked[one.kind.value] = one.run.at
    yield gone
    what = "When it was last looked for what is old, to the end"
    yield _moments("tram_retention_run_timestamp_seconds", what, "kind", looked)


def of_database(standing: Standing | None) -> Iterator[Metric]:
    """Yield what the database says; of one that is away, that it is."""
    yield _gauge("tram_database_up", "1 when the database answered", standing is not None)
    if standing is not None:
        yield from _of_work(standing)
        yield from _of_people_s_work(standing)
        yield from _of_fleet(standing)


def _of_work(standing: Standing) -> Iterator[Metric]:
    yield _gauge(
        "tram_projection_behind_events", "Events stored and not projected", standing.behind
    )
    if standing.behind_since is not None:
        oldest = standing.behind_since
        yield _moment("tram_projection_oldest_timestamp_seconds", "The oldest of them", oldest)
    records = GaugeMetricFamily(
        "tram_records", "Records for the Platform", labels=["kind", "state"]
    )
    for labels, number in sorted(standing.records.items()):
        records.add_metric(labels, number)
    yield records
    yield _moments(
        "tram_records_waiting_timestamp_seconds",
        "Since when the oldest record waits for the Platform",
        "kind",
        standing.waiting_since,
    )
    yield _gauges(
        "tram_leases_ownerless", "Leases that no process keeps", "work", standing.ownerless
    )


def _of_people_s_work(standing: Standing) -> Iterator[Metric]:
    yield _gauges(
        "tram_discrepancies_open", "Open differences, by kind", "kind", standing.discrepancies
    )
    yield _gauges("tram_alarms_open", "Alarms that nobody cleared", "kind", standing.alarms)
    yield _gauge("tram_quarantine_messages", "Messages set aside", standing.set_aside)
    yield _gauge("tram_complaints_open", "Complaints without an answer", standing.complaints_open)
    overdue = standing.complaints_overdue
    yield _gauge("tram_complaints_overdue", "Of them, older than 48 hours", overdue)
    yield _gauge("tram_verification_rounds_open", "Rounds with the police", standing.rounds_open)
    overdue = standing.rounds_overdue
    yield _gauge("tram_verification_rounds_overdue", "Of them, older than 48 hours", overdue)
    yield _moments(
        "tram_list_timestamp_seconds",
        "When a list for certificates was last known to be current",
        "list",
        standing.lists_as_of,
    )


def _of_fleet(standing: Standing) -> Iterator[Metric]:
    fleet = standing.fleet
    yield _gauges("tram_devices", "Devices, by what they last said", "state", fleet.states)
    yield _gauge("tram_devices_quarantined", "Devices with a doubled journal", fleet.quarantined)
    if fleet.silent_since is not None:
        what = "When the device that is silent longest was last heard"
        yield _moment("tram_devices_silent_timestamp_seconds", what, fleet.silent_since)


def _total(name: str, what: str, value: float) -> Metric:
    return CounterMetricFamily(name, what, value=value)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _moment(name: str, what: str, at: datetime) -> Metric:
    return GaugeMetricFamily(name, what, value=at.timestamp())


def _gauges(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=[label])
    for value, number in sorted(values.items()):
        family.add_metric([value], number)
    return family


def _moments(name: str, what: str, label: str, values: Mapping[str, datetime]) -> Metric:
    return _gauges(name, what, label, {key: at.timestamp() for key, at in values.items()})
