"""The device's key and the keys it trusts, in memory: what it signs, seals and believes."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from edge.domain.stamp import Moment
from protocol import cose, messages, reentry, roster, sealing
from protocol.errors import WireError
from protocol.identity import DeviceId, Epoch

_FORMER_KEYS = 2
"""The kiosk's own of before the hub was unlocked, and yesterday's."""


class HeldThrough(Protocol):
    """How far a journal is written and acknowledged."""

    @property
    def epoch(self) -> Epoch:
        """The journal's epoch."""
        ...

    @property
    def last(self) -> int:
        """The newest entry."""
        ...

    @property
    def acked(self) -> int:
        """The newest acknowledged entry."""
        ...


class KeyRing:
    """See the port ``Keys``; where the keys come from is left to who makes it."""

    def __init__(
        self,
        device: DeviceId,
        signer: messages.Signer,
        *,
        centre_key: cose.PublicKey,
        centre_kid: bytes,
        recipients: Sequence[X25519PublicKey],
        day_key: bytes,
        software: str,
    ) -> None:
        """Hold the keys.

        Args:
            centre_key: Verifies acknowledgements that name ``centre_kid``.
            recipients: Who can open what this device seals: the centre and the site.
            day_key: The site's key of the day; in memory only.
            software: Version that a hello names.
        """
        self._device = device
        self._signer = signer
        self._centre_key = centre_key
        self._centre_kid = centre_kid
        self._recipients = tuple(recipients)
        self._day_key = day_key
        self._former: tuple[bytes, ...] = ()
        self._software = software

    @property
    def device(self) -> DeviceId:
        """Return the device id in the certificate."""
        return self._device

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
        batch = messages.Batch(self._device, epoch, first, prev, tuple(events), after_loss)
        return messages.encode_batch(batch, self._signer)

    def sign_hello(self, position: HeldThrough, acked_hash: bytes, boot: str) -> bytes:
        """Return a signed hello."""
        hello = messages.Hello(
            device=self._device,
            epoch=position.epoch,
            through=position.acked,
            last=position.last,
            head=acked_hash,
            boot=boot,
            software=self._software,
        )
        return messages.encode_hello(hello, self._signer)

    def sign_reentry(self, ticket: str, visit: str, stage: str, now: Moment) -> str:
        """Return the text of a slip's QR: where this person stands, signed, without identity."""
        at = now.wall_ms // 1000
        state = reentry.Reentry(self._device, ticket, visit, stage, at, now.clock_ok)
        return reentry.encode(state, self._signer)

    def open_ack(self, message: bytes) -> messages.Ack:
        """Return the acknowledgement in ``message``.

        Raises:
            WireError: Not the centre's signature, or not an acknowledgement for this device.
        """
        ack = messages.decode_ack(self.from_centre(message))
        if ack.device != self._device:
            raise WireError("not_ours", "an acknowledgement for another device")
        return ack

    def open_roster(self, message: bytes) -> roster.RosterPage:
        """Return the page of a roster in ``message``.

        Raises:
            WireError: Not the centre's signature, or not a page of a roster.
        """
        return roster.decode_page(self.from_centre(message))

    def from_centre(self, message: bytes) -> cose.Sign1:
        """Return what is in ``message``, which the centre has signed.

        Raises:
            WireError: Not the centre's signature.
        """
        signed = cose.parse(message)
        if signed.kid != self._centre_kid:
            raise WireError("unknown_kid", "not signed by the key that acknowledges")
        cose.verify(signed, self._centre_key)
        return signed

    def seal(self, plain: bytes, event_id: str) -> dict[str, str]:
        """Return ``plain`` sealed to the centre and to the site; this device cannot open it."""
        return sealing.seal(plain, event_id, self._recipients)

    def take_day_key(self, day_key: bytes) -> None:
        """Match people by ``day_key`` from now on; who came under the ones before is still found."""
        if day_key != self._day_key:
            self._former = (self._day_key, *self._former)[:_FORMER_KEYS]
            self._day_key = day_key

    def person(self, number: str) -> str:
        """Return the local matching key of an ID number."""
        return _matching_key(self._day_key, number)

    def former_persons(self, number: str) -> tuple[str, ...]:
        """Return the matching keys of an ID number under the day keys before, the newest first."""
        return tuple(_matching_key(day_key, number) for day_key in self._former)


def _matching_key(day_key: bytes, number: str) -> str:
    return hmac.new(day_key, number.encode(), hashlib.sha256).hexdigest()
