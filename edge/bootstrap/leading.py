"""Who leads the site, put together: the command that is believed, and what this device is by it."""

from edge.adapters.hub_command_file import FileCommand, command_reader
from edge.config.settings import Settings
from edge.domain.leading import Role
from edge.services.leading import Leading, try_load


def build_leading(settings: Settings) -> Leading | None:
    """Return what this device believes of who leads; None where there is no hub, or no command is believed."""
    how = settings.hub
    if not (how.enabled or how.addresses):
        return None
    read = command_reader(settings.keys_directory, settings.site)
    if read is None:
        return None
    leading = Leading(
        FileCommand(settings.data_directory),
        read,
        device=settings.device,
        may_lead=how.enabled,
        standby_of=how.standby_of,
    )
    try_load(leading)
    return leading


def role_of(settings: Settings, leading: Leading | None) -> Role:
    """Return what this device is for its site now."""
    if leading is not None:
        return leading.now.role
    return Role.HUB if settings.hub.enabled else Role.KIOSK
