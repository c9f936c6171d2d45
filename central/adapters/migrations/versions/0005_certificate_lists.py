"""The lists of trusted signers and of revoked certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0005_certificate_lists"
down_revision = "0004_site"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_lists",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_certificate_lists"),
    )


def downgrade() -> None:
    op.drop_table("certificate_lists")
