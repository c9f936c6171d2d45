"""Complaints opened at the centre, and what is done about all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008_complaints"
down_revision = "0007_sign_off"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "centre_complaints",
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("ticket", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("birth", sa.String(length=10), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("event", name="pk_centre_complaints"),
    )
    op.create_table(
        "complaint_cases",
        sa.Column("complaint", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("complaint", name="pk_complaint_cases"),
    )
    op.create_index("ix_complaint_cases_state", "complaint_cases", ["state"])
    op.create_table(
        "complaint_steps",
        sa.Column("complaint", sa.String(length=64), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("complaint", "step", name="pk_complaint_steps"),
    )


def downgrade() -> None:
    for table in ("complaint_steps", "complaint_cases", "centre_complaints"):
        op.drop_table(table)
