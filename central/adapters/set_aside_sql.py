"""The messages in quarantine in SQLAlchemy; their bytes stay in the database."""

import sqlalchemy as sa

from central.adapters.database import quarantine, reading, store_errors
from central.domain.set_aside import SetAside
from protocol import topics

_LONGEST_NAME = 40


class SqlSetAside:
    """``ports.set_aside.SetAsideReader`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def newest(self, limit: int) -> tuple[list[SetAside], int]:
        columns = quarantine.c
        query = (
            sa.select(
                columns.received_at,
                columns.topic,
                columns.reason,
                sa.func.length(columns.data),
                columns.times,
            )
            .order_by(columns.received_at.desc(), columns.id.desc())
            .limit(limit)
        )
        with store_errors(), reading(self._engine) as connection:
            number = connection.scalar(sa.select(sa.func.count()).select_from(quarantine)) or 0
            rows = connection.execute(query).all()
        return [
            SetAside(at, topics.speaker(topic)[:_LONGEST_NAME], reason, size, times)
            for at, topic, reason, size, times in rows
        ], number
