"""The projection's tables, records and discrepancies."""

import sqlalchemy as sa
from alembic import op

revision = "0002_projection"
down_revision = "0001_ingest"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "boots",
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("stamp", sa.String(length=112), nullable=False),
        sa.Column("software", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("device_time", sa.String(length=40), nullable=False),
        sa.Column("clock_ok", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("device", name="pk_boots"),
    )
    op.create_table(
        "devices_seen",
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("stamp", sa.String(length=112), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("clock_ok", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("device", name="pk_devices_seen"),
    )
    op.create_table(
        "discrepancies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("ours", sa.String(length=300), nullable=False),
        sa.Column("theirs", sa.String(length=300), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_discrepancies"),
    )
    op.create_index("ix_discrepancies_visit", "discrepancies", ["visit"], unique=False)
    op.create_table(
        "identities",
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=112), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("birth", sa.String(length=10), nullable=True),
        sa.Column("sex", sa.String(length=10), nullable=True),
        sa.Column("nationality", sa.String(length=3), nullable=False),
        sa.Column("old_number", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("visit", name="pk_identities"),
    )
    op.create_index("ix_identities_number", "identities", ["number"], unique=False)
    op.create_table(
        "prints",
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=112), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=True),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("ticket", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("reprint", sa.Boolean(), nullable=False),
        sa.Column("device_time", sa.String(length=40), nullable=False),
        sa.Column("clock_ok", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_prints"),
    )
    op.create_index("ix_prints_visit", "prints", ["visit"], unique=False)
    op.create_table(
        "records",
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=112), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("patient", sa.String(length=64), nullable=True),
        sa.Column("encounter", sa.String(length=64), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("visit", name="pk_records"),
    )
    op.create_index("ix_records_next_try_at", "records", ["next_try_at"], unique=False)
    op.create_index("ix_records_state", "records", ["state"], unique=False)
    op.create_table(
        "refused_scans",
        sa.Column("stamp", sa.String(length=112), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("device_time", sa.String(length=40), nullable=False),
        sa.Column("clock_ok", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("stamp", name="pk_refused_scans"),
    )
    op.create_index("ix_refused_scans_occurred_at", "refused_scans", ["occurred_at"], unique=False)
    op.create_table(
        "visits",
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=112), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=32), nullable=False),
        sa.Column("ticket", sa.String(length=20), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("exception", sa.String(length=120), nullable=True),
        sa.Column("device_time", sa.String(length=40), nullable=False),
        sa.Column("clock_ok", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("identity_problem", sa.String(length=40), nullable=True),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("visit", name="pk_visits"),
    )
    op.create_index("ix_visits_occurred_at", "visits", ["occurred_at"], unique=False)
    op.create_table(
        "projection_cursors",
        sa.Column("journal_id", sa.Integer(), nullable=False),
        sa.Column("projected", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journals.id"], name="fk_projection_cursors_journal_id"
        ),
        sa.PrimaryKeyConstraint("journal_id", name="pk_projection_cursors"),
    )


def downgrade() -> None:
    op.drop_table("projection_cursors")
    op.drop_table("visits")
    op.drop_table("refused_scans")
    op.drop_table("records")
    op.drop_table("prints")
    op.drop_table("identities")
    op.drop_table("discrepancies")
    op.drop_table("devices_seen")
    op.drop_table("boots")
