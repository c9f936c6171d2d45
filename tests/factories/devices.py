"""Devices as the centre meets them: a key, a certificate and a journal that can be cloned."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from central.domain.deliveries import Delivery, Greeting, RawEvent, Watermark
from central.ports import KnownDevice
from protocol import chain, cose, events, messages
from protocol.identity import DeviceId, Epoch, SiteId, uuid7

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SITE = SiteId("phuoc-dinh")
EPOCH = Epoch("0123456789abcdef" * 2)


def certificate_for(name: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """Return a self-signed certificate; who signed it is none of the centre's business."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )


@cache
def identity(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Return the key and the certificate of ``name``, the same at each call."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key, certificate_for(name, key)


def event_bytes(seq: int, *, ticket: str | None = None, at: datetime = AT) -> bytes:
    """Return a check-in at place ``seq``."""
    kind, body = events.encode_body(
        events.CheckedIn(ticket=ticket or f"A{seq:03d}", document="cccd_2021")
    )
    return events.encode_event(
        events.Event(
            id=uuid7(1_795_000_000_000 + seq, seq.to_bytes(10, "big")),
            seq=seq,
            type=kind,
            at=at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            hlc=f"{1_795_000_000_000 + seq:012x}-0000",
            boot="boot-1",
            boottime_ns=seq * 1_000_000_000,
            clock_ok=True,
            body=body,
        )
    )


@dataclass
class Card:
    """The memory card of a device: its key and its journal."""

    name: str = "kiosk-0001"
    epoch: Epoch = EPOCH
    journal: list[bytes] = field(default_factory=list)

    @property
    def device(self) -> DeviceId:
        return DeviceId(self.name)

    @property
    def known(self) -> KnownDevice:
        return KnownDevice(self.device, SITE, identity(self.name)[1])

    @property
    def signer(self) -> messages.Signer:
        key, certificate = identity(self.name)
        return messages.Signer(key, cose.thumbprint(certificate))

    @property
    def genesis(self) -> bytes:
        return chain.genesis(self.device, self.epoch)

    def write(self, count: int, *, mark: str = "A") -> "Card":
        """Append ``count`` check-ins whose tickets begin with ``mark``; return the card."""
        begin = len(self.journal) + 1
        self.journal += [
            event_bytes(seq, ticket=f"{mark}{seq:03d}") for seq in range(begin, begin + count)
        ]
        return self

    def clone(self) -> "Card":
        return replace(self, journal=list(self.journal))

    def hash_at(self, seq: int) -> bytes:
        return [self.genesis, *chain.links(self.genesis, self.journal)][seq]

    def place(self, seq: int) -> Watermark:
        return Watermark(seq, self.hash_at(seq))

    def batch(self, first: int, last: int) -> messages.Batch:
        return messages.Batch(
            device=self.device,
            epoch=self.epoch,
            first=first,
            prev=self.hash_at(first - 1),
            events=tuple(self.journal[first - 1 : last]),
        )

    def message(self, first: int, last: int) -> bytes:
        return messages.encode_batch(self.batch(first, last), self.signer)

    def delivery(self, first: int, last: int) -> Delivery:
        batch = self.batch(first, last)
        return Delivery(
            device=self.device,
            site=SITE,
            epoch=self.epoch,
            first=first,
            prev=batch.prev,
            events=tuple(
                RawEvent(seq, hash_, data)
                for seq, (hash_, data) in enumerate(
                    zip(batch.hashes(), batch.events, strict=True), first
                )
            ),
        )

    def hello(self, through: int = 0) -> bytes:
        return messages.encode_hello(
            messages.Hello(
                device=self.device,
                epoch=self.epoch,
                through=through,
                last=len(self.journal),
                head=self.hash_at(through),
                boot="boot-1",
                software="test",
            ),
            self.signer,
        )

    def greeting(self, through: int = 0) -> Greeting:
        return Greeting(self.device, self.epoch, self.place(through))

    def facts(self, first: int, last: int) -> set[tuple[int, bytes]]:
        """Return the places of entries ``first`` to ``last``, as the centre must hold them."""
        return {(seq, self.hash_at(seq)) for seq in range(first, last + 1)}


@dataclass
class ProvisionedCard(Card):
    """A card with the key that provisioning made, in ``folder``."""

    folder: Path = field(kw_only=True)

    @property
    def signer(self) -> messages.Signer:
        certificate = cose.load_certificate((self.folder / "device.crt").read_bytes())
        key = cose.load_signing_key((self.folder / "device.key").read_bytes())
        return messages.Signer(key, cose.thumbprint(certificate))
