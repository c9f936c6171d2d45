"""What comes of a command: events to journal, or a refusal in a word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from edge.domain.queue.visit import Visit
from protocol.events import CheckedIn
from protocol.site_events import SiteBody

Reason = Literal[
    "nobody_waiting",
    "desk_busy",
    "unknown_visit",
    "unknown_station",
    "unknown_vial",
    "unknown_class",
    "changed_meanwhile",
    "already_called",
    "not_called",
    "not_waiting",
    "elsewhere",
    "not_earlier",
    "has_left",
    "duplicate",
    "screening_missing",
    "dose_missing",
    "reason_missing",
    "staff_missing",
    "observation_running",
    "observation_too_short",
    "confirm_warnings",
    "vial_known",
    "ticket_taken",
    "visit_known",
    "checked_in_before",
    "bad_value",
    "not_stored",
]
"""Why a command is refused; the page has the words. ``details`` names what they are filled with."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was done.

    Attributes:
        details: Of ``changed_meanwhile``: ``by``, ``what`` (an event type), ``version``; of
            ``confirm_warnings``: ``warnings``, codes with commas; of a call: ``ticket``, ``desk``,
            ``station``; of ``observation_running``: ``minutes`` that are left; of ``not_stored``: ``why``.
    """

    reason: Reason
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """An event to journal; an empty ``id`` is filled in by the hub.

    Attributes:
        numbered: The check-in gets the hub's next number before it is journalled.
        print_job: Id of the job that prints its slip; empty for none.
    """

    body: SiteBody | CheckedIn
    visit: str | None = None
    id: str = ""
    person: str | None = None
    sealed: dict[str, str] | None = None
    numbered: bool = False
    print_job: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The command's events are durable and in the queue.

    Attributes:
        visit: The visit as it stands now; None for a command on the day or on a vial.
        version: Of the queue.
    """

    visit: Visit | None
    version: int
