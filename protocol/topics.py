"""The only place where MQTT topic strings exist: build and parse side by side.

``tram/v1/{shard}/{device}/up/{hello,batch,state}`` goes to the centre,
``tram/v1/{shard}/{device}/dn/{ack,config,command,notice}`` to the device.
No person, number or name is ever part of a topic.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from protocol.errors import WireError
from protocol.identity import DeviceId, device_id, shard_of

ROOT = "tram/v1"
Up = Literal["hello", "batch", "state"]
Down = Literal["ack", "config", "command", "notice"]
_UP = frozenset(get_args(Up))


@dataclass(frozen=True, slots=True)
class UpTopic:
    """A parsed topic of the direction device to centre."""

    shard: str
    device: DeviceId
    kind: Up


def up(device: DeviceId, kind: Up) -> str:
    """Return the topic on which ``device`` publishes messages of ``kind``."""
    return f"{ROOT}/{shard_of(device)}/{device}/up/{kind}"


def down(device: DeviceId, kind: Down) -> str:
    """Return the topic on which the centre answers ``device``."""
    return f"{ROOT}/{shard_of(device)}/{device}/dn/{kind}"


def down_filter(device: DeviceId) -> str:
    """Return the one filter that a device subscribes to."""
    return f"{ROOT}/{shard_of(device)}/{device}/dn/#"


def up_filter(shard: str = "+") -> str:
    """Return the filter of everything that devices of ``shard`` (or of all shards) say."""
    return f"{ROOT}/{shard}/+/up/+"


def up_tree(device: str = "+") -> str:
    """Return everything that ``device`` (by default any) may publish, as a broker's access rule."""
    return f"{ROOT}/+/{device}/up/#"


def down_tree(device: str = "+") -> str:
    """Return everything that is said to ``device`` (by default any), as a broker's access rule."""
    return f"{ROOT}/+/{device}/dn/#"


def speaker(topic: str) -> str:
    """Return the part of a topic where the device stands, without any check; empty if there is none."""
    return "".join(topic.split("/")[3:4])


def parse_up(topic: str) -> UpTopic:
    """Return the parts of a topic that a device published on.

    Raises:
        WireError: ``bad_topic``: not our grammar, or the shard is not the device's.
    """
    parts = topic.split("/")
    if len(parts) != 6 or "/".join(parts[:2]) != ROOT or parts[4] != "up" or parts[5] not in _UP:
        raise WireError("bad_topic", "not a topic of a device speaking to the centre")
    device = device_id(parts[3])
    if parts[2] != shard_of(device):
        raise WireError("bad_topic", "the shard does not belong to the device")
    return UpTopic(parts[2], device, parts[5])  # type: ignore[arg-type]  # membership checked above
