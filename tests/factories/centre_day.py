"""A centre with a day of four sites behind it: enough to draw every page by level."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from factories import logins
from factories.facts import EPOCH
from factories.provinces import site_day

from central.adapters import database
from central.adapters import tables_projection as projection
from central.adapters.tables_doses import dose_discrepancies, reaction_records
from central.adapters.tables_site import doses, reactions
from central.services.place_names import PlaceNames

SITES = {"phuoc-dinh": 42, "phuoc-dai": 31, "phuoc-tien": 17, "dao-xa": 6}
_FOUND = (
    ("entry", "no_check_in", "", "phuoc-dinh", 60, "", "2026-11-20 VX Một"),
    ("person", "two_places", "", "phuoc-dai", 52, "2026-11-20 1 phuoc-dai", "2026-11-20 1 dao-xa"),
    ("entry", "withdrawn_stays", "", "phuoc-dai", 20, "", ""),
    (
        "person",
        "interval",
        "",
        "phuoc-tien",
        6,
        "2026-11-15 1 phuoc-tien",
        "2026-11-22 2 phuoc-tien",
    ),
    ("entry", "unknown_dose", "", "phuoc-dinh", 2, "", "2026-11-22 VX Hai"),
)


_REACTIONS = (
    ("phuoc-dinh", "severe", 2, "refused"),
    ("phuoc-dai", "moderate", 5, "pending"),
    ("phuoc-dinh", "mild", 26, "overdue"),
    ("phuoc-tien", "mild", 3, "reconciled"),
)
NAMES = PlaceNames(
    sites={
        "phuoc-dinh": "Trạm y tế xã Phước Dinh",
        "phuoc-dai": "Nhà văn hóa xã Phước Đại",
        "phuoc-tien": "Trường tiểu học Phước Tiến",
    },
    communes={"phuoc-dinh-xa": "Xã Phước Dinh", "bac-ai": "Xã Bác Ái"},
)
"""Of all places but one."""


def fill_a_day(engine: sa.Engine, now: datetime) -> None:
    """Put three days of four sites into the projection, until ``now``."""
    logins.with_people(engine)
    with engine.begin() as connection:
        for number, (site, people) in enumerate(SITES.items()):
            connection.execute(sa.insert(database.journals).values(_journal(number, site, now)))
            for days in (2, 1, 0):
                begin = now - timedelta(days=days, hours=7)
                rows = site_day(site, people * (3 - days), begin, timedelta(hours=7), f"{days}")
                for table, made in rows.items():
                    connection.execute(sa.insert(table), made)
        _disturb(connection)
        _react(connection, now)
        for scope, kind, field, site, hours, ours, theirs in _FOUND:
            connection.execute(
                sa.insert(dose_discrepancies).values(
                    scope=scope, subject=f"{kind}-{site}", kind=kind, field=field, site=site,
                    ours=ours, theirs=theirs, owner=site, opened_at=now - timedelta(hours=hours),
                )
            )  # fmt: skip


def _react(connection: sa.Connection, now: datetime) -> None:
    """Let some people react to their doses; one reaction is told to the Platform."""
    for number, (site, severity, hours, state) in enumerate(_REACTIONS):
        at = now - timedelta(hours=hours)
        of_site = sa.select(doses.c.visit).where(doses.c.site == site).order_by(doses.c.event)
        event, visit = f"reaction-{number}", connection.scalars(of_site).first()
        when = {"device_time": at.isoformat(), "clock_ok": True, "estimated": False}
        connection.execute(
            sa.insert(reactions).values(
                event=event, visit=visit, site=site, stamp=event, severity=severity,
                staff="hoa", received_at=at, occurred_at=at, **when,
            )
        )  # fmt: skip
        told = {"adverse_event": "r", "submitted_at": at} if state == "reconciled" else {}
        connection.execute(
            sa.insert(reaction_records).values(
                reaction=event, stamp=event, state=state, opened_at=at, attempts=1, **told
            )
        )


def moved_to(connection: sa.Connection, visit: str, site: str) -> None:
    """Let a visit have been at another site."""
    visits = projection.visits
    connection.execute(sa.update(visits).where(visits.c.visit == visit).values(site=site))


def _disturb(connection: sa.Connection) -> None:
    """Let some records wait, differ or be refused, and some visits lack a number."""
    visits, records = projection.visits, projection.records
    each = connection.scalars(sa.select(visits.c.visit).order_by(visits.c.visit)).all()
    for every, state in ((7, "pending"), (23, "differs"), (41, "refused")):
        some = records.c.visit.in_(each[::every])
        connection.execute(sa.update(records).where(some).values(state=state))
    some = visits.c.visit.in_(each[::19])
    connection.execute(sa.update(visits).where(some).values(identity_problem="not_sealed"))


def _journal(number: int, site: str, now: datetime) -> dict[str, object]:
    # The last of them has been silent for hours.
    seen = now - timedelta(hours=3 if site == "dao-xa" else 0, seconds=20)
    return {
        "device": f"kiosk-{number + 1:04d}", "site": site, "epoch": EPOCH, "line": 0, "base": 0,
        "through": 0, "head": b"\0" * 32, "first_seen": seen, "last_seen": seen,
    }  # fmt: skip
