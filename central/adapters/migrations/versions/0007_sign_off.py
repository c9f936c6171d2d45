"""Days that were made ready to be signed, and their signatures; days are found by site and time."""

import sqlalchemy as sa
from alembic import op

revision = "0007_sign_off"
down_revision = "0006_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_offs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_offs"),
        sa.UniqueConstraint("sha256", name="uq_sign_offs_sha256"),
    )
    op.create_index("ix_sign_offs_site_day", "sign_offs", ["site", "day"])
    op.create_table(
        "sign_off_signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("means", sa.String(length=10), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signer", sa.String(length=300), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["sign_offs.id"], name="fk_sign_off_signatures_batch"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_off_signatures"),
        sa.UniqueConstraint("batch", "digest", name="uq_sign_off_signatures_batch_digest"),
    )


def downgrade() -> None:
    op.drop_table("sign_off_signatures")
    op.drop_table("sign_offs")
