"""Complaints that were opened at the centre, and what is done about all of them. Never rebuilt."""

import sqlalchemy as sa

from central.adapters.database import UtcDateTime, metadata

centre_complaints = sa.Table(
    "centre_complaints",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("ticket", sa.String(20), nullable=False),
    sa.Column("subject", sa.String(60), nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("occurred_at", UtcDateTime, nullable=False),
    sa.Column("number", sa.String(40), nullable=True),
    sa.Column("name", sa.String(200), nullable=True),
    sa.Column("birth", sa.String(10), nullable=True),
    sa.Column("words", sa.Text, nullable=True),
    sa.Column("problem", sa.String(40), nullable=True),
)

# One row for each complaint of which somebody took a step; the others are open.
complaint_cases = sa.Table(
    "complaint_cases",
    metadata,
    sa.Column("complaint", sa.String(64), primary_key=True),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("level", sa.String(10), nullable=False),
    sa.Column("owner", sa.String(80), nullable=False),
    sa.Column("answered_at", UtcDateTime, nullable=True),
    sa.Column("steps", sa.Integer, nullable=False),
)

complaint_steps = sa.Table(
    "complaint_steps",
    metadata,
    sa.Column("complaint", sa.String(64), primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)
