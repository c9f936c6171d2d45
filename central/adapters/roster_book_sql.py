"""What lists of people there are, by site."""

from collections.abc import Sequence

import sqlalchemy as sa

from central.adapters.database import reading, store_errors
from central.adapters.roster_sql import roster_changes, roster_people
from central.adapters.rows import within
from central.domain.accounts import Sites
from central.ports.roster import SiteList


class SqlRosterBook:
    """``ports.roster.RosterBook``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def lists(self, sites: Sites) -> Sequence[SiteList]:
        people, changes = roster_people.c, roster_changes.c
        counted = (
            sa.select(people.site, sa.func.count().label("people"))
            .where(within(people.site, sites))
            .group_by(people.site)
            .subquery()
        )
        newest = (
            sa.select(changes.site, sa.func.max(changes.first).label("first"))
            .where(within(changes.site, sites))
            .group_by(changes.site)
            .subquery()
        )
        query = (
            sa.select(counted.c.site, counted.c.people, changes.made_at, changes.source)
            .join(newest, newest.c.site == counted.c.site)
            .join(
                roster_changes,
                (changes.site == newest.c.site) & (changes.first == newest.c.first),
            )
        )
        with store_errors(), reading(self._engine) as connection:
            return [
                SiteList(row.site, row.people, row.made_at, row.source)
                for row in connection.execute(query)
            ]
