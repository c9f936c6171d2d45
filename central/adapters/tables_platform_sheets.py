"""What goes to the Platform by file, and what came back from it. Never rebuilt."""

import sqlalchemy as sa

from central.adapters.database import UtcDateTime, metadata

sheet_rows = sa.Table(
    "platform_sheet_rows",
    metadata,
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("action", sa.String(10), nullable=False),
    # Of a person; gone with the row as soon as the Platform has answered.
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("sheet", sa.Integer, nullable=True, index=True),
    sa.Column("refused", sa.String(500), nullable=True),
    sa.Column("put_at", UtcDateTime, nullable=False),
)

sheets = sa.Table(
    "platform_sheets",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("made_by", sa.String(80), nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    # The number of a file stands in its name: it is never another's.
    sqlite_autoincrement=True,
)

sheet_entries = sa.Table(
    "platform_sheet_entries",
    metadata,
    # Kind and the Platform's id in one.
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("id", sa.String(64), nullable=False),
    sa.Column("event", sa.String(64), nullable=False, index=True),
    sa.Column("number", sa.String(40), nullable=False, index=True),
    # valid, gone, or unreadable.
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("changed", sa.BigInteger, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    # When a file last said something new of it.
    sa.Column("taken_at", UtcDateTime, nullable=True),
    sa.Index("ix_platform_sheet_entries_kind_changed", "kind", "changed"),
)

sheet_files = sa.Table(
    "platform_sheet_files",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("taken_at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("wrong", sa.Integer, nullable=False),
)
