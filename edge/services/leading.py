"""Keeps the newest signed command that names the site's hub, and what this device is by it."""

import threading
from collections.abc import Callable

import structlog

from edge.domain.leading import Lead, Role, is_newer, role_by
from edge.ports import CommandFile, JournalError
from protocol.errors import WireError
from protocol.hub_command import HubCommand

log = structlog.get_logger("leading")


class Leading:
    """Believes what is signed, keeps what is newest. Blocking; safe from any thread."""

    def __init__(
        self,
        file: CommandFile,
        open_command: Callable[[bytes], HubCommand],
        *,
        device: str,
        may_lead: bool,
        standby_of: str = "",
    ) -> None:
        """Take the parts; ``load`` reads the file.

        Args:
            open_command: Verifies a command for this site; raises ``WireError``.
            may_lead: Whether this device has what a hub has.
        """
        self._file = file
        self._open_command = open_command
        self._device = device
        self._may_lead = may_lead
        self._standby_of = standby_of
        self._guard = threading.Lock()
        self._lead = self._as(None, b"")

    @property
    def now(self) -> Lead:
        """Return what counts now."""
        return self._lead

    def load(self) -> Lead:
        """Take in what the file says, whoever put it there; one that nobody signed changes nothing.

        Raises:
            JournalError: The file cannot be read.
        """
        with self._guard:
            message = self._file.read()
            if message is not None and message != self._lead.message:
                try:
                    self._follow(message)
                except WireError as error:
                    log.error("hub_command_refused", problem=str(error))  # noqa: TRY400 - in words
            return self._lead

    def take(self, message: bytes) -> Lead:
        """Take a command from outside; an older one than is known changes nothing.

        Raises:
            WireError: Nobody who may has signed it, or it is another site's.
            JournalError: It cannot be kept; then it does not count.
        """
        with self._guard:
            command = self._open_command(message)
            if is_newer(command, self._lead.command):
                self._file.write(message)
                self._follow(message)
            return self._lead

    def _follow(self, message: bytes) -> None:
        command = self._open_command(message)
        if is_newer(command, self._lead.command):
            self._lead = self._as(command, message)
            log.info(
                "hub_named", hub=command.device, serial=command.serial, role=self._lead.role.value
            )

    def _as(self, command: HubCommand | None, message: bytes) -> Lead:
        role = role_by(command, self._device, may_lead=self._may_lead, standby_of=self._standby_of)
        return Lead(role, command, message)


def try_load(leading: Leading) -> Lead:
    """Return what counts, also where the file cannot be read now."""
    try:
        return leading.load()
    except JournalError as error:
        log.error("hub_command_unreadable", problem=str(error))  # noqa: TRY400 - in words
        return leading.now


__all__ = ["Lead", "Leading", "Role", "try_load"]
