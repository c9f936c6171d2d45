"""That people were erased, with the proof; and what was erased because it was old. Never rebuilt."""

import sqlalchemy as sa

from central.adapters.database import UtcDateTime, metadata

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("reference", sa.String(80), nullable=False),
    sa.Column("visits", sa.Integer, nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("entries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("lists", sa.Integer, nullable=False, server_default="0"),
    sa.Column("notes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("kept", sa.Integer, nullable=False, server_default="0"),
    sa.Column("kept_words", sa.Integer, nullable=False, server_default="0"),
)

# Kind and id of entries of the Platform whose person was erased: read again, they stay nobody's.
erased_entries = sa.Table(
    "erased_entries",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("erasure", sa.Integer, nullable=False),
)

# How far each journal was looked through for old screening forms.
retention_cursors = sa.Table(
    "retention_cursors",
    metadata,
    sa.Column("journal_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("through", sa.BigInteger, nullable=False),
)

retention_runs = sa.Table(
    "retention_runs",
    metadata,
    sa.Column("kind", sa.String(20), primary_key=True),
    # The run that was last begun, and what it erased so far.
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    # Of all runs; ``told``: of how many of them a row of the audit speaks.
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("told", sa.BigInteger, nullable=False),
    sa.Column("ended_at", UtcDateTime, nullable=True),
    sa.Column("failed_at", UtcDateTime, nullable=True),
)
