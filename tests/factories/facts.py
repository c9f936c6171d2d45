"""Events as the centre's projection meets them: stored, sealed, of any age and in any order."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from factories.devices import AT
from factories.wire import CENTRE_SEAL, SITE_SEAL

from central.adapters import database
from central.domain.told import StoredEvent
from protocol import chain, events, sealing
from protocol.identity import DeviceId, Epoch, uuid7

SITE = "phuoc-dinh"
EPOCH = Epoch("0123456789abcdef" * 2)
MAU = events.Identity(
    document="cccd_2021",
    number="058185000123",
    name="Nguyễn Thị Mẫu",
    birth="1985-08-17",
    sex="female",
)


def visit_id(number: int) -> str:
    return f"019aa000-0000-7000-8000-{number:012x}"


def event(seq: int, body: events.Body, **changes: object) -> events.Event:
    """Return an event at place ``seq``, one second after the one before."""
    kind, raw = events.encode_body(body)
    at = AT + timedelta(seconds=seq)
    fields: dict[str, object] = {
        "id": uuid7(int(at.timestamp() * 1000), seq.to_bytes(10, "big")),
        "seq": seq,
        "type": kind,
        "at": at.isoformat(timespec="milliseconds"),
        "hlc": f"{int(at.timestamp() * 1000):012x}-0000",
        "boot": "boot-1",
        "boottime_ns": seq * 1_000_000_000,
        "clock_ok": True,
        "body": raw,
    }
    return events.Event(**(fields | changes))


def check_in(
    seq: int,
    *,
    visit: int | None = None,
    identity: events.Identity | None = MAU,
    ticket: str | None = None,
    **changes: object,
) -> events.Event:
    """Return a check-in with its identity sealed to centre and site."""
    exception = changes.pop("exception", None)
    body = events.CheckedIn(
        ticket=ticket or f"A{seq:03d}", document="cccd_2021", exception=exception
    )
    made = event(seq, body, visit=visit_id(seq if visit is None else visit), **changes)
    return made if identity is None else sealed(made, identity)


def sealed(made: events.Event, identity: events.Identity) -> events.Event:
    """Return an event with who it is about, sealed to centre and site."""
    recipients = (CENTRE_SEAL.public_key(), SITE_SEAL.public_key())
    plain = events.encode_identity(identity)
    return _with(made, sealed=sealing.seal(plain, made.id, recipients))


def slip(seq: int, visit: int, **changes: object) -> events.Event:
    """Return the fact that a visit's slip was printed."""
    job = str(changes.pop("job", f"job-{visit}"))
    body = events.SlipPrinted(job=job, ticket=f"A{visit:03d}", proof="proven")
    return event(seq, body, visit=visit_id(visit), **changes)


def _with(made: events.Event, **changes: object) -> events.Event:
    fields = {name: getattr(made, name) for name in made.__struct_fields__}
    return events.Event(**(fields | changes))


def stored(
    made: events.Event | bytes, *, device: str = "kiosk-0001", after: float = 1.0
) -> StoredEvent:
    """Return an event as ingest stored it, ``after`` seconds after the tests' own moment."""
    data = made if isinstance(made, bytes) else events.encode_event(made)
    seq = 0 if isinstance(made, bytes) else made.seq
    received_at = AT + timedelta(seconds=seq + after)
    link = chain.link(chain.genesis(DeviceId(device), EPOCH), data)
    return StoredEvent(device, SITE, seq, link, data, received_at)


@dataclass
class Journal:
    """A journal in the centre's database, written without the way through the broker."""

    engine: sa.Engine
    device: str = "kiosk-0001"
    site: str = SITE
    received_at: datetime = AT + timedelta(minutes=1)
    _id: int | None = field(default=None, init=False)
    _last: int = field(default=0, init=False)

    def add(self, *made: events.Event | bytes) -> None:
        """Append events, committed, at the places that follow."""
        with self.engine.begin() as connection:
            if self._id is None:
                self._id = self._open(connection)
            for one in made:
                self._last += 1
                data = one if isinstance(one, bytes) else events.encode_event(one)
                connection.execute(
                    sa.insert(database.raw_events).values(
                        journal_id=self._id,
                        seq=self._last,
                        hash=chain.link(b"\0" * 32, data),
                        data=data,
                        received_at=self.received_at,
                    )
                )
            connection.execute(
                sa.update(database.journals)
                .where(database.journals.c.id == self._id)
                .values(through=self._last, last_seen=self.received_at)
            )

    def _open(self, connection: sa.Connection) -> int:
        made = connection.execute(
            sa.insert(database.journals).values(
                device=self.device,
                site=self.site,
                epoch=EPOCH,
                through=0,
                head=b"\0" * 32,
                first_seen=self.received_at,
                last_seen=self.received_at,
            )
        )
        return int(made.inserted_primary_key[0])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def later(one: StoredEvent, seconds: float) -> StoredEvent:
    """Return the same event received again, ``seconds`` later."""
    return replace(one, received_at=one.received_at + timedelta(seconds=seconds))
