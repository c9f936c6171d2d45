"""The other site that a discrepancy of a person concerns: it sees it, too."""

import sqlalchemy as sa
from alembic import op

revision = "0025_also_concerned"
down_revision = "0024_certificate_copies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What is open gets its other site from the next comparison.
    column = sa.Column("also", sa.String(length=32), nullable=False, server_default=sa.text("''"))
    op.add_column("dose_discrepancies", column)
    op.create_index("ix_dose_discrepancies_also", "dose_discrepancies", ["also", "closed_at"])


def downgrade() -> None:
    op.drop_index("ix_dose_discrepancies_also", "dose_discrepancies")
    op.drop_column("dose_discrepancies", "also")
