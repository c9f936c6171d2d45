"""Keeps a command that somebody brought, for the program that runs on this Pi or will."""

import os
from contextlib import suppress
from pathlib import Path

from edge.adapters.hub_command_file import FileCommand, command_reader
from edge.cli.promote import NotTaken
from edge.config.settings import ConfigError, read_settings
from edge.domain.leading import Role
from edge.ports import JournalError
from edge.services.leading import Leading
from protocol.errors import WireError


def keep_command(message: bytes, config: Path) -> str:
    """Verify and keep a command; return in words what this device is by it.

    Raises:
        NotTaken: It does not count here.
    """
    try:
        settings = read_settings(config)
    except ConfigError as error:
        raise NotTaken(str(error)) from error
    read = command_reader(settings.keys_directory, settings.site)
    if read is None:
        raise NotTaken(f"no registry.crt in {settings.keys_directory}; provision this device again")
    file = FileCommand(settings.data_directory)
    how = settings.hub
    leading = Leading(
        file, read, device=settings.device, may_lead=how.enabled, standby_of=how.standby_of
    )
    try:
        known = leading.load().serial
        command = read(message)
        if command.serial <= known:
            raise NotTaken(f"command {command.serial} is not newer than {known}, which counts here")
        role = leading.take(message).role
    except (WireError, JournalError) as error:
        raise NotTaken(str(error)) from error
    _give_to_owner(settings.data_directory)
    words = {Role.HUB: "becomes the hub", Role.STANDBY: "stands by", Role.KIOSK: "follows it"}
    return f"command {command.serial}: {command.device} is the hub; {settings.device} {words[role]}"


def _give_to_owner(folder: Path) -> None:
    """Leave the file to whom the folder belongs, where root brought it."""
    with suppress(PermissionError):
        owner = folder.stat()
        os.chown(folder / "hub-command.cose", owner.st_uid, owner.st_gid)
