"""Everything that machines said, to be looked through before invented work gets beside it."""

import sqlalchemy as sa

from central.adapters.database import raw_events, reading, store_errors


def everything_said(engine: sa.Engine, most: int) -> list[bytes]:
    """Return the raw events, ``most`` of them and no more.

    Raises:
        StoreUnavailable: No answer now.
    """
    query = sa.select(raw_events.c.data).limit(most)
    with store_errors(), reading(engine) as connection:
        return list(connection.scalars(query))
