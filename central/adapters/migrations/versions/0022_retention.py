"""What is needed to erase what was kept long enough, and what was last erased of each kind."""

import sqlalchemy as sa
from alembic import op

revision = "0022_retention"
down_revision = "0021_notes_erased"
branch_labels = None
depends_on = None

_LISTED = """
    UPDATE roster_people SET listed_at = (
        SELECT max(c.made_at) FROM roster_changes AS c
        WHERE c.site = roster_people.site
        AND c.first <= roster_people.change AND c.last >= roster_people.change
    )
"""
_CLOSED = """
    UPDATE verification_rounds SET closed_at = coalesce(returned_at, sent_at, made_at)
    WHERE state IN ('complete', 'called_off')
"""
# From when an entry is known nobody wrote down: it is kept as if it came today.
_TAKEN = "UPDATE platform_sheet_entries SET taken_at = CURRENT_TIMESTAMP"


def upgrade() -> None:
    _add("roster_people", "listed_at")
    _add("verification_rounds", "closed_at")
    _add("verification_rounds", "erased_at")
    _add("platform_sheet_entries", "taken_at")
    for statement in (_LISTED, _CLOSED, _TAKEN):
        op.execute(statement)
    op.create_index("ix_roster_people_listed_at", "roster_people", ["listed_at"])
    op.create_table(
        "retention_runs",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", name="pk_retention_runs"),
    )


def downgrade() -> None:
    op.drop_table("retention_runs")
    op.drop_index("ix_roster_people_listed_at", "roster_people")
    op.drop_column("platform_sheet_entries", "taken_at")
    op.drop_column("verification_rounds", "erased_at")
    op.drop_column("verification_rounds", "closed_at")
    op.drop_column("roster_people", "listed_at")


def _add(table: str, column: str) -> None:
    op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))
