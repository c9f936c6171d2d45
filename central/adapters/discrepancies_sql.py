"""Named discrepancies of doses: opened once, kept with their age, closed when they are no more."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.adapters.tables_doses import dose_discrepancies as table
from central.adapters.tables_levels import discrepancy_steps as steps
from central.domain.discrepancies import EXPLAINED
from central.domain.findings import Finding

_LONGEST_VALUE = 300


def settle_findings(
    connection: sa.Connection,
    within: sa.ColumnElement[bool],
    kinds: Collection[str],
    found: Sequence[Finding],
    now: datetime,
) -> None:
    """Bring the open discrepancies of ``kinds`` among ``within`` to what was found.

    What is still so keeps its age and its owner, and shows the values and the sites of now; a site that
    answers because nobody else is named is the one of now, too. What somebody explained stays closed for as long as its values are those that were explained.
    """
    open_rows = connection.execute(
        sa.select(table).where(within, table.c.kind.in_(kinds), table.c.closed_at.is_(None))
    )
    there = {(row.scope, row.subject, row.kind, row.field): row for row in open_rows}
    wanted = {(one.scope, one.subject, one.kind, one.field): one for one in found}
    if any(_is_news(one, there.get(key)) for key, one in wanted.items()):
        known = _explained(connection, within, kinds)
        wanted = {key: one for key, one in wanted.items() if (*key, *_values(one)) not in known}
    gone = [{"gone": row.id} for key, row in there.items() if key not in wanted]
    if gone:
        closing = sa.update(table).where(table.c.id == sa.bindparam("gone"))
        connection.execute(closing.values(closed_at=now), gone)
    changed = [
        {
            "changed": row.id,
            "to_ours": _cut(one.ours),
            "to_theirs": _cut(one.theirs),
            **_sites(one, row),
        }
        for key, one in wanted.items()
        if (row := there.get(key)) and (_is_news(one, row) or _has_moved(one, row))
    ]
    if changed:
        changing = sa.update(table).where(table.c.id == sa.bindparam("changed"))
        values: dict[str, object] = {
            "ours": sa.bindparam("to_ours"),
            "theirs": sa.bindparam("to_theirs"),
            "site": sa.bindparam("to_site"),
            "also": sa.bindparam("to_also"),
            "owner": sa.bindparam("to_owner"),
        }
        connection.execute(changing.values(values), changed)
    new = [_row(one, now) for key, one in wanted.items() if key not in there]
    if new:
        connection.execute(sa.insert(table), new)


def _is_news(one: Finding, row: sa.Row[Any] | None) -> bool:
    return row is None or (row.ours, row.theirs) != _values(one)


def _has_moved(one: Finding, row: sa.Row[Any]) -> bool:
    sites = _sites(one, row)
    return (sites["to_site"], sites["to_also"]) != (row.site, row.also)


def _sites(one: Finding, row: sa.Row[Any]) -> dict[str, str]:
    """Return whose it is now: of two sites the later one changes when an earlier fact comes late."""
    # Whoever asks again may not learn the site once more.
    site = one.site or row.site
    return {
        "to_site": site,
        "to_also": one.also,
        "to_owner": site if row.owner == row.site else row.owner,
    }


def _values(one: Finding) -> tuple[str, str]:
    return _cut(one.ours), _cut(one.theirs)


def _explained(
    connection: sa.Connection, within: sa.ColumnElement[bool], kinds: Collection[str]
) -> Collection[tuple[str, ...]]:
    """Return scope, subject, kind, field and both values of what was closed with words."""
    key = sa.literal("dose:").concat(sa.cast(table.c.id, sa.String))
    words = sa.select(steps.c.step).where(steps.c.discrepancy == key, steps.c.reason == EXPLAINED)
    columns = (table.c.scope, table.c.subject, table.c.kind, table.c.field)
    rows = connection.execute(
        sa.select(*columns, table.c.ours, table.c.theirs).where(
            within, table.c.kind.in_(kinds), table.c.closed_at.is_not(None), words.exists()
        )
    )
    return {tuple(row) for row in rows}


def _row(one: Finding, now: datetime) -> dict[str, object]:
    return {
        "scope": one.scope,
        "subject": one.subject,
        "kind": one.kind,
        "field": one.field,
        "site": one.site,
        "ours": _cut(one.ours),
        "theirs": _cut(one.theirs),
        "also": one.also,
        # The site answers for its own until somebody else is named.
        "owner": one.site,
        "opened_at": now,
    }


def _cut(value: str) -> str:
    return value[:_LONGEST_VALUE]
