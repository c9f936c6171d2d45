"""What version 1 put on the wire is read for ever. The files are never made again."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from factories import golden

from protocol import chain, cose, events, messages, sealing, topics
from protocol.identity import DeviceId, Epoch

V1 = Path(__file__).parent / "golden" / "v1"
DEVICE = DeviceId("kiosk-0001")
EPOCH = Epoch("0123456789abcdef0123456789abcdef")


def load(name: str):
    return json.loads((V1 / f"{name}.json").read_text(encoding="utf-8"))


def opened(name: str) -> cose.Sign1:
    stored = load("messages")
    signed = cose.parse(bytes.fromhex(stored[name]))
    point = bytes.fromhex(stored["public_key"])
    cose.verify(signed, ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
    assert signed.kid == bytes(range(32))
    return signed


def test_the_batch_of_version_1_verifies_and_is_read():
    batch = messages.decode_batch(opened("batch"))

    assert (batch.device, batch.epoch, batch.first, batch.last) == (DEVICE, EPOCH, 1, 2)
    assert batch.prev == chain.genesis(DEVICE, EPOCH)
    assert [events.decode_event(data).seq for data in batch.events] == [1, 2]


def test_the_hello_of_version_1_verifies_and_is_read():
    assert messages.decode_hello(opened("hello")) == messages.Hello(
        device=DEVICE,
        epoch=EPOCH,
        through=3,
        last=5,
        head=b"\x11" * 32,
        boot="5f0c1d2e3a4b5c6d7e8f901234567890",
        software="0.1.0",
    )


def test_the_acknowledgement_of_version_1_verifies_and_is_read():
    assert messages.decode_ack(opened("ack")) == messages.Ack(
        device=DEVICE,
        epoch=EPOCH,
        through=3,
        head=b"\x22" * 32,
        window=2,
        now="2026-11-22T01:02:04.000Z",
    )


@pytest.mark.parametrize(
    ("kind", "seq", "body"),
    [
        ("booted", 1, events.Booted(software="0.1.0", reason="power")),
        (
            "scan_refused",
            2,
            events.ScanRefused(document="url", reason="web_address", source="engine"),
        ),
        (
            "checked_in",
            3,
            events.CheckedIn(ticket="A012", document="passport", warnings=("passport_expired",)),
        ),
        (
            "slip_printed",
            4,
            events.SlipPrinted(job="job-1", ticket="A012", proof="proven", reprint=True),
        ),
        ("print_failed", 5, events.PrintFailed(job="job-2", ticket="A013", reason="paper_out")),
        (
            "journal_replaced",
            6,
            events.JournalReplaced(old_epoch=EPOCH, salvaged=3, unreadable=1),
        ),
    ],
)
def test_every_event_of_version_1_is_read(kind, seq, body):
    event = events.decode_event(load("events")[kind].encode())

    assert events.decode_body(event) == body
    assert (event.type, event.seq, event.id) == (kind, seq, "019aa000-0000-7000-8000-000000000001")
    assert (event.at, event.hlc) == ("2026-11-22T01:02:03.004Z", "019aa0000000-0000")
    assert (event.boottime_ns, event.clock_ok) == (123_456_789_012, True)
    assert event.boot == "5f0c1d2e3a4b5c6d7e8f901234567890"
    assert event.visit == "019aa000-0000-7000-8000-0000000000aa"
    assert event.person == "ab" * 32


@pytest.mark.parametrize("recipient", ["centre", "site"])
def test_the_sealed_identity_of_version_1_opens(recipient):
    stored = load("sealing")
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(stored["private_keys"][recipient]))

    plain = sealing.unseal(stored["sealed"], stored["event_id"], key)

    assert events.decode_identity(plain) == events.Identity(
        document="cccd_2021",
        number="058185000123",
        name="Nguyễn Thị Mẫu",
        birth="1985-08-17",
        sex="female",
        nationality="VNM",
        old_number="264000456",
    )


def test_the_hash_chain_of_version_1_still_holds():
    stored = load("chain")
    texts = [text.encode() for text in stored["events"]]
    genesis = chain.genesis(DeviceId(stored["device"]), Epoch(stored["epoch"]))

    assert genesis.hex() == stored["genesis"]
    assert [link.hex() for link in chain.links(genesis, texts)] == stored["hashes"]


def test_the_topics_of_version_1_are_still_the_same():
    assert golden.golden_topics() == load("topics")
    assert topics.parse_up(load("topics")["up"]["batch"]).device == DEVICE


def test_golden_files_are_never_written_over():
    with pytest.raises(FileExistsError):
        golden.write(V1)


def test_golden_files_of_a_new_version_are_written_whole(tmp_path):
    golden.write(tmp_path / "v2")

    assert {path.name for path in (tmp_path / "v2").iterdir()} == {
        path.name for path in V1.iterdir()
    }
