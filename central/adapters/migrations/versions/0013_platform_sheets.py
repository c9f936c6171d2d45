"""A Platform without an interface: what goes out by file and what came back."""

import sqlalchemy as sa
from alembic import op

revision = "0013_platform_sheets"
down_revision = "0012_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "platform_sheet_rows",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=True),
        sa.Column("refused", sa.String(length=500), nullable=True),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "event", name="pk_platform_sheet_rows"),
    )
    op.create_index("ix_platform_sheet_rows_sheet", "platform_sheet_rows", ["sheet"])
    op.create_table(
        "platform_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_platform_sheets"),
        sqlite_autoincrement=True,
    )
    _entries()
    op.create_table(
        "platform_sheet_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_platform_sheet_files"),
    )


def _entries() -> None:
    op.create_table(
        "platform_sheet_entries",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_platform_sheet_entries"),
    )
    for column in ("event", "number"):
        op.create_index(f"ix_platform_sheet_entries_{column}", "platform_sheet_entries", [column])
    op.create_index(
        "ix_platform_sheet_entries_kind_changed", "platform_sheet_entries", ["kind", "changed"]
    )


def downgrade() -> None:
    for table in ("files", "entries"):
        op.drop_table(f"platform_sheet_{table}")
    op.drop_table("platform_sheets")
    op.drop_table("platform_sheet_rows")
