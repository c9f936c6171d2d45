"""Whether whoever answers is the hub to talk to, and making an outdated hub hear that it is not."""

import http.client

import structlog

from edge.adapters.hub_line import asked
from edge.domain import lan
from edge.domain.lan import HubState
from edge.ports import HubError, JournalError
from edge.services.leading import Leading
from protocol.errors import WireError

log = structlog.get_logger("hub")


def is_leading(
    connection: http.client.HTTPSConnection, until: float, *, leading: Leading | None
) -> bool:
    """Return whether the hub at the other end is the one of the newest command.

    Raises:
        OSError: No answer until then.
        HubError: An answer that nobody understands.
    """
    state = state_of(asked(connection, "GET", lan.HUB, None, until))
    if leading is None:
        return state.role == lan.IS_HUB
    believe(state, leading)
    known = leading.now
    if known.command is None:
        return state.role == lan.IS_HUB
    if state.serial < known.serial:
        # Switched on again, or on the other side of a cut: it steps down when it hears this.
        asked(connection, "POST", lan.HUB, known.message, until)
        return False
    return state.role == lan.IS_HUB and state.device == known.command.device


def state_of(said: bytes) -> HubState:
    """Return what a hub says that it is.

    Raises:
        HubError: Nobody understands it.
    """
    try:
        return lan.decode(HubState, said)
    except WireError as error:
        raise HubError(f"the hub's answer is {error}") from error


def believe(state: HubState, leading: Leading) -> None:
    """Take in the command that the other goes by, when it is signed."""
    if not state.command or state.serial <= leading.now.serial:
        return
    try:
        leading.take(state.command)
    except (WireError, JournalError) as error:
        log.warning("hub_command_refused", hub=state.device, problem=str(error))
