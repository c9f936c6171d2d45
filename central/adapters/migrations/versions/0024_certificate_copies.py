"""Which certificates left a printer of any site; for what was printed before: ``rebuild-projection``."""

import sqlalchemy as sa
from alembic import op

revision = "0024_certificate_copies"
down_revision = "0023_alarm_of_one_complaint"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_copies",
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=112), nullable=False),
        sa.Column("dose", sa.String(length=64), nullable=False),
        sa.Column("certificate", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("device_time", sa.String(length=40), nullable=False),
        sa.Column("clock_ok", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_certificate_copies"),
    )
    op.create_index("ix_certificate_copies_dose", "certificate_copies", ["dose"])


def downgrade() -> None:
    op.drop_table("certificate_copies")
