"""Who is one person, as people said; and the ways by which somebody is looked up."""

import sqlalchemy as sa
from alembic import op

revision = "0010_persons"
down_revision = "0009_verification"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("left_visit", sa.String(length=64), nullable=False),
        sa.Column("right_visit", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(length=80), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_person_merges"),
    )
    op.create_index("ix_person_merges_left_visit", "person_merges", ["left_visit"])
    op.create_index("ix_person_merges_right_visit", "person_merges", ["right_visit"])
    op.create_index("ix_identities_birth", "identities", ["birth"])
    op.create_index("ix_identities_old_number", "identities", ["old_number"])


def downgrade() -> None:
    op.drop_index("ix_identities_old_number", "identities")
    op.drop_index("ix_identities_birth", "identities")
    op.drop_table("person_merges")
