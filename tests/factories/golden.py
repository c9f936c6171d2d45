"""Makes the golden files of a protocol version, once; afterwards they are only ever read.

``PYTHONPATH=tests python -m factories.golden tests/protocol/golden/v2`` writes those of the version
that is checked out, and never over files that are there: what was on the wire once must be read
for ever.
"""

import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from factories.devices import certificate_for
from factories.wire import (
    CENTRE_SEAL,
    DEVICE,
    DEVICE_KEY,
    EPOCH,
    EVENT_ID,
    SIGNER,
    SITE_SEAL,
    ack,
    all_bodies,
    batch,
    event,
    hello,
)

from protocol import chain, cose, events, messages, reentry, sealing, topics
from protocol.messages import Signer

IDENTITY = events.Identity(
    document="cccd_2021",
    number="058185000123",
    name="Nguyễn Thị Mẫu",
    birth="1985-08-17",
    sex="female",
    old_number="264000456",
)


def golden_messages() -> dict[str, str]:
    """Return one message of each kind, and what verifies them."""
    point = SIGNER.key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return {
        "public_key": point.hex(),
        "kid": SIGNER.kid.hex(),
        "batch": messages.encode_batch(batch(count=2), SIGNER).hex(),
        "hello": messages.encode_hello(hello(), SIGNER).hex(),
        "ack": messages.encode_ack(ack(), SIGNER).hex(),
    }


def golden_events() -> dict[str, str]:
    """Return one event of each type as its exact text."""
    texts = {}
    for seq, body in enumerate(all_bodies(), 1):
        made = event(seq=seq, body=body)
        texts[made.type] = events.encode_event(made).decode()
    return texts


def golden_sealing() -> dict[str, object]:
    """Return an identity sealed to two keys, and the keys."""
    keys = {"centre": CENTRE_SEAL, "site": SITE_SEAL}
    public = [key.public_key() for key in keys.values()]
    return {
        "event_id": EVENT_ID,
        "private_keys": {name: key.private_bytes_raw().hex() for name, key in keys.items()},
        "sealed": sealing.seal(events.encode_identity(IDENTITY), EVENT_ID, public),
    }


def golden_chain() -> dict[str, object]:
    """Return a journal of three events and the hash of each."""
    genesis = chain.genesis(DEVICE, EPOCH)
    texts = [events.encode_event(event(seq=seq)) for seq in (1, 2, 3)]
    return {
        "device": DEVICE,
        "epoch": EPOCH,
        "genesis": genesis.hex(),
        "events": [text.decode() for text in texts],
        "hashes": [link.hex() for link in chain.links(genesis, texts)],
    }


def golden_reentry() -> dict[str, str]:
    """Return a slip's QR and the certificate that verifies it."""
    certificate = certificate_for(DEVICE, DEVICE_KEY)
    state = reentry.Reentry(
        device=DEVICE,
        ticket="A012",
        visit="019aa000-0000-7000-8000-0000000000aa",
        stage="Bàn đón tiếp",
        at=1_795_309_323,
    )
    return {
        "text": reentry.encode(state, Signer(DEVICE_KEY, cose.thumbprint(certificate))),
        "certificate": certificate.public_bytes(serialization.Encoding.PEM).decode(),
    }


def golden_topics() -> dict[str, object]:
    """Return every topic of one device."""
    return {
        "device": DEVICE,
        "up": {kind: topics.up(DEVICE, kind) for kind in ("hello", "batch", "state")},
        "down": {
            kind: topics.down(DEVICE, kind) for kind in ("ack", "config", "command", "notice")
        },
        "down_filter": topics.down_filter(DEVICE),
        "up_filter": topics.up_filter(),
    }


def write(directory: Path) -> None:
    """Write all golden files into ``directory``, which must not exist."""
    directory.mkdir(parents=True)
    files = {
        "messages": golden_messages(),
        "events": golden_events(),
        "sealing": golden_sealing(),
        "chain": golden_chain(),
        "topics": golden_topics(),
        "reentry": golden_reentry(),
    }
    for name, content in files.items():
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        (directory / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
