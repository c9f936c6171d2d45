"""A centre of forty lines behind a simulated link: keeps what it verified, answers with its word."""

from dataclasses import dataclass, field

from protocol import chain, cose, messages
from protocol.identity import DeviceId, Epoch


@dataclass
class RecordingCentre:
    """Stores events by place; its acknowledgement covers what is there without a gap.

    Attributes:
        device_key: Verifies what the device signs.
        signer: Signs what this centre says.
        now: What it says its clock is.
        deaf: Takes nothing in and says nothing.
        mute: Takes everything in and says nothing.
    """

    device: DeviceId
    device_key: cose.PublicKey
    signer: messages.Signer
    now: str = "2021-12-01T01:00:00Z"
    window: int = 2
    deaf: bool = False
    mute: bool = False
    stored: dict[tuple[Epoch, int], bytes] = field(default_factory=dict)
    hashes: dict[tuple[Epoch, int], bytes] = field(default_factory=dict)
    batches: list[messages.Batch] = field(default_factory=list)
    hellos: list[messages.Hello] = field(default_factory=list)
    resumed: set[tuple[Epoch, int]] = field(default_factory=set)

    def answer(self, kind: str, payload: bytes) -> list[bytes]:
        """Take a message as the ingest does; return the acknowledgements to deliver."""
        if self.deaf or kind == "state":
            return []
        signed = cose.parse(payload)
        cose.verify(signed, self.device_key)
        if kind == "hello":
            hello = messages.decode_hello(signed)
            self.hellos.append(hello)
            epoch = hello.epoch
        else:
            batch = messages.decode_batch(signed)
            self.batches.append(batch)
            epoch = batch.epoch
            self._store(batch)
        return [] if self.mute else [self.word(epoch)]

    def _store(self, batch: messages.Batch) -> None:
        if batch.after_loss:
            self.resumed.add((batch.epoch, batch.first))
        for seq, (event, digest) in enumerate(
            zip(batch.events, batch.hashes(), strict=True), batch.first
        ):
            self.stored[batch.epoch, seq] = event
            self.hashes[batch.epoch, seq] = digest

    def through(self, epoch: Epoch) -> int:
        """Return how far an epoch is held without a gap other than a declared loss."""
        seq = 0
        while True:
            if (epoch, seq + 1) in self.stored:
                seq += 1
                continue
            beyond = [first for of, first in self.resumed if of == epoch and first > seq + 1]
            if not beyond:
                return seq
            seq = min(beyond) - 1

    def word(
        self,
        epoch: Epoch,
        *,
        through: int | None = None,
        head: bytes | None = None,
        signer: messages.Signer | None = None,
    ) -> bytes:
        """Return a signed acknowledgement, true unless told otherwise."""
        covers = self.through(epoch) if through is None else through
        truth = self.hashes.get((epoch, covers), chain.genesis(self.device, epoch))
        ack = messages.Ack(self.device, epoch, covers, head or truth, self.window, self.now)
        return messages.encode_ack(ack, signer or self.signer)

    def forget_after(self, epoch: Epoch, through: int) -> None:
        """Be restored from a backup that ends at ``through``."""
        for key in [key for key in self.stored if key[0] == epoch and key[1] > through]:
            del self.stored[key]
            del self.hashes[key]
