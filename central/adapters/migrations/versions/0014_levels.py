"""Sums by site for the pages by level, and owners of every discrepancy with the steps taken."""

import sqlalchemy as sa
from alembic import op

revision = "0014_levels"
down_revision = "0013_platform_sheets"
branch_labels = None
depends_on = None

_COUNTED = (
    "arrivals", "queued", "ended", "identified", "clocked", "timely", "visits_matched",
    "visits_bad", "doses", "doses_traced", "doses_matched", "doses_bad",
)  # fmt: skip
_BY_TIME = ("queued", "departures", "screenings", "doses")


def upgrade() -> None:
    _tables()
    # A day is read over all sites by its time, and of one site by its closing.
    for name in _BY_TIME:
        op.create_index(f"ix_{name}_occurred_at", name, ["occurred_at"])
    op.create_index("ix_visits_site_occurred_at", "visits", ["site", "occurred_at"])
    op.create_index("ix_dose_discrepancies_site", "dose_discrepancies", ["site", "closed_at"])
    op.create_index("ix_discrepancies_closed_at", "discrepancies", ["closed_at"])
    op.add_column(
        "discrepancies",
        sa.Column("owner", sa.String(length=80), server_default=sa.text("''"), nullable=False),
    )
    # The site answers for its own until somebody else is named.
    op.execute(
        "UPDATE discrepancies SET owner = COALESCE("
        "(SELECT site FROM visits WHERE visits.visit = discrepancies.visit), '')"
    )
    # A log-in name may be longer than a site's.
    with op.batch_alter_table("dose_discrepancies") as table:
        table.alter_column(
            "owner",
            existing_type=sa.String(length=64),
            type_=sa.String(length=80),
            existing_nullable=False,
        )


def _tables() -> None:
    op.create_table(
        "site_places",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("commune", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("site", name="pk_site_places"),
    )
    op.create_index("ix_site_places_commune", "site_places", ["commune"])
    op.create_table(
        "figure_days",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("summed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_figure_days"),
    )
    op.create_table(
        "site_days",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTED),
        sa.PrimaryKeyConstraint("day", "site", name="pk_site_days"),
    )
    op.create_table(
        "site_hours",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.String(length=13), nullable=False),
        sa.Column("arrivals", sa.Integer(), nullable=False),
        sa.Column("queued", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "site", "hour", name="pk_site_hours"),
    )
    numbers = ("discrepancies", "overdue", "devices", "silent", "troubled")
    op.create_table(
        "site_states",
        sa.Column("site", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("site", name="pk_site_states"),
    )
    op.create_table(
        "discrepancy_steps",
        sa.Column("discrepancy", sa.String(length=24), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("owner_before", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("discrepancy", "step", name="pk_discrepancy_steps"),
    )


def downgrade() -> None:
    for name in (
        "discrepancy_steps", "site_states", "site_hours", "site_days", "figure_days", "site_places"
    ):  # fmt: skip
        op.drop_table(name)
    with op.batch_alter_table("dose_discrepancies") as table:
        table.alter_column(
            "owner",
            existing_type=sa.String(length=80),
            type_=sa.String(length=64),
            existing_nullable=False,
        )
    op.drop_index("ix_discrepancies_closed_at", "discrepancies")
    with op.batch_alter_table("discrepancies") as table:
        table.drop_column("owner")
    op.drop_index("ix_dose_discrepancies_site", "dose_discrepancies")
    op.drop_index("ix_visits_site_occurred_at", "visits")
    for name in _BY_TIME:
        op.drop_index(f"ix_{name}_occurred_at", name)
