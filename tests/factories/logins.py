"""Accounts of invented people at the centre, and browsers that are logged in."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import cache

import httpx
import sqlalchemy as sa
from factories.devices import AT
from factories.wire import CENTRE_SEAL

from central.adapters.accounts_sql import SqlAccounts, SqlJourneys, SqlSessions
from central.adapters.audit_sql import SqlAudit
from central.adapters.complaints_sql import SqlComplaints
from central.adapters.journeys_sealed import SealedJourneys
from central.adapters.passwords_argon2 import Argon2Passwords
from central.adapters.tables_people import accounts
from central.domain.accounts import Account, Role
from central.services.accounts import AccountKeeping
from central.services.audit import Audit
from central.services.claims import Claims
from central.services.complaints import Complaints
from central.services.door import Door

PASSWORD = "mot-hai-ba-bon"
COMMUNES = {"phuoc-dinh-xa": ("phuoc-dinh",), "bac-ai": ("phuoc-dai", "phuoc-tien")}
PEOPLE = {
    "tinh": Account("tinh", "Đổng Thị Tỉnh", Role.PROVINCE),
    "xa": Account("xa", "Kator Văn Xã", Role.COMMUNE, communes=("phuoc-dinh-xa",)),
    "tram": Account("tram", "Pi Năng Thị Trạm", Role.SITE, sites=("phuoc-dai",)),
    "cong-an": Account("cong-an", "Trần Văn Lệ", Role.POLICE),
    "cntt": Account("cntt", "Chamaléa Văn Máy", Role.IT),
}
# A password costs 64 MiB in earnest; here its kind matters, not its cost.
CHEAP = Argon2Passwords(memory_kib=256)


class SystemTime:
    """The real time, where a test only wants to be logged in."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - stands in for adapters/clock.py


def keeping(engine: sa.Engine, clock: object = None) -> AccountKeeping:
    """Return what makes accounts."""
    return AccountKeeping(
        SqlAccounts(engine), SqlSessions(engine), CHEAP, SqlAudit(engine), clock or SystemTime()
    )


def with_people(engine: sa.Engine) -> None:
    """Add an account of each role, once."""
    if not SqlAccounts(engine).accounts():
        rows = [asdict(replace(one, secret=_secret(), created_at=AT)) for one in PEOPLE.values()]
        with engine.begin() as connection:
            connection.execute(sa.insert(accounts), rows)


@cache
def _secret() -> str:
    return CHEAP.kept(PASSWORD)


def door(engine: sa.Engine, clock: object = None, **more: object) -> Door:
    """Return a door with an account of each role behind it."""
    with_people(engine)
    return Door(
        accounts=SqlAccounts(engine),
        journeys=SqlJourneys(engine),
        seal=SealedJourneys(CENTRE_SEAL),
        sessions=SqlSessions(engine),
        passwords=CHEAP,
        audit=SqlAudit(engine),
        clock=clock or SystemTime(),
        communes=COMMUNES,
        **more,
    )


def audit(engine: sa.Engine, clock: object = None) -> Audit:
    """Return what writes the audit."""
    return Audit(SqlAudit(engine), clock or SystemTime())


def complaints(
    engine: sa.Engine, clock: object = None, has_site: Callable[[str], bool] = bool
) -> Complaints:
    """Return the complaints' desk."""
    return Complaints(
        SqlComplaints(engine), SqlAccounts(engine), clock or SystemTime(), os.urandom, COMMUNES,
        has_site,
    )  # fmt: skip


def log_in(client: httpx.Client, login: str, password: str = PASSWORD) -> None:
    """Log a browser in."""
    origin = str(client.base_url).rstrip("/")
    answer = client.post(
        "/login", data={"login": login, "password": password}, headers={"origin": origin}
    )
    assert answer.status_code == 303, answer.text[:500]


@contextmanager
def browser(url: str, login: str | None = "tinh") -> Iterator[httpx.Client]:
    """Yield a browser at ``url``, logged in; its own pages ask, so it says their Origin."""
    headers = {"origin": url}
    with httpx.Client(
        base_url=url, trust_env=False, timeout=60, headers=headers, verify=False
    ) as client:
        if login is not None:
            log_in(client, login)
        yield client


__all__ = ["CHEAP", "COMMUNES", "PASSWORD", "PEOPLE", "Claims", "browser", "door", "log_in"]
