"""The tables that the projection makes of raw events, and the records kept beside them.

The first group can be emptied and made again at any time. ``records`` and ``discrepancies`` hold
what was said to and by the Platform: they are not in any event and are never rebuilt.
"""

from typing import Any, Final

import sqlalchemy as sa

from central.adapters.database import UtcDateTime, metadata


def when_columns(*, indexed: bool = False) -> list[sa.Column[Any]]:
    """Return the columns of ``facts.When``."""
    return [
        sa.Column("device_time", sa.String(40), nullable=False),
        sa.Column("clock_ok", sa.Boolean, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("occurred_at", UtcDateTime, nullable=False, index=indexed),
        sa.Column("estimated", sa.Boolean, nullable=False),
    ]


def stamp_column(*, primary_key: bool = False) -> sa.Column[str]:
    """Return the column of a row's stamp."""
    return sa.Column("stamp", sa.String(112), nullable=False, primary_key=primary_key)


projection_cursors = sa.Table(
    "projection_cursors",
    metadata,
    sa.Column("journal_id", sa.Integer, sa.ForeignKey("journals.id"), primary_key=True),
    sa.Column("projected", sa.BigInteger, nullable=False),
)

visits = sa.Table(
    "visits",
    metadata,
    sa.Column("visit", sa.String(64), primary_key=True),
    stamp_column(),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("device", sa.String(32), nullable=False),
    sa.Column("ticket", sa.String(20), nullable=False),
    sa.Column("document", sa.String(40), nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("warnings", sa.JSON, nullable=False),
    sa.Column("exception", sa.String(120), nullable=True),
    *when_columns(indexed=True),
    sa.Column("identity_problem", sa.String(40), nullable=True),
    sa.Column("conflict", sa.Boolean, nullable=False),
    sa.Column("event", sa.String(64), nullable=False, server_default=sa.text("''"), index=True),
    sa.Column("standing", sa.String(20), nullable=False, server_default=sa.text("''")),
    sa.Column("staff", sa.String(64), nullable=False, server_default=sa.text("''")),
    sa.Index("ix_visits_site_occurred_at", "site", "occurred_at"),
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("visit", sa.String(64), primary_key=True),
    stamp_column(),
    sa.Column("document", sa.String(40), nullable=False),
    sa.Column("number", sa.String(40), nullable=True, index=True),
    sa.Column("name", sa.String(200), nullable=True),
    sa.Column("birth", sa.String(10), nullable=True, index=True),
    sa.Column("sex", sa.String(10), nullable=True),
    sa.Column("nationality", sa.String(3), nullable=False),
    sa.Column("old_number", sa.String(20), nullable=True, index=True),
    sa.Column("name_key", sa.String(200), nullable=True),
)

prints = sa.Table(
    "prints",
    metadata,
    sa.Column("job", sa.String(64), primary_key=True),
    stamp_column(),
    sa.Column("visit", sa.String(64), nullable=True, index=True),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("device", sa.String(32), nullable=False),
    sa.Column("ticket", sa.String(20), nullable=False),
    sa.Column("outcome", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(200), nullable=True),
    sa.Column("reprint", sa.Boolean, nullable=False),
    *when_columns(),
)

# Whose a certificate is stands nowhere here: a dose goes by its event's id.
certificate_copies = sa.Table(
    "certificate_copies",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    stamp_column(),
    sa.Column("dose", sa.String(64), nullable=False, index=True),
    sa.Column("certificate", sa.String(64), nullable=False),
    sa.Column("site", sa.String(32), nullable=False),
    *when_columns(),
)

refused_scans = sa.Table(
    "refused_scans",
    metadata,
    stamp_column(primary_key=True),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("device", sa.String(32), nullable=False),
    sa.Column("document", sa.String(40), nullable=False),
    sa.Column("reason", sa.String(80), nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    *when_columns(indexed=True),
)

devices_seen = sa.Table(
    "devices_seen",
    metadata,
    sa.Column("device", sa.String(32), primary_key=True),
    stamp_column(),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("boot", sa.String(64), nullable=False),
    sa.Column("clock_ok", sa.Boolean, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
)

boots = sa.Table(
    "boots",
    metadata,
    sa.Column("device", sa.String(32), primary_key=True),
    stamp_column(),
    sa.Column("software", sa.String(80), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    *when_columns(),
)

records = sa.Table(
    "records",
    metadata,
    sa.Column("visit", sa.String(64), primary_key=True),
    stamp_column(),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try_at", UtcDateTime, nullable=True, index=True),
    sa.Column("reason", sa.String(500), nullable=True),
    sa.Column("patient", sa.String(64), nullable=True),
    sa.Column("encounter", sa.String(64), nullable=True),
    sa.Column("submitted_at", UtcDateTime, nullable=True),
    sa.Column("reconciled_at", UtcDateTime, nullable=True),
)

discrepancies = sa.Table(
    "discrepancies",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("visit", sa.String(64), nullable=False, index=True),
    sa.Column("field", sa.String(40), nullable=False),
    sa.Column("ours", sa.String(300), nullable=False),
    sa.Column("theirs", sa.String(300), nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime, nullable=True, index=True),
    sa.Column("owner", sa.String(80), nullable=False, server_default=sa.text("''")),
)

REBUILT: Final = (
    projection_cursors,
    visits,
    identities,
    prints,
    certificate_copies,
    refused_scans,
    devices_seen,
    boots,
)
"""What ``rebuild-projection`` empties, with the tables of ``tables_site``."""
