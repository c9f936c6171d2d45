"""Hub and standby, put together: the way from one to the other, and what they do for each other."""

from collections.abc import Callable
from dataclasses import dataclass

from edge.config.settings import Settings
from edge.domain import lan
from edge.domain.lan import HubState
from edge.domain.leading import Role
from edge.ports import Clock, Journal, Peer, Replica, VaultStore
from edge.services.leading import Leading
from edge.services.listening import Listening
from edge.services.peer_watch import PeerWatch, look
from edge.services.replicating import Replicating
from edge.ui.lan.turns import Turns


def build_peer(settings: Settings, clock: Clock) -> Peer | None:
    """Return the way to the other of hub and standby, or None where there is none."""
    how = settings.hub
    if not (how.enabled and how.peer and how.other_addresses):
        return None
    from edge.adapters.peer_https import HttpsPeer

    return HttpsPeer(
        [lan.address(each, how.device_port) for each in how.other_addresses],
        settings.keys_directory,
        site=settings.site,
        trust_clock=clock.clock_ok,
    )


def ask_first(settings: Settings, clock: Clock, leading: Leading) -> None:
    """Let the other say who leads before this device opens anything. Blocking, for seconds at most."""
    peer = build_peer(settings, clock)
    if peer is not None:
        look(leading, peer)
        peer.close()


@dataclass(frozen=True)
class Pair:
    """What hub and standby do for each other."""

    leading: Leading
    replicating: Replicating
    watch: PeerWatch
    turns: Turns
    listening: Listening | None


def build_pair(
    settings: Settings,
    clock: Clock,
    leading: Leading,
    journal: Journal,
    replica: Replica,
    vault: VaultStore,
    role_changed: Callable[[], None],
    vault_changed: Callable[[], None] = lambda: None,
    grown: Callable[[], None] = lambda: None,
) -> Pair | None:
    """Return it, or None where no device takes turns with this one; nothing runs yet."""
    peer = build_peer(settings, clock)
    if peer is None:
        return None
    replicating = Replicating(journal=journal, device=settings.device, clock=clock)
    watch = PeerWatch(leading=leading, peer=peer, role_changed=role_changed)
    listening = None
    stands_by = leading.now.role is Role.STANDBY
    if stands_by or leading.now.serial:
        # A promoted hub listens to the former one, for what that had written last.
        listening = Listening(
            peer=peer,
            replica=replica,
            vault=vault if stands_by else None,
            device=settings.hub.peer,
            vault_changed=vault_changed,
            grown=grown,
        )
    state = HubState(device=settings.device, site=settings.site, epoch=journal.position().epoch)
    turns = Turns(state, leading, settings.hub.peer, replicating, vault, watch.hear)
    return Pair(leading, replicating, watch, turns, listening)
