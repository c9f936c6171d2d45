"""The tables that the projection makes of what a site's hub and its people did."""

from typing import Any, Final

import sqlalchemy as sa

from central.adapters.database import metadata
from central.adapters.tables_projection import stamp_column, when_columns


def _key(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), primary_key=True)


def _name(name: str, length: int, *, index: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, index=index)


def _maybe(name: str, length: int) -> sa.Column[str | None]:
    return sa.Column(name, sa.String(length), nullable=True)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _table(name: str, *columns: sa.Column[Any], by_time: bool = False) -> sa.Table:
    key, *others = columns
    return sa.Table(name, metadata, key, stamp_column(), *others, *when_columns(indexed=by_time))


queued = _table(
    "queued",
    _key("event", 64),
    _name("visit", 64, index=True),
    _name("site", 32),
    _name("device", 32),
    _name("kiosk", 32),
    _name("ticket", 20),
    _name("priority", 32),
    _name("appointment", 60),
    by_time=True,
)

calls = _table(
    "calls",
    _key("step", 100),
    _name("visit", 64, index=True),
    _name("site", 32),
    _name("station", 32),
    _name("desk", 32),
    _name("staff", 64),
)

finishes = _table(
    "finishes",
    _key("step", 100),
    _name("visit", 64, index=True),
    _name("site", 32),
    _name("station", 32),
    _name("desk", 32),
    _name("staff", 64),
    _name("going_to", 32),
)

departures = _table(
    "departures",
    _key("visit", 64),
    _name("site", 32),
    _name("staff", 64),
    _name("reason", 60),
    sa.Column("early", sa.Boolean, nullable=False),
    _name("certificate", 20),
    sa.Column("certificate_why", sa.String(40), nullable=False, server_default=sa.text("''")),
    by_time=True,
)

screenings = _table(
    "screenings",
    _key("event", 64),
    _name("visit", 64, index=True),
    _name("site", 32),
    _name("conclusion", 20),
    _name("staff", 64),
    _name("replaces", 64, index=True),
    sa.Column("standing", sa.Boolean, nullable=False),
    by_time=True,
)

doses = _table(
    "doses",
    _key("event", 64),
    _name("visit", 64, index=True),
    _name("site", 32),
    _name("device", 32),
    _name("vaccine", 80),
    _name("vaccine_key", 80),
    _name("lot", 40),
    _name("lot_key", 40),
    _name("expiry", 10),
    _count("dose_number"),
    _name("day", 10),
    _name("injector", 64),
    _name("staff", 64),
    _name("vial", 64),
    sa.Column("warnings", sa.JSON, nullable=False),
    _name("replaces", 64, index=True),
    sa.Column("standing", sa.Boolean, nullable=False),
    by_time=True,
)

observations = _table(
    "observations",
    _key("visit", 64),
    _name("site", 32),
    _count("minutes"),
    _name("staff", 64),
)

reactions = _table(
    "reactions",
    _key("event", 64),
    _name("visit", 64, index=True),
    _name("site", 32),
    _name("severity", 10),
    _name("staff", 64),
)

vials = _table(
    "vials",
    _key("vial", 100),
    _name("site", 32),
    _name("number", 64),
    _name("vaccine", 80),
    _name("lot", 40),
    _name("expiry", 10),
    _count("doses"),
    _name("staff", 64),
)

discarded_doses = _table(
    "discarded_doses",
    _key("event", 64),
    _name("vial", 100, index=True),
    _name("site", 32),
    _count("doses"),
    _name("reason", 200),
    _name("staff", 64),
)

complaints = _table(
    "complaints",
    _key("event", 64),
    _maybe("visit", 64),
    _name("site", 32),
    _name("device", 32),
    _name("ticket", 20),
    _name("subject", 60),
    _name("source", 20),
    _maybe("number", 40),
    _maybe("name", 200),
    _maybe("birth", 10),
    _maybe("sex", 10),
    _maybe("nationality", 3),
    sa.Column("words", sa.Text, nullable=True),
    _maybe("problem", 40),
)

staff_joined = _table(
    "staff_joined",
    _key("member", 100),
    _name("site", 32),
    _name("staff", 64),
    _name("role", 32),
    _name("by", 64),
    _maybe("name", 200),
    _maybe("problem", 40),
)

staff_gone = _table(
    "staff_gone",
    _key("member", 100),
    _name("site", 32),
    _name("staff", 64),
    _name("by", 64),
)

papers = _table(
    "papers",
    _key("device", 32),
    _name("site", 32),
    _name("paper", 10),
    sa.Column("used_mm", sa.BigInteger, nullable=False),
    sa.Column("left_mm", sa.BigInteger, nullable=True),
    sa.Column("roll_changed", sa.Boolean, nullable=False),
)

promotions = _table(
    "promotions",
    _key("event", 64),
    _name("site", 32, index=True),
    _name("device", 32),
    sa.Column("serial", sa.BigInteger, nullable=False),
    _name("previous", 32),
)

sessions_opened = _table(
    "sessions_opened",
    _key("session", 48),
    _name("site", 32),
    _name("day", 10),
    _name("staff", 64),
)

sessions_closed = _table(
    "sessions_closed",
    _key("session", 48),
    _name("site", 32),
    _name("day", 10),
    _name("staff", 64),
    _count("open_visits"),
)

REBUILT: Final = (
    queued,
    calls,
    finishes,
    departures,
    screenings,
    doses,
    observations,
    reactions,
    vials,
    discarded_doses,
    complaints,
    staff_joined,
    staff_gone,
    papers,
    promotions,
    sessions_opened,
    sessions_closed,
)
"""What ``rebuild-projection`` empties of these."""
