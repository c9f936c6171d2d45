"""Prometheus' own tool reads the rules and says of each alert when it speaks, and when it is silent."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.system

RULES = Path(__file__).parents[2] / "ansible/roles/monitoring/files/tram.rules.yml"
PROMTOOL = shutil.which("promtool", path=Path(sys.executable).parent) or shutil.which("promtool")
HEALTHY = {
    'up{job="tram",instance="a"}': "1x{n}",
    "tram_database_up": "1x{n}",
    'tram_leases_held{work="ingest"}': "64x{n}",
    'tram_leases_held{work="reconcile"}': "1x{n}",
    "tram_ingest_brokers": "2x{n}",
    "tram_ingest_brokers_connected": "2x{n}",
    'tram_ingest_ack_seconds_bucket{le="0.01"}': "0+{many}x{n}",
    'tram_ingest_ack_seconds_bucket{le="2.5"}': "0+{many}x{n}",
    'tram_ingest_ack_seconds_bucket{le="10"}': "0+{many}x{n}",
    'tram_ingest_ack_seconds_bucket{le="+Inf"}': "0+{many}x{n}",
    "tram_ingest_shed_total": "0x{n}",
    'tram_ingest_quarantined_total{reason="bad_signature"}': "3x{n}",
    "tram_projection_oldest_timestamp_seconds": "0+{step}x{n}",
    "tram_platform_breaker_open": "0x{n}",
    'tram_comparison_timestamp_seconds{step="read"}': "0+{step}x{n}",
    'tram_comparison_timestamp_seconds{step="compared"}': "0+{step}x{n}",
    'tram_records_waiting_timestamp_seconds{kind="dose"}': "0+{step}x{n}",
    'tram_records{kind="dose",state="overdue"}': "0x{n}",
    'tram_records{kind="dose",state="refused"}': "0x{n}",
    'tram_discrepancies_open{kind="not_there"}': "5x{n}",
    "tram_complaints_overdue": "0x{n}",
    "tram_verification_rounds_overdue": "0x{n}",
    'tram_alarms_open{kind="loss"}': "1x{n}",
    'tram_devices{state="online"}': "40x{n}",
    'tram_devices{state="ill"}': "0x{n}",
    'tram_devices{state="offline"}': "7x{n}",
    'tram_list_timestamp_seconds{list="trust"}': "0+{step}x{n}",
    'tram_retention_run_timestamp_seconds{kind="forms"}': "0+{step}x{n}",
    'tram_disk_free_bytes{instance="a"}': "50x{n}",
    'tram_disk_size_bytes{instance="a"}': "100x{n}",
    "tram_backup_timestamp_seconds": "0+{step}x{n}",
}
# Of each alert: what goes wrong, and after how many minutes somebody hears of it.
ILLS = {
    "TramCentreDown": ({'up{job="tram",instance="a"}': "0x{n}"}, 3),
    "TramDatabaseDown": ({"tram_database_up": "0x{n}"}, 3),
    "TramNobodyTakesIn": ({'tram_leases_held{work="ingest"}': "40x{n}"}, 3),
    "TramBrokerLost": ({"tram_ingest_brokers_connected": "1x{n}"}, 6),
    "TramAcknowledgesSlowly": (
        {
            'tram_ingest_ack_seconds_bucket{le="0.01"}': "0+300x{n}",
            'tram_ingest_ack_seconds_bucket{le="2.5"}': "0+500x{n}",
        },
        20,
    ),
    "TramShedsLoad": ({"tram_ingest_shed_total": "0+5x{n}"}, 20),
    "TramQuarantines": ({'tram_ingest_quarantined_total{reason="bad_signature"}': "3+1x{n}"}, 5),
    "TramProjectionBehind": ({"tram_projection_oldest_timestamp_seconds": "0x{n}"}, 12),
    "TramPlatformAway": ({"tram_platform_breaker_open": "1x{n}"}, 31),
    "TramNothingCompared": ({'tram_comparison_timestamp_seconds{step="read"}': "0x{n}"}, 370),
    "TramNobodyTellsThePlatform": ({'tram_leases_held{work="reconcile"}': "0x{n}"}, 6),
    "TramRecordsWait": ({'tram_records_waiting_timestamp_seconds{kind="dose"}': "0x{n}"}, 1220),
    "TramRecordsOverdue": ({'tram_records{kind="dose",state="overdue"}': "3x{n}"}, 11),
    "TramRecordsRefused": ({'tram_records{kind="dose",state="refused"}': "3x{n}"}, 61),
    "TramDiscrepanciesGrow": (
        {'tram_discrepancies_open{kind="not_there"}': "5x144 205x{n}"},
        1510,
    ),
    "TramComplaintsOverdue": ({"tram_complaints_overdue": "1x{n}"}, 1),
    "TramVerificationOverdue": ({"tram_verification_rounds_overdue": "1x{n}"}, 1),
    "TramDoubledJournal": ({'tram_alarms_open{kind="fork"}': "1x{n}"}, 1),
    "TramFleetVanishes": ({'tram_devices{state="online"}': "40x60 10x{n}"}, 70),
    "TramDevicesIll": ({'tram_devices{state="ill"}': "2x{n}"}, 61),
    "TramListOld": ({'tram_list_timestamp_seconds{list="trust"}': "-86400x{n}"}, 2900),
    "TramRetentionStopped": (
        {'tram_retention_run_timestamp_seconds{kind="forms"}': "-86400x{n}"},
        1460,
    ),
    "TramDiskFull": ({'tram_disk_free_bytes{instance="a"}': "9x{n}"}, 11),
    "TramBackupOld": ({"tram_backup_timestamp_seconds": "0x{n}"}, 1600),
    "TramBackupTooOld": ({"tram_backup_timestamp_seconds": "-345600x{n}"}, 1480),
    "TramNoBackup": ({"tram_backup_timestamp_seconds": "_x{n}"}, 1600),
}
_FINE, _COARSE = 1, 10
"""Minutes between two looks: what takes a day is looked at less often."""


def step_of(minutes: int) -> int:
    return _FINE if minutes <= 120 else _COARSE


def case(name: str, ills: dict[str, str], step: int, heard: dict[int, str]) -> dict[str, object]:
    """Return a test of promtool's: these series, and which alert is heard at which minute."""
    fields = {"n": 500, "step": 60 * step, "many": 600 * step}
    return {
        "name": name,
        "interval": f"{step}m",
        "input_series": [
            {"series": series, "values": values.format(**fields)}
            for series, values in (HEALTHY | ills).items()
        ],
        "promql_expr_test": [
            {
                "expr": f'count(ALERTS{{alertname=~"{alert}",alertstate="firing"}}) or vector(0)',
                "eval_time": f"{minutes}m",
                "exp_samples": [{"labels": "{}", "value": 0 if alert == ".+" else 1}],
            }
            for minutes, alert in heard.items()
        ],
    }


def see(cases: list[dict[str, object]], step: int, folder: Path) -> None:
    file = folder / f"every-{step}-minutes.yml"
    tests = {"rule_files": [str(RULES)], "evaluation_interval": f"{step}m", "tests": cases}
    file.write_text(yaml.safe_dump(tests))
    promtool("test", "rules", str(file))


def promtool(*arguments: str) -> str:
    assert PROMTOOL, "no promtool here: make setup"
    done = subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_reads_the_rules():
    assert f"{len(ILLS)} rules found" in promtool("check", "rules", str(RULES))


@pytest.mark.parametrize("step", [_FINE, _COARSE])
def test_every_alert_speaks_when_its_ill_is_there_and_none_when_all_is_well(tmp_path, step):
    cases = [
        case(alert, ills, step, {minutes: alert})
        for alert, (ills, minutes) in ILLS.items()
        if step_of(minutes) == step
    ]
    silent = dict.fromkeys(range(0, 400 * step, 30 * step) if step == _COARSE else (30, 90), ".+")

    see([*cases, case("all is well", {}, step, silent)], step, tmp_path)
