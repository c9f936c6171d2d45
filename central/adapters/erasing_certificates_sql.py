"""What the Platform issued to a person: found by the doses that are known to be theirs, and forgotten."""

from collections.abc import Collection

import sqlalchemy as sa

from central.adapters.rows import upsert
from central.adapters.tables_doses import (
    CERTIFICATES,
    dose_records,
    platform_certificates,
    platform_cursors,
)
from central.adapters.tables_requests import erased_entries


def locked_cursor(connection: sa.Connection) -> str:
    """Return how far certificates were read; until the transaction ends nobody else keeps or forgets any."""
    of = platform_cursors.c
    query = sa.select(of.through).where(of.list == CERTIFICATES).with_for_update()
    return connection.scalar(query) or ""


def doses_at_platform(
    connection: sa.Connection, events: Collection[str], entries: Collection[str]
) -> set[str]:
    """Return the Platform's ids of a person's doses: of what it listed, and of what it was told."""
    of = dose_records.c
    told = sa.select(of.immunization).where(of.dose.in_(events), of.immunization.is_not(None))
    return {*entries, *connection.scalars(told)}


def forget_certificates(
    connection: sa.Connection, events: Collection[str], entries: Collection[str], erasure: int
) -> None:
    """Drop what was issued of a person's doses, and remember these, so that no reading brings it back."""
    locked_cursor(connection)
    ids = sorted(doses_at_platform(connection, events, entries))
    table = platform_certificates
    connection.execute(sa.delete(table).where(table.c.dose.in_(ids)))
    keys = [{"key": f"dose/{one}", "erasure": erasure} for one in ids]
    upsert(connection, erased_entries, "key", keys)
