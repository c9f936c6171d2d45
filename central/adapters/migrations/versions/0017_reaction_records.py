"""Reactions are told to the Platform; those that came before begin to be told now."""

import sqlalchemy as sa
from alembic import op

revision = "0017_reaction_records"
down_revision = "0016_erased_elsewhere"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reaction_records",
        sa.Column("reaction", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=112), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("patient", sa.String(length=64), nullable=True),
        sa.Column("adverse_event", sa.String(length=64), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("reaction", name="pk_reaction_records"),
    )
    for column in ("state", "next_try_at", "adverse_event"):
        op.create_index(f"ix_reaction_records_{column}", "reaction_records", [column])
    # Their stamp changes when their check-in is next looked at, and only then are they told anew.
    op.execute(
        "INSERT INTO reaction_records (reaction, stamp, state, opened_at, attempts, next_try_at) "
        "SELECT event, '', 'pending', received_at, 0, received_at FROM reactions"
    )


def downgrade() -> None:
    op.drop_table("reaction_records")
