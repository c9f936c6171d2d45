"""Complaints that were opened at the site today, at any of its devices: a number and a subject, nobody's name.

They are answered at the centre; here the head of the site sees that they are there.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint.

    Attributes:
        device: Where it was opened; empty for the hub's own kiosk and its desks.
        at: When, or None where no clock vouched for it.
    """

    ticket: str
    subject: str
    device: str
    at: datetime | None
