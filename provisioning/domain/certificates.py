"""What each kind of certificate may be used for, and for how long.

Source: RFC 5280, 4.2.1.3 and 4.2.1.12; RFC 9336 for the signing of documents.
"""

from dataclasses import dataclass
from enum import Enum

from provisioning.domain.refusal import Refused

BACKDATED_HOURS = 24
"""A certificate is valid from a day before it was made: clocks of small machines run behind."""

CENTRE = "centre"
BROKER = "broker"
ACK = "centre-ack"
REGISTRY = "registry"
BULK = "centre-bulk"
RESERVED = frozenset({CENTRE, BROKER, ACK, REGISTRY, BULK})
"""Common names with a meaning; at the broker the name ``centre`` may read what all devices say."""


class Use(Enum):
    """What a key may prove, as the object identifier of the extended key usage."""

    CLIENT = "1.3.6.1.5.5.7.3.2"
    SERVER = "1.3.6.1.5.5.7.3.1"
    # Without it, a certificate that only signs messages would also open a connection to the broker.
    DOCUMENTS = "1.3.6.1.5.5.7.3.36"


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of certificate; ``use`` is None for the root authority."""

    use: Use | None
    days: int


ROOT = Profile(None, 20 * 365)
# An expired certificate of the broker shuts every kiosk out, so it lives for long and is listed
# with its last day whenever provisioning speaks of it.
SERVER = Profile(Use.SERVER, 5 * 365)
CLIENT = Profile(Use.CLIENT, 5 * 365)
SIGNING = Profile(Use.DOCUMENTS, 10 * 365)


def refuse_reserved(device: str) -> None:
    """Return when a device may have this name.

    Raises:
        Refused: The name has a meaning of its own at the broker.
    """
    if device in RESERVED:
        raise Refused(
            f"{device!r} is a name that the centre or the broker uses",
            "choose another device id, such as kiosk-0001",
        )
