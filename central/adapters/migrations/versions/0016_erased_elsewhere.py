"""An erasure reaches what the Platform told and the sites' lists; what it told is not told again."""

import sqlalchemy as sa
from alembic import op

revision = "0016_erased_elsewhere"
down_revision = "0015_journeys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_entries",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("erasure", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_erased_entries"),
    )
    for name in ("entries", "lists"):
        op.add_column("erasures", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in ("entries", "lists"):
        op.drop_column("erasures", name)
    op.drop_table("erased_entries")
