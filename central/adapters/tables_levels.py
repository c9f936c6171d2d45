"""Sums by site, day and hour for the pages by level, and the steps taken on discrepancies.

The sums are made of the projection again and again, so they may be emptied at any time. The steps
are facts of their own and are never rebuilt.
"""

import sqlalchemy as sa

from central.adapters.database import UtcDateTime, metadata
from central.domain.levels import COUNTED


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


# Which commune a site belongs to, as the settings say; empty: none. Also holds the sites that the
# settings name and that were never heard of.
site_places = sa.Table(
    "site_places",
    metadata,
    sa.Column("site", sa.String(32), primary_key=True),
    sa.Column("commune", sa.String(64), nullable=False, index=True),
)

# When each day was summed, and when that last brought other numbers.
figure_days = sa.Table(
    "figure_days",
    metadata,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("summed_at", UtcDateTime, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

site_days = sa.Table(
    "site_days",
    metadata,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("site", sa.String(32), primary_key=True),
    *(_count(name) for name in COUNTED),
)

site_hours = sa.Table(
    "site_hours",
    metadata,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("site", sa.String(32), primary_key=True),
    # In UTC, such as "2026-11-22 01".
    sa.Column("hour", sa.String(13), primary_key=True),
    _count("arrivals"),
    _count("queued"),
    _count("ended"),
)

# What has no day: how the site stands now.
site_states = sa.Table(
    "site_states",
    metadata,
    sa.Column("site", sa.String(32), primary_key=True),
    _count("discrepancies"),
    _count("overdue"),
    _count("devices"),
    _count("silent"),
    _count("troubled"),
    sa.Column("last_seen", UtcDateTime, nullable=True),
)

discrepancy_steps = sa.Table(
    "discrepancy_steps",
    metadata,
    # "visit:12" or "dose:12".
    sa.Column("discrepancy", sa.String(24), primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("owner_before", sa.String(80), nullable=False),
    sa.Column("owner", sa.String(80), nullable=False),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("note", sa.String(300), nullable=False),
)
