"""Old screening forms, and the words of old complaints: both lie in raw events, and go there too.

Otherwise ``rebuild-projection`` would bring them back.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, Final

import sqlalchemy as sa

from central.adapters.database import journals, raw_events
from central.adapters.erasing_sql import forget_complaints, of_complainant, redact
from central.adapters.rows import upsert
from central.adapters.tables_complaints import centre_complaints, complaint_cases, complaint_steps
from central.adapters.tables_requests import retention_cursors
from central.adapters.tables_site import complaints
from central.domain.complaints import State
from central.domain.erasure import erased, is_form, is_of
from central.ports.retention import Batch

_AT_A_TIME: Final = 100
_JOURNALS: Final = 500


def old_forms(connection: sa.Connection, before: datetime, limit: int, _run_at: datetime) -> Batch:
    """Erase screening forms that were received before; goes on in each journal where it was."""
    due, room, gone = connection.execute(_unswept(before)).all(), limit, 0
    for journal in due:
        rows = _next_of(connection, journal.id, journal.through, before, room)
        forms = [row for row in rows if is_form(row.data) and erased(row.data) is not None]
        for row in forms:
            redact(connection, row)
        cursor = {"journal_id": journal.id, "through": rows[-1].seq}
        upsert(connection, retention_cursors, "journal_id", [cursor])
        room, gone = room - len(rows), gone + len(forms)
        if not room:
            break
    return Batch(gone, more=not room or len(due) >= _JOURNALS)


def old_complaints(
    connection: sa.Connection, before: datetime, _limit: int, _run_at: datetime
) -> Batch:
    """Erase who complained and in what words where the answer was given before; the steps stay.

    One whom a complaint was opened again for is answered no more, and keeps everything.
    """
    first = connection.execute(_due(before).limit(1)).first()
    if first is None:
        return Batch(0, more=False)
    # One device at a time: its journals are read whole, for raw events have no index by their id.
    of_device = _due(before).where(_device() == first.device).limit(_AT_A_TIME)
    due = [row.complaint for row in connection.execute(of_device)]
    for event in _events_of(connection, first.device, due):
        redact(connection, event)
    forget_complaints(connection, due)
    return Batch(len(due), more=True)


def _unswept(before: datetime) -> sa.Select[Any]:
    """Return the query for journals whose next event is old, with how far they were looked through.

    One look for each journal: what was received in the last days is never read to be left alone.
    """
    swept, events = retention_cursors.c, raw_events.c
    through = sa.func.coalesce(swept.through, 0)
    next_at = (
        sa.select(events.received_at)
        .where(events.journal_id == journals.c.id, events.seq > through)
        .order_by(events.seq)
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(journals.c.id, through.label("through"))
        .join_from(journals, retention_cursors, swept.journal_id == journals.c.id, isouter=True)
        .where(next_at < before)
        .order_by(journals.c.id)
        .limit(_JOURNALS)
    )


def _next_of(
    connection: sa.Connection, journal: int, through: int, before: datetime, limit: int
) -> Sequence[sa.Row[Any]]:
    """Return the events of a journal behind ``through``, up to the first that is not old."""
    of = raw_events.c
    query = sa.select(raw_events).where(of.journal_id == journal, of.seq > through)
    rows = connection.execute(query.order_by(of.seq).limit(limit))
    return list(takewhile(lambda row: row.received_at < before, rows))


def _due(before: datetime) -> sa.Select[Any]:
    """Return the query for complaints that were answered before and still name somebody."""
    case, step = complaint_cases.c, complaint_steps.c
    named = [column.is_not(None) for column in of_complainant(complaints)]
    at_centre = sa.exists().where(
        centre_complaints.c.event == case.complaint,
        sa.or_(*(column.is_not(None) for column in of_complainant(centre_complaints))),
    )
    said = sa.exists().where(
        step.complaint == case.complaint, step.kind == "answered", step.detail != ""
    )
    return (
        sa.select(case.complaint, _device().label("device"))
        .join_from(complaint_cases, complaints, complaints.c.event == case.complaint, isouter=True)
        .where(case.state == State.ANSWERED.value, case.answered_at < before)
        .where(sa.or_(*named, at_centre, said))
        .order_by(case.answered_at, case.complaint)
    )


def _device() -> sa.ColumnElement[str]:
    """Return what names a complaint's device; empty where it was opened at the centre."""
    return sa.func.coalesce(complaints.c.device, "")


def _events_of(
    connection: sa.Connection, device: str, ids: Collection[str]
) -> Sequence[sa.Row[Any]]:
    """Return the raw events of a device's complaints; every copy that its journals have of them."""
    of = complaints.c
    # Of a fact that came twice the first receipt stands in the table: no copy came before it.
    first = sa.select(sa.func.min(of.received_at)).where(of.event.in_(ids)).scalar_subquery()
    query = (
        sa.select(raw_events)
        .join(journals, journals.c.id == raw_events.c.journal_id)
        .where(journals.c.device == device, raw_events.c.received_at >= first)
    )
    streamed = connection.execute(query, execution_options={"yield_per": 500})
    return [row for row in streamed if is_of(row.data, (), ids) and erased(row.data) is not None]
