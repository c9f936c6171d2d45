"""Why people leave without a certificate; of who left before, once the projection is built anew."""

import sqlalchemy as sa
from alembic import op

revision = "0019_without_certificate"
down_revision = "0018_partitions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column(
        "certificate_why", sa.String(length=40), nullable=False, server_default=sa.text("''")
    )
    op.add_column("departures", column)


def downgrade() -> None:
    op.drop_column("departures", "certificate_why")
