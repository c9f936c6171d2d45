"""Keys and messages of the protocol for tests; the keys are fixed and good for nothing else."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from factories.site_events import site_bodies

from protocol import chain, events
from protocol.identity import DeviceId, Epoch
from protocol.messages import Ack, Batch, Hello, Signer

DEVICE = DeviceId("kiosk-0001")
EPOCH = Epoch("0123456789abcdef0123456789abcdef")
EVENT_ID = "019aa000-0000-7000-8000-000000000001"

DEVICE_KEY = ec.derive_private_key(0x7472616D_0001, ec.SECP256R1())
OTHER_KEY = ec.derive_private_key(0x7472616D_0002, ec.SECP256R1())
SIGNER = Signer(DEVICE_KEY, bytes(range(32)))
CENTRE_SEAL = X25519PrivateKey.from_private_bytes(b"the centre's key, only for tests")
SITE_SEAL = X25519PrivateKey.from_private_bytes(b"the site's key, only for tests..")
OTHER_SEAL = X25519PrivateKey.from_private_bytes(b"a stranger's key, only for tests")


def event(*, body: events.Body | None = None, **changes: object) -> events.Event:
    """Return a check-in, with some fields changed."""
    kind, raw = events.encode_body(
        body or events.CheckedIn(ticket="A012", document="cccd_2021", warnings=("name_missing",))
    )
    fields: dict[str, object] = {
        "id": EVENT_ID,
        "seq": 1,
        "type": kind,
        "at": "2026-11-22T01:02:03.004Z",
        "hlc": "019aa0000000-0000",
        "boot": "5f0c1d2e3a4b5c6d7e8f901234567890",
        "boottime_ns": 123_456_789_012,
        "clock_ok": True,
        "visit": "019aa000-0000-7000-8000-0000000000aa",
        "person": "ab" * 32,
        "body": raw,
    }
    return events.Event(**(fields | changes))


def batch(*, first: int = 1, count: int = 3, **changes: object) -> Batch:
    """Return a batch of ``count`` events that begins the journal, with some fields changed."""
    fields: dict[str, object] = {
        "device": DEVICE,
        "epoch": EPOCH,
        "first": first,
        "prev": chain.genesis(DEVICE, EPOCH),
        "events": tuple(events.encode_event(event(seq=first + n)) for n in range(count)),
    }
    return Batch(**(fields | changes))


def hello(**changes: object) -> Hello:
    """Return a hello with some fields changed."""
    fields: dict[str, object] = {
        "device": DEVICE,
        "epoch": EPOCH,
        "through": 3,
        "last": 5,
        "head": b"\x11" * 32,
        "boot": "5f0c1d2e3a4b5c6d7e8f901234567890",
        "software": "0.1.0",
    }
    return Hello(**(fields | changes))


def ack(**changes: object) -> Ack:
    """Return an acknowledgement with some fields changed."""
    fields: dict[str, object] = {
        "device": DEVICE,
        "epoch": EPOCH,
        "through": 3,
        "head": b"\x22" * 32,
        "window": 2,
        "now": "2026-11-22T01:02:04.000Z",
    }
    return Ack(**(fields | changes))


def all_bodies() -> list[events.Body]:
    """Return one body of each type of version 1."""
    return [
        *site_bodies(),
        events.Booted(software="0.1.0", reason="power"),
        events.ScanRefused(document="url", reason="web_address", source="engine"),
        events.CheckedIn(ticket="A012", document="passport", warnings=("passport_expired",)),
        events.SlipPrinted(job="job-1", ticket="A012", proof="proven", reprint=True),
        events.PrintFailed(job="job-2", ticket="A013", reason="paper_out"),
        events.PaperChanged(paper="enough", used_mm=49_500, left_mm=50_000, roll_changed=True),
        events.ComplaintOpened(subject="dose_missing", ticket="PA014", source="keypad"),
        events.CertificateSeen(verdict="valid", fit="name_differs", doubt="old_list"),
        events.CertificatePrinted(job="j-8", dose="d-1", proof="proven", reprint=True),
        events.SelfTested(
            frames=10,
            read=9,
            sharpness=0.8,
            light=0.5,
            glare=0.02,
            contrast=0.7,
            module_px=3.1,
            decode_ms=9.5,
            remarks=("blurred",),
        ),
        events.JournalReplaced(old_epoch=EPOCH, salvaged=3, unreadable=1),
    ]
