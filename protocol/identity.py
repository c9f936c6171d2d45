"""Names of devices, sites, journals and events, and the grammar of each.

A device id is the common name of the device's certificate, its MQTT client id and its user name at
the broker, so that one access rule fits all three.
"""

import hashlib
import re
from typing import NewType

from protocol.errors import WireError

DeviceId = NewType("DeviceId", str)
SiteId = NewType("SiteId", str)
Epoch = NewType("Epoch", str)
EventId = NewType("EventId", str)
VisitId = NewType("VisitId", str)

SHARDS = 64
PAPER_PREFIX = "GY"
"""Before the numbers of slips that were printed beforehand ("giấy"); no device ever gets it."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\Z")
_EPOCH = re.compile(r"[0-9a-f]{32}\Z")


def device_id(text: str) -> DeviceId:
    """Return ``text`` as a device id: 1 to 32 of ``a-z 0-9 -``, no dash at either end.

    Raises:
        WireError: ``bad_device_id``.
    """
    if not _NAME.match(text):
        raise WireError("bad_device_id", "a device id is 1 to 32 of a-z, 0-9 and inner dashes")
    return DeviceId(text)


def site_id(text: str) -> SiteId:
    """Return ``text`` as a site id; the grammar is that of device ids.

    Raises:
        WireError: ``bad_site_id``.
    """
    if not _NAME.match(text):
        raise WireError("bad_site_id", "a site id is 1 to 32 of a-z, 0-9 and inner dashes")
    return SiteId(text)


def epoch(text: str) -> Epoch:
    """Return ``text`` as a journal's epoch: 32 hexadecimal digits, lower case.

    Raises:
        WireError: ``bad_epoch``.
    """
    if not _EPOCH.match(text):
        raise WireError("bad_epoch", "an epoch is 32 lower-case hexadecimal digits")
    return Epoch(text)


def shard_of(device: DeviceId) -> str:
    """Return the shard ``s00`` to ``s63`` that carries a device's topics."""
    return f"s{hashlib.sha256(device.encode()).digest()[0] % SHARDS:02d}"


def batch_name(device: DeviceId, epoch: Epoch, first: int) -> str:
    """Return the name of a file that holds one signed batch; names sort as the batches follow."""
    return f"{device}_{epoch}_{first:012d}.batch"


def device_of_batch(name: str) -> DeviceId:
    """Return whose batch a file says to hold; its signature decides.

    Raises:
        WireError: ``bad_device_id``: no name that ``batch_name`` makes.
    """
    return device_id(name.partition("_")[0])


def uuid7(unix_ms: int, entropy: bytes) -> str:
    """Return a version 7 UUID.

    Args:
        unix_ms: Milliseconds since 1970, 48 bits; the caller's clock, right or wrong.
        entropy: 10 random bytes.

    Source: RFC 9562, 5.7.
    """
    raw = bytearray((unix_ms & (1 << 48) - 1).to_bytes(6, "big") + entropy[:10])
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
