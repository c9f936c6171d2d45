"""What the kiosk shows: one thing at a time. A screen holds at most a masked name.

The words stand in ``edge/ui/texts.py``; here is only what is true.
"""

from dataclasses import dataclass
from typing import Literal

from protocol.documents.model import DocumentClass, Reason

Fault = Literal["D01", "D02"]
"""What a volunteer can read aloud: D01 the disk is full, D02 the journal cannot be written."""

SlipState = Literal["printing", "printed", "doubtful", "failed"]


@dataclass(frozen=True, slots=True)
class Attract:
    """Nobody is being served; shows how to hold a card."""

    camera_works: bool = True


@dataclass(frozen=True, slots=True)
class Busy:
    """A card was read and the check-in is being written."""


@dataclass(frozen=True, slots=True)
class Done:
    """The person is checked in and has a number.

    Attributes:
        again: The person had this number already; nothing new was written or printed.
    """

    ticket: str
    masked_name: str | None = None
    slip: SlipState = "printing"
    again: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """What was shown or typed checks nobody in, and why."""

    document: DocumentClass
    reason: Reason


@dataclass(frozen=True, slots=True)
class TwoCards:
    """Two people's cards are before the camera; asks for one."""


@dataclass(frozen=True, slots=True)
class Keypad:
    """The person types the number; digits stay in the page until they are confirmed there."""


@dataclass(frozen=True, slots=True)
class StaffWanted:
    """Tells the staff around, in large letters, that somebody needs help here."""


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """No check-in can be kept safe here now; sends the person to the desk."""

    fault: Fault


Screen = Attract | Busy | Done | Refused | TwoCards | Keypad | StaffWanted | OutOfOrder
