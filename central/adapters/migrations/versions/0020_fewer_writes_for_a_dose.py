"""Indexes of doses' records hold those that are not settled; typed entries are found by number alone."""

import sqlalchemy as sa
from alembic import op

revision = "0020_fewer_writes_for_a_dose"
down_revision = "0019_without_certificate"
branch_labels = None
depends_on = None

_WAITING = sa.text("next_try_at IS NOT NULL")
_OPEN = sa.text("state IN ('pending', 'held', 'failing', 'accepted')")


def upgrade() -> None:
    op.drop_index("ix_dose_records_state", "dose_records")
    op.drop_index("ix_dose_records_next_try_at", "dose_records")
    op.create_index(
        "ix_dose_records_next_try_at",
        "dose_records",
        ["next_try_at"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_dose_records_open",
        "dose_records",
        ["opened_at"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.drop_index("ix_platform_doses_number", "platform_doses")
    op.create_index("ix_platform_doses_number_event", "platform_doses", ["number", "event"])


def downgrade() -> None:
    op.drop_index("ix_platform_doses_number_event", "platform_doses")
    op.create_index("ix_platform_doses_number", "platform_doses", ["number"])
    op.drop_index("ix_dose_records_open", "dose_records")
    op.drop_index("ix_dose_records_next_try_at", "dose_records")
    op.create_index("ix_dose_records_next_try_at", "dose_records", ["next_try_at"])
    op.create_index("ix_dose_records_state", "dose_records", ["state"])
