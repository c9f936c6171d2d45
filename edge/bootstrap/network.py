"""This Pi on the network of its site: how its kiosk reaches the hub, how a hub makes itself known.

What a hub needs beside is imported where this Pi is one: a kiosk pays nothing for it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache, partial
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING

from edge.bootstrap.core import Core
from edge.config.settings import Settings
from edge.domain import lan
from edge.domain.facts import Fact
from edge.ports import Clock, Hub, HubHints, Journal, SiteStore
from edge.services.hub_client import HubClient, HubTiming
from edge.services.leading import Leading

if TYPE_CHECKING:
    from edge.adapters.hub_line import Ways
    from edge.services.claims import Ledger

LOOPBACK = "127."


def build_hub_client(
    core: Core,
    journal: Journal,
    store: SiteStore | None,
    tell: Callable[[Fact], Awaitable[None]],
    own: "Ledger | None",
) -> HubClient | None:
    """Return this kiosk's side of the hub, or None where the site has none.

    Args:
        own: The ledger of the hub that this Pi is, if it is one.
    """
    if store is None:
        return None

    def take_day_key(day_key: bytes) -> None:
        core.keys.take_day_key(day_key)
        if core.roster is not None:
            core.roster.rekey()
            # Somebody has logged in at the hub: it can open what it keeps.
            core.roster.nudge()

    def on_reached(reached: bool) -> None:  # noqa: FBT001 - the service's own word
        core.display.tell(replace(core.display.shown.bar, hub_reached=reached))

    return HubClient(
        hub=_own(own) if own is not None else _other(core),
        journal=journal if own is None else None,
        store=store,
        clock=core.clock,
        take_day_key=take_day_key,
        tell=tell,
        on_reached=on_reached,
        timing=HubTiming(answer_seconds=core.settings.hub.answer_ms / 1000),
    )


def _own(ledger: "Ledger") -> Hub:
    from edge.adapters.hub_own import OwnHub

    return OwnHub(ledger)


def _other(core: Core) -> Hub:
    from edge.adapters.hub_https import HttpsHub

    settings = core.settings
    return HttpsHub(
        _addresses(settings),
        settings.keys_directory,
        site=settings.site,
        listen=_listener(settings),
        trust_clock=core.clock.clock_ok,
        leading=core.leading,
        claim_seconds=settings.hub.answer_ms / 1000,
    )


def ways_to_hub(settings: Settings, clock: Clock, leading: Leading | None) -> "Ways":
    """Return the ways to the site's hub for other questions than a kiosk's of people who come."""
    from edge.adapters.hub_leading import is_leading
    from edge.adapters.hub_line import Ways

    return Ways(
        _addresses(settings),
        settings.keys_directory,
        site=settings.site,
        listen=_listener(settings),
        trust_clock=clock.clock_ok,
        wanted=partial(is_leading, leading=leading),
    )


def _addresses(settings: Settings) -> list[tuple[str, int]]:
    how = settings.hub
    both = (*how.addresses, *how.other_addresses)
    return [lan.address(each, how.device_port) for each in both]


def _listener(settings: Settings) -> Callable[[], HubHints]:
    return partial(_hints, settings.site)


@cache
def _hints(site: str) -> HubHints:
    """Begin to listen, once for all who look for the hub."""
    from edge.adapters.hub_mdns import MdnsHints

    return MdnsHints(site)


async def announce(settings: Settings) -> None:
    """Make this hub known on the site's network until cancelled, unless only this machine sees it."""
    from edge.adapters.hub_mdns import MdnsAnnouncement

    how = settings.hub
    hosts = [lan.address(each, how.device_port)[0] for each in how.addresses]
    addresses = [each for each in hosts if is_ipv4(each) and not each.startswith(LOOPBACK)]
    if not addresses:
        return
    said = await asyncio.to_thread(MdnsAnnouncement, settings.site, how.device_port, addresses)
    try:
        await asyncio.Event().wait()
    finally:
        said.close()


def is_ipv4(host: str) -> bool:
    """Return whether ``host`` is an IPv4 address and no name."""
    try:
        return isinstance(ip_address(host), IPv4Address)
    except ValueError:
        return False
