"""The tables of people who work with the centre, and of what they did. Never rebuilt."""

import sqlalchemy as sa

from central.adapters.database import UtcDateTime, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("login", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("sites", sa.JSON, nullable=False),
    sa.Column("communes", sa.JSON, nullable=False),
    sa.Column("secret", sa.String(200), nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

web_sessions = sa.Table(
    "web_sessions",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("login", sa.String(80), nullable=False, index=True),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
)

# Ways to an organisation's log-in that ended in one; of a few minutes each, so that none ends twice.
journeys = sa.Table(
    "journeys",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("spent_at", UtcDateTime, nullable=False, index=True),
)

# The migration adds triggers: no row is ever changed or deleted.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("who", sa.String(80), nullable=False, index=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("record", sa.String(120), nullable=False, index=True),
    sa.Column("why", sa.String(300), nullable=False),
    sa.Column("route", sa.String(120), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
