"""Takes signed batches from a folder, as if a broker had brought them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from central.ports import Clock, EventStore, Registry
from central.services.inbox import Message
from central.services.opening import Opener
from protocol import topics
from protocol.errors import WireError
from protocol.identity import device_of_batch


@dataclass(slots=True)
class BatchesTaken:
    """What came of a folder.

    Attributes:
        left_out: Name of each file that was not taken, and why.
    """

    files: int = 0
    events: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)


class BatchImport:
    """Verifies and stores; the same files a second time change nothing."""

    def __init__(self, registry: Registry, store: EventStore, clock: Clock) -> None:
        self._opener = Opener(registry)
        self._store = store
        self._clock = clock

    def run(self, files: Iterable[tuple[str, bytes]]) -> BatchesTaken:
        """Take files, each a name and its content, those of a journal in order. Blocking.

        Raises:
            StoreUnavailable: What was taken before stays.
        """
        done = BatchesTaken()
        for name, data in files:
            try:
                events = self._take(name, data)
            except WireError as error:
                done.left_out.append((name, f"{error.code}: {error}"))
            else:
                done.files += 1
                done.events += events
        return done

    def _take(self, name: str, data: bytes) -> int:
        topic = topics.up(device_of_batch(name), "batch")
        opened = self._opener.open([Message(topic, data)])
        for refused in opened.quarantined:
            raise WireError(refused.reason, "not a batch that this device signed")
        [mark] = self._store.commit(opened.deliveries, [], self._clock.now())
        [delivery] = opened.deliveries
        if mark.through < delivery.end.through:
            raise WireError("gap", f"what comes before {delivery.first} is not here yet")
        return len(delivery.events)


def in_order(names: Sequence[str]) -> list[str]:
    """Return the names of batches in the order in which they continue one another."""
    return sorted(name for name in names if not name.startswith("."))
