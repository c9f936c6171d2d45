"""The device's own key and the keys that it trusts."""

from collections.abc import Sequence
from typing import Protocol

from edge.domain.stamp import Moment
from edge.ports.journal import Position
from protocol.cose import Sign1
from protocol.identity import DeviceId, Epoch
from protocol.messages import Ack
from protocol.roster import RosterPage


class Keys(Protocol):
    """The device's own key and the public keys that it trusts."""

    @property
    def device(self) -> DeviceId:
        """Return the device id in the certificate."""
        ...

    def sign_batch(
        self,
        epoch: Epoch,
        first: int,
        prev: bytes,
        events: Sequence[bytes],
        *,
        after_loss: bool = False,
    ) -> bytes:
        """Return a signed batch; ``after_loss`` says that what lay before ``first`` is gone."""
        ...

    def sign_hello(self, position: Position, acked_hash: bytes, boot: str) -> bytes:
        """Return a signed hello."""
        ...

    def sign_reentry(self, ticket: str, visit: str, stage: str, now: Moment) -> str:
        """Return the text of a slip's QR: where this person stands, signed, without identity."""
        ...

    def open_ack(self, message: bytes) -> Ack:
        """Return the acknowledgement in ``message``.

        Raises:
            WireError: Not the centre's signature, or not an acknowledgement for this device.
        """
        ...

    def open_roster(self, message: bytes) -> RosterPage:
        """Return the page of a roster in ``message``.

        Raises:
            WireError: Not the centre's signature, or not a page of a roster.
        """
        ...

    def from_centre(self, message: bytes) -> Sign1:
        """Return what is in ``message``, which the centre has signed.

        Raises:
            WireError: Not the centre's signature.
        """
        ...

    def seal(self, plain: bytes, event_id: str) -> dict[str, str]:
        """Return ``plain`` sealed to the centre and to the site; this device cannot open it."""
        ...

    def person(self, number: str) -> str:
        """Return the local matching key of an ID number: HMAC-SHA256 under the day key."""
        ...

    def take_day_key(self, day_key: bytes) -> None:
        """Match people by ``day_key`` from now on; in memory only, like the ones before."""
        ...

    def former_persons(self, number: str) -> tuple[str, ...]:
        """Return the matching keys of an ID number under the day keys before, the newest first."""
        ...
