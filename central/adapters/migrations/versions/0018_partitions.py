"""Raw events in sixteen parts by journal, on PostgreSQL; SQLite keeps its one table.

What is there is copied: of a large table that takes as long as a restore, and ingest waits. Devices
keep what they have meanwhile.
"""

from alembic import op

revision = "0018_partitions"
down_revision = "0017_reaction_records"
branch_labels = None
depends_on = None

_PARTS = 16


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE raw_events RENAME TO raw_events_whole")
    op.execute("ALTER INDEX pk_raw_events RENAME TO pk_raw_events_whole")
    op.execute(
        "CREATE TABLE raw_events (LIKE raw_events_whole,"
        " CONSTRAINT pk_raw_events PRIMARY KEY (journal_id, seq, hash))"
        " PARTITION BY HASH (journal_id)"
    )
    for number in range(_PARTS):
        op.execute(
            f"CREATE TABLE raw_events_p{number:02d} PARTITION OF raw_events"
            f" FOR VALUES WITH (MODULUS {_PARTS}, REMAINDER {number})"
        )
    _copy_and_drop("raw_events_whole")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE raw_events RENAME TO raw_events_parted")
    op.execute("ALTER INDEX pk_raw_events RENAME TO pk_raw_events_parted")
    op.execute(
        "CREATE TABLE raw_events (LIKE raw_events_parted,"
        " CONSTRAINT pk_raw_events PRIMARY KEY (journal_id, seq, hash))"
    )
    _copy_and_drop("raw_events_parted")


def _copy_and_drop(before: str) -> None:
    op.execute(f"INSERT INTO raw_events SELECT * FROM {before}")  # noqa: S608 - a name from here
    op.execute(f"DROP TABLE {before}")
