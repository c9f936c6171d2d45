"""What the Platform issued, in a table instead of each process's memory; the first look fills it."""

import sqlalchemy as sa
from alembic import op

revision = "0026_platform_certificates"
down_revision = "0025_also_concerned"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "platform_certificates",
        sa.Column("dose", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("changed_at", sa.String(length=40), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dose", "name", name="pk_platform_certificates"),
    )


def downgrade() -> None:
    op.drop_table("platform_certificates")
    # Whoever comes back to this revision reads the list anew.
    op.execute("DELETE FROM platform_cursors WHERE list = 'certificates'")
