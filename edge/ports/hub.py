"""The hub of the site, as a kiosk reaches it."""

from collections.abc import Sequence
from typing import Protocol

from edge.domain.lan import (
    Claim,
    ClaimAnswer,
    DayKey,
    HubState,
    Run,
    StaffAnswer,
    StaffCall,
    Taken,
)


class Hub(Protocol):
    """The site's hub. Blocking; safe from any thread; each question has an end in time.

    Claims have a line of their own: whatever else is being said never makes a person wait.
    """

    def claim(self, claim: Claim) -> ClaimAnswer:
        """Ask whether a person may be checked in. Asked again with the same event: the same answer.

        Raises:
            HubUnavailable: No answer in the time that a person can be asked to wait.
            HubError: The hub does not take what this kiosk says.
        """
        ...

    def hand_over(self, run: Run) -> Taken:
        """Give the hub what this kiosk wrote; it is durable there on return. Safe to repeat.

        Raises:
            HubUnavailable: No answer in time; it may have been taken.
            HubError: The hub does not take what this kiosk says.
        """
        ...

    def day_key(self) -> DayKey:
        """Return the site's key of the day, or one without a key while the hub is locked.

        Raises:
            HubError: As above.
        """
        ...

    def waiting(self) -> tuple[int, int] | None:
        """Return how many minutes people wait, from and to; None while nobody can say.

        Raises:
            HubError: As above.
        """
        ...

    def call_staff(self, call: StaffCall) -> StaffAnswer:
        """Have the desks show that staff are wanted here, or no more. Safe to repeat.

        Raises:
            HubUnavailable: No answer in time; the desks may show it.
            HubError: The hub does not take what this kiosk says; an older one knows of no such calls.
        """
        ...

    def who(self) -> HubState:
        """Return who is the hub.

        Raises:
            HubError: As above.
        """
        ...

    def close(self) -> None:
        """End every connection. Safe to call twice, and to ask again afterwards."""
        ...


class HubHints(Protocol):
    """Where else the hub may be; a hint only: whoever answers there must prove that it is the hub."""

    def addresses(self) -> Sequence[tuple[str, int]]:
        """Return hosts and ports, at once; empty while nobody was heard."""
        ...

    def close(self) -> None:
        """Stop listening. Safe to call twice."""
        ...
