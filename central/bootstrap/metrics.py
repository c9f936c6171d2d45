"""What is measured by which process: of itself each; of the database the one that serves pages."""

import socket
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import sqlalchemy as sa
from prometheus_client.metrics_core import Metric

from central.adapters import metrics_prometheus as prometheus
from central.adapters.clock import SystemClock
from central.adapters.machine_disk import machine_figures
from central.adapters.metrics_prometheus import PrometheusMetrics
from central.adapters.standing_sql import SqlStanding
from central.api.metrics import build_metrics_app
from central.api.server import Server, listen
from central.bootstrap.people import retention_desk
from central.bootstrap.work import Leases
from central.config import CentralConfig
from central.ports import StoreError
from central.services.comparing import Comparer
from central.services.ingest import Ingest
from central.services.metrics import StandingDesk
from central.services.platform_line import PlatformLine
from central.services.retention import Retention


def say_what_is_measured(
    metrics: PrometheusMetrics,
    config: CentralConfig,
    engine: sa.Engine,
    clock: SystemClock,
    *,
    ingest: Ingest,
    leases: Leases,
    line: PlatformLine,
    comparer: Comparer,
) -> None:
    """Let ``metrics`` ask the parts of this process; whose work it does not do, it says nothing of."""
    roles = frozenset(config.worker.roles)
    if "ingest" in roles:
        brokers = len(config.broker.places)
        metrics.measure(lambda: prometheus.of_ingest(ingest.status(), brokers))
    metrics.measure(lambda: _of_leases(leases, roles))
    if "reconcile" in roles:
        metrics.measure(lambda: _of_line(leases, line, comparer))
    if "api" in roles:
        desk = StandingDesk(SqlStanding(engine), clock)
        metrics.measure(lambda: prometheus.of_database(desk.look()))
        retention = retention_desk(config, engine, clock)
        metrics.measure(lambda: _of_retention(retention))
    backups = Path(config.backup.directory) if config.backup.directory else None
    data = config.data_directory
    metrics.measure(lambda: prometheus.of_machine(machine_figures(data, backups)))


def metrics_server(
    config: CentralConfig, metrics: PrometheusMetrics
) -> tuple[Server, socket.socket] | None:
    """Return what answers at an address for metrics alone, when the settings name one."""
    settings = config.metrics
    if not settings.port:
        return None
    return Server(build_metrics_app(metrics)), listen(settings.host, settings.port)


def _of_retention(retention: Retention) -> Iterable[Metric]:
    try:
        return prometheus.of_retention(retention.kept())
    except StoreError:
        return ()  # That the database is away is said by ``tram_database_up``.


def _of_leases(leases: Leases, roles: frozenset[str]) -> Iterable[Metric]:
    held = {
        "ingest": leases.shards.held,
        "project": leases.project.held,
        "reconcile": leases.reconcile.held,
    }
    return prometheus.of_leases({work: len(names) for work, names in held.items() if work in roles})


def _of_line(leases: Leases, line: PlatformLine, comparer: Comparer) -> Iterable[Metric]:
    # Who stands by knows nothing of the Platform.
    if not leases.reconcile.held:
        return chain()
    return chain(
        prometheus.of_platform_line(is_open=line.away, failures=line.failures),
        prometheus.of_comparison(comparer.done()),
    )
