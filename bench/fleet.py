"""A fleet that comes back with a backlog: its certificates, its signed batches, and who sends them.

Devices do as kiosks do: hello first, two batches under way, and what the centre has not signed for
after a while is sent again.
"""

import base64
import os
import selectors
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import cbor2
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from bench.ingest_wire import Sender, Wire, publish_packet
from protocol import chain, cose, events, messages, sealing, topics
from protocol.identity import DeviceId, Epoch, SiteId, uuid7
from protocol.registry import RegisteredDevice, encode_registry
from provisioning.adapters.authority_x509 import X509Authority
from provisioning.adapters.clock import SystemClock
from provisioning.domain import certificates, plan

SITE = SiteId("phuoc-dinh")
EPOCH = Epoch("0123456789abcdef" * 2)
ACK_SECONDS = 30.0
VISIT_EVENTS = 10
_FIRST_MS = 1_795_000_000_000


def name_of(number: int) -> DeviceId:
    """Return the name of the device of that number."""
    return DeviceId(f"kiosk-{number:05d}")


def enrol(provisioned: Path, count: int) -> None:
    """Give ``count`` devices certificates, and the centre a registry of them.

    Not by the provisioner, which makes each step durable: nothing of this need survive.
    """
    authority, now = X509Authority(), SystemClock().now()
    issuer = (provisioned / plan.CA).read_bytes(), (provisioned / plan.CA_KEY).read_bytes()
    registered = []
    for number in range(1, count + 1):
        name = name_of(number)
        folder = provisioned / "fleet" / name
        folder.mkdir(parents=True)
        key = authority.new_key()
        request = authority.request(key, name)
        pem = authority.issue(request, certificates.CLIENT, (), issuer, now)
        (folder / "device.key").write_bytes(key)
        (folder / "device.crt").write_bytes(pem)
        (folder / "ca.crt").write_bytes(issuer[0])
        der = cose.load_certificate(pem).public_bytes(Encoding.DER)
        registered.append(RegisteredDevice(name, SITE, der))
    certificate = cose.load_certificate((provisioned / plan.REGISTRY_CERTIFICATE).read_bytes())
    registry_key = cose.load_signing_key((provisioned / plan.REGISTRY_KEY).read_bytes())
    signer = messages.Signer(registry_key, cose.thumbprint(certificate))
    made = encode_registry(registered, signer, serial=1_000, issued_at="2026-11-22T00:00:00Z")
    (provisioned / "centre" / "registry.cose").write_bytes(made)


@dataclass(frozen=True)
class Backlog:
    """What each device has to send: of every ten events one is a check-in, sealed to the centre."""

    events: int
    per_message: int
    seal: bytes

    @property
    def messages(self) -> int:
        """How many batches that is."""
        return -(-self.events // self.per_message)

    def packets(self, number: int, keys: Path) -> list[bytes]:
        """Return a device's PUBLISH packets: the hello, then its batches."""
        device = name_of(number)
        key = cose.load_signing_key((keys / "device.key").read_bytes())
        signer = messages.Signer(
            key, cose.thumbprint(cose.load_certificate((keys / "device.crt").read_bytes()))
        )
        prev = chain.genesis(device, EPOCH)
        hello = messages.Hello(device, EPOCH, 0, self.events, prev, "boot", "bench")
        made = [publish_packet(topics.up(device, "hello"), messages.encode_hello(hello, signer), 0)]
        topic = topics.up(device, "batch")
        for message in range(self.messages):
            first = message * self.per_message + 1
            run = tuple(
                self._event(number, seq)
                for seq in range(first, min(first + self.per_message, self.events + 1))
            )
            batch = messages.Batch(device, EPOCH, first, prev, run)
            payload = messages.encode_batch(batch, signer)
            prev = batch.hashes()[-1]
            made.append(publish_packet(topic, payload, message + 1))
        return made

    def _event(self, device: int, seq: int) -> bytes:
        of_visit = (seq - 1) // VISIT_EVENTS
        ticket = f"A{of_visit % 1000:03d}"
        body: events.Body
        if (seq - 1) % VISIT_EVENTS == 0:
            body = events.CheckedIn(ticket=ticket, document="cccd_2021")
        else:
            body = events.SlipPrinted(job=_id(device, seq, 7), ticket=ticket, proof="proven")
        kind, raw = events.encode_body(body)
        made = events.Event(
            id=_id(device, seq, 1),
            seq=seq,
            type=kind,
            at="2026-11-22T01:00:00.000Z",
            hlc=f"{_FIRST_MS + seq:012x}-0000",
            boot="0b7c5e7e-0000-4000-8000-000000000000",
            boottime_ns=seq * 1_000_000,
            clock_ok=True,
            visit=_id(device, of_visit, 2),
            person=f"{device:032x}{of_visit:032x}",
            body=raw,
            sealed=self._sealed(device, seq) if kind == "checked_in" else None,
        )
        return events.encode_event(made)

    def _sealed(self, device: int, seq: int) -> dict[str, str]:
        identity = events.Identity(
            document="cccd_2021",
            number=f"058{device:05d}{seq:04d}",
            name=f"Nguyễn Thị Mẫu {seq % 997}",
            birth="1985-08-17",
            sex="female",
        )
        key = X25519PublicKey.from_public_bytes(self.seal)
        sealed = sealing.seal(events.encode_identity(identity), _id(device, seq, 1), [key])
        (text,) = sealed.values()
        # The site's part: the centre cannot read it either, so noise of that length will do.
        noise = base64.b64encode(os.urandom(len(base64.b64decode(text)))).decode()
        return {**sealed, "0" * 16: noise}


def _id(device: int, seq: int, kind: int) -> str:
    tail = kind.to_bytes(1, "big") + device.to_bytes(4, "big") + seq.to_bytes(5, "big")
    return uuid7(_FIRST_MS + seq, tail)


def seal_key(provisioned: Path) -> bytes:
    """Return the public key to which devices seal identities for the centre."""
    pem = (provisioned / "centre" / "seal.pub").read_bytes()
    key = serialization.load_pem_public_key(pem)
    assert isinstance(key, X25519PublicKey)
    return key.public_bytes_raw()


class _Returning(Sender):
    """Greets, then sends in the window; after a silence, sends again what is not answered."""

    def __init__(self, wire: Wire, packets: list[bytes], per_message: int) -> None:
        super().__init__(wire, packets, 1, lambda payload: _covered(payload, per_message))
        self.heard_at = perf_counter()
        self.resent = 0

    def step(self) -> None:
        before = self.answered
        super().step()
        if self.answered > before:
            self.heard_at = perf_counter()
            self.window = 2
            super().step()
        elif self.sent > self.answered and perf_counter() - self.heard_at > ACK_SECONDS:
            self.resent += self.sent - self.answered
            self.sent, self.heard_at = self.answered, perf_counter()
            super().step()


def _covered(payload: bytes, per_message: int) -> int:
    through = int(cbor2.loads(cose.parse(payload).payload)["through"])
    return 1 + -(-through // per_message)


def come_back(
    port: int, provisioned: Path, numbers: Sequence[int], backlog: Backlog, meet: Any, results: Any
) -> None:
    """Connect as these devices, wait for the others at ``meet``, drain, and tell how it went."""
    made = [(n, backlog.packets(n, provisioned / "fleet" / name_of(n))) for n in numbers]
    meet.wait()
    begun = perf_counter()
    senders = []
    for number, packets in made:
        keys = provisioned / "fleet" / name_of(number)
        wire = Wire.connect(port, keys, "device", topics.down_filter(name_of(number)))
        senders.append(_Returning(wire, packets, backlog.per_message))
    connected = perf_counter() - begun
    meet.wait()
    answered_at = list(_drained(senders))
    results.put(
        {
            "connected_seconds": connected,
            "devices": answered_at,
            "resent": sum(sender.resent for sender in senders),
            "bytes": sum(len(packet) for _, packets in made for packet in packets),
        }
    )


def _drained(senders: list[_Returning]) -> Iterator[float]:
    """Send everything; yield for each device after how many seconds its last word was answered."""
    with selectors.DefaultSelector() as selector:
        for sender in senders:
            selector.register(sender.wire.connection, selectors.EVENT_READ, sender)
        started = looked_at = perf_counter()
        for sender in senders:
            sender.step()
        left = list(senders)
        while left:
            stuck = [sender for sender in left if sender.wire.outgoing]
            ready = [key.data for key, _ in selector.select(0.001 if stuck else 0.5)]
            if perf_counter() - looked_at > 1.0:
                # Whoever hears nothing looks at the time.
                ready, looked_at = list(left), perf_counter()
            for sender in (*ready, *stuck):
                sender.step()
            for sender in [one for one in ready if one.done and one in left]:
                left.remove(sender)
                yield perf_counter() - started
