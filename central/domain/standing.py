"""How the centre stands as a machine for IT to watch: numbers alone, no person and no device."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec


@dataclass(frozen=True, slots=True)
class Fleet:
    """The devices that were ever heard.

    Attributes:
        states: How many are ``online``, ``ill`` (online, and saying a fault), ``offline``.
        quarantined: Of them, how many have a doubled journal; each is also in ``states``.
        silent_since: When the one that has been silent longest was last heard; None: none is.
    """

    states: Mapping[str, int]
    quarantined: int = 0
    silent_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says at one moment.

    Attributes:
        behind: Events that are stored and not yet projected.
        behind_since: When the oldest of them was received.
        records: How many records stand where, by ``visit`` or ``dose`` and state.
        waiting_since: Since when the oldest record waits that the Platform shall still answer.
        discrepancies: Open ones by kind.
        alarms: Uncleared ones by kind.
        set_aside: Messages in quarantine.
        lists_as_of: When the keeper of each list last said that it is this.
        ownerless: Leases that nobody keeps, by what they are for.
    """

    behind: int
    behind_since: datetime | None
    records: Mapping[tuple[str, str], int]
    waiting_since: Mapping[str, datetime]
    discrepancies: Mapping[str, int]
    alarms: Mapping[str, int]
    set_aside: int
    complaints_open: int
    complaints_overdue: int
    rounds_open: int
    rounds_overdue: int
    fleet: Fleet
    lists_as_of: Mapping[str, datetime] = field(default_factory=dict)
    ownerless: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeviceHeard:
    """When a device was last heard, and what it last said of itself, as it said it."""

    last: datetime
    said: bytes | None
    quarantined: bool


class _Said(msgspec.Struct):
    online: bool = False
    faults: list[str] = []


FLEET_STATES = ("online", "ill", "offline")


def fleet_of(devices: Iterable[DeviceHeard]) -> Fleet:
    """Return how the fleet stands; a device whose words cannot be read counts as offline."""
    states = Counter(dict.fromkeys(FLEET_STATES, 0))
    quarantined = 0
    silent_since: datetime | None = None
    for device in devices:
        state = _state(device.said)
        states[state] += 1
        quarantined += device.quarantined
        if state == "offline" and (silent_since is None or device.last < silent_since):
            silent_since = device.last
    return Fleet(states, quarantined, silent_since)


def _state(said: bytes | None) -> str:
    try:
        words = msgspec.json.decode(said or b"{}", type=_Said)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "offline"
    if not words.online:
        return "offline"
    return "ill" if words.faults else "online"
