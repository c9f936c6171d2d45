"""Which of a site's devices is its hub, as far as this device knows."""

from dataclasses import dataclass
from enum import StrEnum

from protocol.hub_command import HubCommand


class Role(StrEnum):
    """What a device is for its site."""

    KIOSK = "kiosk"
    HUB = "hub"
    STANDBY = "standby"


@dataclass(frozen=True, slots=True)
class Lead:
    """The newest command that this device believes, and what it is by it.

    Attributes:
        message: The signed command, for others to verify; empty before the first.
    """

    role: Role
    command: HubCommand | None = None
    message: bytes = b""

    @property
    def serial(self) -> int:
        """Return the number of the command; 0 before the first."""
        return 0 if self.command is None else self.command.serial


def role_by(command: HubCommand | None, device: str, *, may_lead: bool, standby_of: str) -> Role:
    """Return what ``device`` is.

    Args:
        may_lead: Whether it has what a hub has.
        standby_of: Whose place it takes by a command; before the first it is the standby.
    """
    if not may_lead:
        return Role.KIOSK
    if command is None:
        return Role.STANDBY if standby_of else Role.HUB
    return Role.HUB if command.device == device else Role.STANDBY


def is_newer(command: HubCommand, known: HubCommand | None) -> bool:
    """Return whether a command counts more than the one that is known."""
    return known is None or command.serial > known.serial
