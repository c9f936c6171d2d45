"""Named discrepancies of doses: opened once, kept with their age, closed when they are no more."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from central.adapters.tables_doses import dose_discrepancies as table
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

    What is still so keeps its age and its owner, and shows the values of now.
    """
    open_rows = connection.execute(
        sa.select(table).where(within, table.c.kind.in_(kinds), table.c.closed_at.is_(None))
    )
    there = {(row.scope, row.subject, row.kind, row.field): row for row in open_rows}
    wanted = {(one.scope, one.subject, one.kind, one.field): one for one in found}
    gone = [{"gone": row.id} for key, row in there.items() if key not in wanted]
    if gone:
        closing = sa.update(table).where(table.c.id == sa.bindparam("gone"))
        connection.execute(closing.values(closed_at=now), gone)
    changed = [
        {"changed": row.id, "to_ours": one.ours[:_LONGEST_VALUE], "to_theirs": _cut(one.theirs)}
        for key, one in wanted.items()
        if (row := there.get(key)) and (row.ours, row.theirs) != (_cut(one.ours), _cut(one.theirs))
    ]
    if changed:
        changing = sa.update(table).where(table.c.id == sa.bindparam("changed"))
        values: dict[str, object] = {
            "ours": sa.bindparam("to_ours"),
            "theirs": sa.bindparam("to_theirs"),
        }
        connection.execute(changing.values(values), changed)
    new = [_row(one, now) for key, one in wanted.items() if key not in there]
    if new:
        connection.execute(sa.insert(table), new)


def _row(one: Finding, now: datetime) -> dict[str, object]:
    return {
        "scope": one.scope,
        "subject": one.subject,
        "kind": one.kind,
        "field": one.field,
        "site": one.site,
        "ours": _cut(one.ours),
        "theirs": _cut(one.theirs),
        # The site answers for its own until somebody else is named.
        "owner": one.site,
        "opened_at": now,
    }


def _cut(value: str) -> str:
    return value[:_LONGEST_VALUE]
