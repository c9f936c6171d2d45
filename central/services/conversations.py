"""What is said to the Platform, of check-ins and of doses. Blocking; every step may be repeated."""

from typing import Protocol, TypeVar

from central.domain.comparison import Difference, compare_all
from central.domain.doses import ToldDose, chosen, compare_dose
from central.domain.reactions import ToldReaction, compare_reactions
from central.domain.records import PlatformReceipt, VisitRecord
from central.ports import Clock, DoseMirror, DosePlatform, Platform, ReactionPlatform

ToldOf = TypeVar("ToldOf", contravariant=True)  # noqa: PLC0105 - as in ``ports``


class Conversation(Protocol[ToldOf]):
    """How records of one kind are told, read back and withdrawn; raises what the Platform raises."""

    def submit(self, told: ToldOf) -> PlatformReceipt:
        """Tell the Platform, unless it knows."""
        ...

    def read_back(self, told: ToldOf) -> list[Difference] | None:
        """Return what differs, or None when the Platform holds nothing of it."""
        ...

    def withdraw(self, subject: str) -> None:
        """Let the Platform hold nothing of it that is valid."""
        ...


class VisitConversation:
    """Of check-ins: one Encounter each."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def submit(self, told: VisitRecord) -> PlatformReceipt:
        """Tell of a check-in."""
        return self._platform.submit(told)

    def read_back(self, told: VisitRecord) -> list[Difference] | None:
        """Compare a check-in with what the Platform holds."""
        held = self._platform.read_back(told.visit)
        return compare_all(told, held) if held else None

    def withdraw(self, subject: str) -> None:
        """Do nothing: a check-in is never replaced."""


class ReactionConversation:
    """Of reactions: one AdverseEvent each."""

    def __init__(self, platform: ReactionPlatform) -> None:
        self._platform = platform

    def submit(self, told: ToldReaction) -> PlatformReceipt:
        """Tell of a reaction."""
        return self._platform.submit_reaction(told)

    def read_back(self, told: ToldReaction) -> list[Difference] | None:
        """Compare a reaction with what the Platform holds."""
        return compare_reactions(told, self._platform.reactions_of(told))

    def withdraw(self, subject: str) -> None:
        """Do nothing: a reaction is never replaced."""


class DoseConversation:
    """Of doses: one Immunization each, unless staff typed it into the Platform themselves."""

    def __init__(self, platform: DosePlatform, mirror: DoseMirror, clock: Clock) -> None:
        self._platform = platform
        self._mirror = mirror
        self._clock = clock

    def submit(self, told: ToldDose) -> PlatformReceipt:
        """Tell of a dose that the Platform does not hold yet; one that it holds is matched."""
        answer = self._platform.doses_of(told)
        there = chosen(told, answer.held)
        if there is not None:
            return PlatformReceipt(there.patient, there.id)
        return self._platform.submit_dose(told)

    def read_back(self, told: ToldDose) -> list[Difference] | None:
        """Compare a dose with what the Platform holds of its person, and keep what it said."""
        answer = self._platform.doses_of(told)
        self._mirror.saw_person(told.number, answer.held, self._clock.now())
        return compare_dose(told, answer)

    def withdraw(self, subject: str) -> None:
        """Mark whatever the Platform holds of a dose as entered in error."""
        self._platform.withdraw_dose(subject)
        self._mirror.forget([subject])
