"""An erasure reaches typed notes and says what stays; a way to a log-in is kept once it has ended."""

import sqlalchemy as sa
from alembic import op

revision = "0021_notes_erased"
down_revision = "0020_fewer_writes_for_a_dose"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("notes", "kept", "kept_words"):
        op.add_column("erasures", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    # Whoever is on the way while the centre is brought up to date begins anew.
    op.drop_table("journeys")
    _journeys(sa.Column("spent_at", sa.DateTime(timezone=True), nullable=False))
    op.create_index("ix_journeys_spent_at", "journeys", ["spent_at"])


def downgrade() -> None:
    op.drop_table("journeys")
    _journeys(
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_journeys_began_at", "journeys", ["began_at"])
    for name in ("notes", "kept", "kept_words"):
        op.drop_column("erasures", name)


def _journeys(*columns: "sa.Column[object]") -> None:
    op.create_table(
        "journeys",
        sa.Column("key", sa.String(length=64), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("key", name="pk_journeys"),
    )
