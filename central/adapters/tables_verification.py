"""The tables of verification rounds. Never rebuilt."""

import sqlalchemy as sa

from central.adapters.database import UtcDateTime, metadata

verification_rounds = sa.Table(
    "verification_rounds",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("site", sa.String(32), nullable=False, index=True),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("answered", sa.Integer, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("made_by", sa.String(80), nullable=False),
    sa.Column("sent_at", UtcDateTime, nullable=True),
    sa.Column("returned_at", UtcDateTime, nullable=True),
    sa.Column("escalated_at", UtcDateTime, nullable=True),
    sa.Column("closed_at", UtcDateTime, nullable=True),
    # When the people on it were erased: they had been kept long enough.
    sa.Column("erased_at", UtcDateTime, nullable=True),
    # The number of a round stands on sheets: it is never another's.
    sqlite_autoincrement=True,
)

verification_lines = sa.Table(
    "verification_lines",
    metadata,
    sa.Column("round", sa.Integer, sa.ForeignKey("verification_rounds.id"), primary_key=True),
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    # A row of the roster; no foreign key: whoever was taken off it stays on the sheet.
    sa.Column("person", sa.Integer, nullable=False, index=True),
    sa.Column("number", sa.String(20), nullable=True),
    sa.Column("name", sa.String(150), nullable=False),
    sa.Column("birth", sa.String(10), nullable=True),
    sa.Column("sex", sa.String(10), nullable=True),
    sa.Column("answer", sa.String(20), nullable=True),
)
