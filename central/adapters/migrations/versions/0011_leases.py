"""Leases by which workers divide the work, and the workers that were heard of."""

import sqlalchemy as sa
from alembic import op

revision = "0011_leases"
down_revision = "0010_persons"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "lease_workers",
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("work", sa.String(length=32), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("worker", "work", name="pk_lease_workers"),
    )


def downgrade() -> None:
    op.drop_table("lease_workers")
    op.drop_table("leases")
