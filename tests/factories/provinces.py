"""A province's day in the database, written in bulk: as many sites as a test wants."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from factories.devices import AT
from factories.facts import EPOCH

from central.adapters import tables_projection as projection
from central.adapters import tables_site as at_site
from central.adapters.database import journals
from central.adapters.tables_doses import dose_records

ON = "2026-11-22"


def communes_of(sites: int, in_each: int = 10) -> Mapping[str, Sequence[str]]:
    """Return communes of so many sites each."""
    names = [f"site-{number:05d}" for number in range(sites)]
    return {
        f"xa-{first // in_each:04d}": names[first : first + in_each]
        for first in range(0, sites, in_each)
    }


def fill_province(engine: sa.Engine, sites: int, visits_of_each: int) -> None:
    """Put a day of so many sites into the projection: all queued, half of them injected."""
    with engine.begin() as connection:
        for number in range(sites):
            connection.execute(sa.insert(journals).values(_journal(number)))
        for table, rows in _rows(sites, visits_of_each).items():
            connection.execute(sa.insert(table), rows)


def site_day(
    site: str, people: int, begin: datetime, lasting: timedelta, mark: str
) -> dict[sa.Table, list[dict[str, Any]]]:
    """Return a site's day that begins then: more come at first, two of three are injected."""
    made: dict[sa.Table, list[dict[str, Any]]] = {}
    for number in range(people):
        at = begin + lasting * ((number / people) ** 1.4)
        visit = f"019aa000-{site}-{mark}-{number:05d}"
        done = at + timedelta(minutes=35) < begin + lasting
        for table, row in _of_visit(site, number, visit, at, injected=done and number % 6 != 5):
            made.setdefault(table, []).append(row)
    return made


def _journal(number: int) -> dict[str, Any]:
    return {
        "device": f"kiosk-{number:05d}", "site": f"site-{number:05d}", "epoch": EPOCH, "line": 0,
        "base": 0, "through": 0, "head": b"\0" * 32, "first_seen": AT, "last_seen": AT,
    }  # fmt: skip


def _rows(sites: int, visits_of_each: int) -> dict[sa.Table, list[dict[str, Any]]]:
    rows: dict[sa.Table, list[dict[str, Any]]] = {}
    for site, number, visit, at in _visits(sites, visits_of_each):
        for table, row in _of_visit(site, number, visit, at, injected=bool(number % 2)):
            rows.setdefault(table, []).append(row)
    return rows


def _of_visit(
    site: str, number: int, visit: str, at: datetime, *, injected: bool
) -> Iterator[tuple[sa.Table, dict[str, Any]]]:
    when = _when(at)
    yield projection.visits, _visit(visit, site, number, when)
    yield projection.records, _record("visit", visit, "encounter", at)
    yield at_site.queued, {
        "event": visit, "visit": visit, "site": site, "stamp": visit, "device": "k", "kiosk": "k",
        "ticket": "A001", "priority": "", "appointment": "", **when,
    }  # fmt: skip
    if injected:
        yield at_site.doses, _dose(visit, site, _when(at + timedelta(minutes=20)))
        yield dose_records, _record("dose", visit, "immunization", at)


def _visits(sites: int, of_each: int) -> Iterator[tuple[str, int, str, datetime]]:
    for site in range(sites):
        for number in range(of_each):
            at = AT + timedelta(minutes=300 * number / of_each)
            yield f"site-{site:05d}", number, f"019aa000-{site:05d}-{number:05d}", at


def _when(at: datetime) -> dict[str, Any]:
    return {
        "device_time": at.isoformat(), "clock_ok": True, "received_at": at, "occurred_at": at,
        "estimated": False,
    }  # fmt: skip


def _visit(visit: str, site: str, number: int, when: dict[str, Any]) -> dict[str, Any]:
    return {
        "visit": visit, "site": site, "stamp": visit, "device": "k", "ticket": f"A{number:03d}",
        "document": "cccd_2021", "source": "camera", "warnings": [], "conflict": False, **when,
    }  # fmt: skip


def _record(key: str, subject: str, resource: str, at: datetime) -> dict[str, Any]:
    return {
        key: subject, "stamp": subject, "state": "reconciled", "opened_at": at, "attempts": 0,
        "patient": "p", resource: f"r-{subject}",
    }  # fmt: skip


def _dose(visit: str, site: str, when: dict[str, Any]) -> dict[str, Any]:
    return {
        "event": visit, "visit": visit, "site": site, "stamp": visit, "device": "k",
        "vaccine": "VX Một", "vaccine_key": "vx mot", "lot": "AB-12", "lot_key": "AB12",
        "expiry": "2027-01-31", "dose_number": 1, "day": when["occurred_at"].date().isoformat(), "injector": "hoa", "staff": "lan",
        "vial": "V1", "warnings": [], "replaces": "", "standing": True, **when,
    }  # fmt: skip


__all__ = ["ON", "communes_of", "fill_province", "site_day"]
