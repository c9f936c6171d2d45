"""The national Platform, asked and told one record at a time."""

from collections.abc import Iterator
from typing import Protocol

from central.domain.doses import DoseAnswer, DosePage, ToldDose
from central.domain.reactions import HeldReaction, ToldReaction
from central.domain.records import PlatformReceipt, VisitRecord


class Platform(Protocol):
    """The national Platform. Blocking."""

    def submit(self, record: VisitRecord) -> PlatformReceipt:
        """Create patient and encounter unless the Platform holds them; safe to repeat.

        Raises:
            PlatformUnavailable: Unknown whether it was stored; repeat later.
            PlatformNotYet: People carry it there; ask again when they were back.
            PlatformRefused: It will not be stored as it is.
        """
        ...

    def read_back(self, visit: str) -> list[VisitRecord]:
        """Return every record that the Platform holds of a visit: none, one, or a duplicate.

        Raises:
            PlatformUnavailable: No answer now.
        """
        ...


class ReactionPlatform(Protocol):
    """The national Platform, of reactions. Blocking."""

    def submit_reaction(self, told: ToldReaction) -> PlatformReceipt:
        """Create patient and reaction unless the Platform holds them; safe to repeat.

        Raises:
            PlatformUnavailable: Unknown whether it was stored; repeat later.
            PlatformNotYet: People carry it there; ask again when they were back.
            PlatformRefused: It will not be stored as it is.
        """
        ...

    def reactions_of(self, told: ToldReaction) -> list[HeldReaction]:
        """Return every entry that the Platform holds of a reaction.

        Raises:
            PlatformUnavailable: No answer now.
        """
        ...


class DosePlatform(Protocol):
    """The national Platform, of doses. Blocking."""

    def doses_of(self, told: ToldDose) -> DoseAnswer:
        """Return every valid dose that the Platform holds of a dose's person, and of the dose.

        Raises:
            PlatformUnavailable: No answer now.
        """
        ...

    def submit_dose(self, told: ToldDose) -> PlatformReceipt:
        """Create patient and dose unless the Platform holds them; safe to repeat.

        Raises:
            PlatformUnavailable: Unknown whether it was stored; repeat later.
            PlatformNotYet: People carry it there; ask again when they were back.
            PlatformRefused: It will not be stored as it is.
        """
        ...

    def withdraw_dose(self, dose: str) -> None:
        """Mark every entry of a dose that we told as entered in error; safe to repeat.

        Raises:
            PlatformUnavailable: Some may still be valid; repeat later.
            PlatformNotYet: People carry the wish there; ask again when they were back.
            PlatformRefused: They will not be marked.
        """
        ...

    def changed_doses(self, since: str, until: str = "") -> Iterator[DosePage]:
        """Yield all that changed at the Platform from ``since`` on; all there is when it is empty.

        Entries of which a part gives no answer are named, and hide none behind them.

        Args:
            until: Only what changed before.

        Raises:
            PlatformUnavailable: No answer now; what was yielded stays true.
        """
        ...

    def entry(self, entry: str) -> DosePage:
        """Return one entry of the list; it is named again when it still gives no answer.

        Raises:
            PlatformUnavailable: The Platform wants to be left in peace.
        """
        ...
