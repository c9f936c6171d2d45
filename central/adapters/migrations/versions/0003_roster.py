"""The rosters of all sites."""

import sqlalchemy as sa
from alembic import op

revision = "0003_roster"
down_revision = "0002_projection"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("birth", sa.String(length=10), nullable=True),
        sa.Column("sex", sa.String(length=10), nullable=True),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("appointment", sa.String(length=60), nullable=True),
        sa.Column("doses", sa.Integer(), nullable=True),
        sa.Column("last_dose", sa.String(length=10), nullable=True),
        sa.Column("desk", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_roster_people"),
        sa.UniqueConstraint("site", "number", name="uq_roster_people_site_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_roster_people_site_change", "roster_people", ["site", "change"])
    op.create_table(
        "roster_removals",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_roster_removals"),
    )
    op.create_index("ix_roster_removals_site_change", "roster_removals", ["site", "change"])
    op.create_table(
        "roster_changes",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "first", name="pk_roster_changes"),
    )


def downgrade() -> None:
    op.drop_table("roster_changes")
    op.drop_table("roster_removals")
    op.drop_table("roster_people")
