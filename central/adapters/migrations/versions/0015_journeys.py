"""Ways to an organisation's log-in, for every process; rounds whose time is over are told of once."""

import sqlalchemy as sa
from alembic import op

revision = "0015_journeys"
down_revision = "0014_levels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journeys",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_journeys"),
    )
    op.create_index("ix_journeys_began_at", "journeys", ["began_at"])
    op.add_column(
        "verification_rounds",
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_column("verification_rounds", "escalated_at")
    op.drop_table("journeys")
