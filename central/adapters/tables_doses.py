"""Doses and the Platform: where each record stands, what the Platform holds, what disagrees.

None of it is in any event, so none is ever made again from events.
"""

from typing import Final

import sqlalchemy as sa

from central.adapters.database import UtcDateTime, metadata
from central.domain.records import OPEN_STATES

OPEN: Final = f"state IN ({', '.join(repr(state.value) for state in OPEN_STATES)})"
"""Word for word in the index and in what is asked: so both databases see that it fits."""
_WAITING: Final = "next_try_at IS NOT NULL"

# Of millions of doses nearly all are settled. The indexes of those that are not hold nothing else:
# each index that a record is in makes writing it dearer.
dose_records = sa.Table(
    "dose_records",
    metadata,
    sa.Column("dose", sa.String(64), primary_key=True),
    sa.Column("stamp", sa.String(112), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try_at", UtcDateTime, nullable=True),
    sa.Column("reason", sa.String(500), nullable=True),
    sa.Column("patient", sa.String(64), nullable=True),
    sa.Column("immunization", sa.String(64), nullable=True, index=True),
    sa.Column("submitted_at", UtcDateTime, nullable=True),
    sa.Column("reconciled_at", UtcDateTime, nullable=True),
    sa.Index(
        "ix_dose_records_next_try_at",
        "next_try_at",
        sqlite_where=sa.text(_WAITING),
        postgresql_where=sa.text(_WAITING),
    ),
    sa.Index(
        "ix_dose_records_open",
        "opened_at",
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    ),
)

reaction_records = sa.Table(
    "reaction_records",
    metadata,
    sa.Column("reaction", sa.String(64), primary_key=True),
    sa.Column("stamp", sa.String(112), nullable=False),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try_at", UtcDateTime, nullable=True, index=True),
    sa.Column("reason", sa.String(500), nullable=True),
    sa.Column("patient", sa.String(64), nullable=True),
    sa.Column("adverse_event", sa.String(64), nullable=True, index=True),
    sa.Column("submitted_at", UtcDateTime, nullable=True),
    sa.Column("reconciled_at", UtcDateTime, nullable=True),
)

# What the Platform said that it holds, when it was last read: the other side of every comparison.
platform_doses = sa.Table(
    "platform_doses",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    # Our event's id where the entry is ours; empty where staff typed it into the Platform.
    sa.Column("event", sa.String(64), nullable=False, index=True),
    sa.Column("patient", sa.String(64), nullable=False),
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("name", sa.String(200), nullable=True),
    sa.Column("name_key", sa.String(200), nullable=True),
    sa.Column("birth", sa.String(10), nullable=True),
    sa.Column("sex", sa.String(10), nullable=True),
    sa.Column("vaccine", sa.String(80), nullable=False),
    sa.Column("vaccine_key", sa.String(80), nullable=False),
    sa.Column("lot", sa.String(40), nullable=False),
    sa.Column("lot_key", sa.String(40), nullable=False),
    sa.Column("dose_number", sa.Integer, nullable=True),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("read_at", UtcDateTime, nullable=False),
    # Whether staff typed in a dose of somebody is then known without looking at the entry itself.
    sa.Index("ix_platform_doses_number_event", "number", "event"),
)

# ``scope`` says what ``subject`` is: a dose, an entry of the Platform, a visit, or a person's number.
dose_discrepancies = sa.Table(
    "dose_discrepancies",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("scope", sa.String(10), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("field", sa.String(24), nullable=False),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("ours", sa.String(300), nullable=False),
    sa.Column("theirs", sa.String(300), nullable=False),
    sa.Column("owner", sa.String(80), nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime, nullable=True, index=True),
    # The other site that it concerns, such as where a person was before; empty for none.
    sa.Column("also", sa.String(32), nullable=False, server_default=sa.text("''")),
    sa.Index("ix_dose_discrepancies_also", "also", "closed_at"),
    sa.Index("ix_dose_discrepancies_scope_subject", "scope", "subject"),
    sa.Index("ix_dose_discrepancies_site", "site", "closed_at"),
)

# What the Platform issued, as it was last listed: several of a dose that was issued anew. Only one
# that is current keeps its text, which names its person.
platform_certificates = sa.Table(
    "platform_certificates",
    metadata,
    # The Platform's own id of the dose, and SHA-256 of the text.
    sa.Column("dose", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("changed_at", sa.String(40), nullable=False),
    sa.Column("code", sa.Text, nullable=False),
)

IMMUNIZATIONS: Final = "immunizations"
CERTIFICATES: Final = "certificates"

# How far each of the Platform's own lists was read.
platform_cursors = sa.Table(
    "platform_cursors",
    metadata,
    sa.Column("list", sa.String(20), primary_key=True),
    sa.Column("through", sa.String(40), nullable=False),
)
