"""What the conversation asks the services to do: imperatives, carried out in order."""

from dataclasses import dataclass

from edge.domain.facts import Source
from edge.domain.screen import Screen
from protocol.documents.model import Claim


@dataclass(frozen=True, slots=True)
class StoreCheckIn:
    """Write a check-in with the next number and a print job; answer with a fact."""

    claim: Claim
    person: str
    masked_name: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class StoreRefusal:
    """Write that something was shown that checks nobody in; what it held is not kept."""

    document: str
    reason: str
    source: Source


@dataclass(frozen=True, slots=True)
class TryJournal:
    """Write that the kiosk is back in service; answer with a fact."""


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Send a stored print job to the printer."""

    job: str
    visit: str
    ticket: str
    masked_name: str | None


@dataclass(frozen=True, slots=True)
class ShowScreen:
    """Put a screen up."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class ForgetFrames:
    """Drop the frames that the decoder keeps: the person before the camera changed."""


Command = StoreCheckIn | StoreRefusal | TryJournal | PrintSlip | ShowScreen | ForgetFrames
