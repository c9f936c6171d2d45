"""What reaches the centre, once it is known who signed it."""

from dataclasses import dataclass

from protocol.identity import DeviceId, Epoch, SiteId


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One event exactly as it was signed.

    Attributes:
        problem: Why the event itself cannot be read; it is stored and acknowledged all the same.
    """

    seq: int
    hash: bytes
    data: bytes
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a journal is committed here without a gap."""

    through: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """One verified batch, ready to store; never empty.

    Attributes:
        after_loss: The device has lost what lay right before ``first`` and can't send it.
    """

    device: DeviceId
    site: SiteId
    epoch: Epoch
    first: int
    prev: bytes
    events: tuple[RawEvent, ...]
    after_loss: bool = False

    @property
    def end(self) -> Watermark:
        """The place of the batch's last entry."""
        return Watermark(self.events[-1].seq, self.events[-1].hash)


@dataclass(frozen=True, slots=True)
class Greeting:
    """A verified hello.

    Attributes:
        known: The place up to which the device knows its journal to be acknowledged.
    """

    device: DeviceId
    epoch: Epoch
    known: Watermark


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A message that could not be taken, kept whole."""

    topic: str
    reason: str
    data: bytes


@dataclass(frozen=True, slots=True)
class DeviceState:
    """The last thing a device said of itself, as it said it; not a fact."""

    device: DeviceId
    data: bytes
