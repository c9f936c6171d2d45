"""What people said about who is one person. Never rebuilt; visits alone, no name and no number."""

import sqlalchemy as sa

from central.adapters.database import UtcDateTime, metadata

person_merges = sa.Table(
    "person_merges",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("left_visit", sa.String(64), nullable=False, index=True),
    sa.Column("right_visit", sa.String(64), nullable=False, index=True),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("undone_by", sa.String(80), nullable=False),
    sa.Column("undone_at", UtcDateTime, nullable=True),
)
