"""Where every fact lies, and who signs that it does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from central.domain.deliveries import Delivery, DeviceState, Greeting, Quarantined, Watermark
from protocol.identity import DeviceId, Epoch
from protocol.messages import Ack


class EventStore(Protocol):
    """Raw events and watermarks. ``commit`` is the moment at which a fact is the centre's. Blocking.

    A cloned or restored card writes a second *line* of a journal: same keys, other hashes. Every
    line is stored, gap-free from where it leaves the first; the journal is then quarantined, which
    says that its device must be looked at and rejects nothing. In a quarantined journal a watermark
    is the place of the very batch that was delivered: a device never gets the place of its double,
    and each of the two is told of its own facts that they are safe.
    """

    def commit(
        self,
        deliveries: Sequence[Delivery],
        quarantined: Sequence[Quarantined],
        received_at: datetime,
        states: Sequence[DeviceState] = (),
    ) -> list[Watermark]:
        """Store everything in one transaction; return what to acknowledge for each delivery.

        Idempotent: an event already held under the same key and hash changes nothing; the same key
        with another hash is kept beside it and raises the alarm ``fork``. A batch above a gap is
        not stored, and the answer, lower than the batch, makes the device send again; unless the
        device declares the gap a loss: then it is stored and raises the alarm ``loss``.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def greet(self, greetings: Sequence[Greeting], received_at: datetime) -> list[Watermark]:
        """Return for each greeting from where its device goes on: a place that both hold.

        That is the place that the device knows to be acknowledged, and never higher: what lies
        above could be its double's. Where the centre holds less (it was restored from an older
        backup) it is the watermark, and the device sends again.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        ...

    def watermark(self, device: DeviceId, epoch: Epoch) -> Watermark | None:
        """Return how far a journal is committed, or None when none of it is here.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        ...


class AckSigner(Protocol):
    """The centre's signature under acknowledgements."""

    def sign_ack(self, ack: Ack) -> bytes:
        """Return the signed acknowledgement."""
        ...
