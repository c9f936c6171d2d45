"""Read the Platform's certificates into the table, and look through the doses that sites are told of.

    python -m bench.news [--told N] [--listed N] [--databases sqlite postgresql]

*read*: all that the Platform lists, by a reader of the centre; the list itself costs nothing here.
*first*: each dose of the days that are told is verified once. *again*: nothing has changed since, as
nearly always; the middle one of five. ``cpu_seconds`` are those of the process and of PostgreSQL's.
``megabytes`` are resident then; ``bytes_each`` are the table's with its key.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from factories.certificates import NOW, hc1, rsa_key
from factories.postgres import postgres_server
from factories.published_lists import trust_json

from bench.processor import cpu_seconds, family_seconds
from central.adapters import database
from central.adapters.certificates_sql import SqlCertificates
from central.domain.certificate_lists import ListKind, read_list
from central.domain.dose_news import DoseOfSite, DosesOfPerson, IssuedCertificate
from central.ports import HeldList, Issue
from central.services.dose_news import NewsBook, NewsKeeper, sealer
from central.services.read_certificates import CertificateReader
from protocol.identity import SiteId

SITE = SiteId("phuoc-dinh")
CODE = hc1(rsa_key())


class World:
    """The Platform, which lists ``listed`` certificates, and the centre's doses, ``told`` of them of these days."""

    def __init__(self, told: int, listed: int) -> None:
        self._told, self._listed = told, listed
        self._key = X25519PrivateKey.generate().public_key()

    def changed(self, since: str) -> Iterator[IssuedCertificate]:
        first = NOW - timedelta(days=90)
        step = timedelta(days=89) / self._listed
        begin = datetime.fromisoformat(since) if since else datetime(1970, 1, 1, tzinfo=UTC)
        for number in range(max(0, round((begin - first) / step)), self._listed):
            at = (first + number * step).isoformat(timespec="milliseconds")
            # Those of the days that are told are valid; the others are each another text.
            code = CODE if number >= self._listed - self._told else f"{CODE[:-9]}{number:09d}"
            yield IssuedCertificate(f"i-{number}", "current", at, code)

    def close(self) -> None:
        return

    def since(self, _day: date) -> Sequence[DoseOfSite]:
        return [self._dose(n) for n in range(self._listed - self._told, self._listed)]

    def _dose(self, number: int) -> DoseOfSite:
        return DoseOfSite(
            dose=f"d-{number}", visit=f"v-{number}", site=SITE, recorded="accepted",
            immunization=f"i-{number}", day="2021-11-15", vaccine="Comirnaty", dose_number=2,
            number="058185000123", name="Nguyễn Thị Mẫu", birth="1985-08-17",
        )  # fmt: skip

    def of_person(self, _number: str) -> DosesOfPerson:
        return DosesOfPerson((), read=True)

    def issue(self, _kind: ListKind) -> Issue | None:
        return None

    def held(self, kind: ListKind) -> HeldList | None:
        if kind is not ListKind.TRUST:
            return None
        read = read_list(kind, trust_json())
        return HeldList(Issue(1, NOW, read.entries, "bench"), read.content)

    def put(self, _kind: ListKind, issue: Issue, _content: bytes) -> Issue:
        return issue

    def heard(self, _kind: ListKind, _as_of: datetime) -> None:
        return

    def of(self, _site: str) -> Any:
        return self._key

    def now(self) -> datetime:
        return NOW


def measure(name: str, url: str, told: int, listed: int, server: int | None = None) -> None:
    engine = database.connect(url)
    database.migrate(engine)
    world, mirror = World(told, listed), SqlCertificates(engine)
    reader = CertificateReader(world, mirror, world)
    book = NewsBook(sealer(world))
    keeper = NewsKeeper(
        reader, mirror, world, world, book, world, ZoneInfo("Asia/Ho_Chi_Minh"),
        days=7, interval_seconds=30,
    )  # fmt: skip
    empty, before = _bytes(engine), _megabytes()
    timed = partial(_timed, server)
    line = timed(reader.read_on)
    each = round((_bytes(engine) - empty) / listed)
    say(what=f"{name}, read {listed:,}", **line, megabytes_before=before, bytes_each=each)
    say(what=f"{name}, first look at {told:,}", **timed(keeper.look))
    if {one.certificate for one in book.page(SITE, 0, "").news} != {"issued"}:
        raise SystemExit(f"{name}: not every certificate was told")
    again = sorted((timed(keeper.look) for _ in range(5)), key=lambda one: one["cpu_seconds"])
    middle = statistics.median_low([one["cpu_seconds"] for one in again])
    [line, *_] = [one for one in again if one["cpu_seconds"] == middle]
    say(what=f"{name}, look again at {told:,}", letters=len(CODE), **line)
    engine.dispose()


def _timed(server: int | None, work: Callable[[], object]) -> dict[str, float]:
    begun, used = perf_counter(), _processor_seconds(server)
    work()
    return {
        "seconds": round(perf_counter() - begun, 2),
        "cpu_seconds": round(_processor_seconds(server) - used, 2),
        "megabytes": _megabytes(),
    }


def _processor_seconds(server: int | None) -> float:
    return cpu_seconds(os.getpid()) + (family_seconds(server) if server else 0.0)


def _megabytes() -> int:
    status = Path("/proc/self/status").read_text()
    (now,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(now) // 1024


def _bytes(engine: sa.Engine) -> int:
    if engine.dialect.name == "postgresql":
        query = "SELECT pg_total_relation_size('platform_certificates')"
    else:
        query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with database.reading(engine) as connection:
        return int(connection.execute(sa.text(query)).scalar_one())


def say(**figures: object) -> None:
    print(json.dumps({"bench": "news", **figures}, ensure_ascii=False), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.news")
    parser.add_argument("--told", type=int, default=20_000)
    parser.add_argument("--listed", type=int, default=200_000)
    parser.add_argument(
        "--databases", nargs="+", default=("sqlite", "postgresql"), choices=("sqlite", "postgresql")
    )
    options = parser.parse_args()
    for name in options.databases:
        one(name, min(options.told, options.listed), options.listed)


def one(name: str, told: int, listed: int) -> None:
    if name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            measure(name, f"sqlite:///{Path(folder) / 'central.db'}", told, listed)
        return
    with postgres_server() as server:
        measure(name, server.new_database(), told, listed, server.pid)


if __name__ == "__main__":
    main()
