"""Verification rounds and the people on them."""

import sqlalchemy as sa
from alembic import op

revision = "0009_verification"
down_revision = "0008_complaints"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "verification_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_verification_rounds"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verification_rounds_site", "verification_rounds", ["site"])
    op.create_index("ix_verification_rounds_state", "verification_rounds", ["state"])
    op.create_table(
        "verification_lines",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("birth", sa.String(length=10), nullable=True),
        sa.Column("sex", sa.String(length=10), nullable=True),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["round"], ["verification_rounds.id"], name="fk_verification_lines_round"
        ),
        sa.PrimaryKeyConstraint("round", "line", name="pk_verification_lines"),
    )
    op.create_index("ix_verification_lines_person", "verification_lines", ["person"])


def downgrade() -> None:
    op.drop_table("verification_lines")
    op.drop_table("verification_rounds")
