"""Appointments: who comes in the time of their slot goes as appointed, everybody else walks in."""

import re
from datetime import datetime

from edge.domain.queue.policy import Policy

_SLOT = re.compile(r"\s*(\d{1,2})[:hH](\d{2})?\s*(?:[-–]\s*(\d{1,2})[:hH](\d{2})?)?\s*\Z")


def minutes_of(slot: str) -> tuple[int, int] | None:
    """Return beginning and end of a slot in minutes of the day, or None where it names none.

    >>> minutes_of("08:00-09:30"), minutes_of("7h"), minutes_of("buổi sáng")
    ((480, 570), (420, 420), None)
    """
    found = _SLOT.match(slot)
    if found is None:
        return None
    begin = int(found[1]) * 60 + int(found[2] or 0)
    end = int(found[3]) * 60 + int(found[4] or 0) if found[3] else begin
    return begin, end


def is_kept(slot: str, came: datetime | None, policy: Policy) -> bool:
    """Return whether who came at ``came`` goes as appointed.

    Args:
        came: By the site's clock on the wall; None where none can be trusted: then nobody is late.
    """
    minutes = minutes_of(slot)
    if minutes is None:
        return False
    if came is None:
        return True
    begin, end = minutes
    now = came.hour * 60 + came.minute
    return begin - policy.early_minutes <= now <= end + policy.late_minutes
