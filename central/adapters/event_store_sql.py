"""Raw events and watermarks in SQLite or PostgreSQL: one transaction for many batches."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from central.adapters.database import (
    alarms,
    device_states,
    journals,
    quarantine,
    raw_events,
    reading,
    store_errors,
)
from central.adapters.event_store_rows import insert_raw_events, move_watermarks, one_of
from central.adapters.leases_sql import fence
from central.domain import lines
from central.domain.deliveries import Delivery, DeviceState, Greeting, Quarantined, Watermark
from central.domain.lines import Journal, Line, Place
from central.ports import StoreUnavailable
from protocol.identity import DeviceId, Epoch, SiteId, shard_of

JournalKey = tuple[DeviceId, Epoch]
# What a line is; when it was heard of is read by nobody here, and costs as much as the rest.
_OF_A_LINE = [
    journals.c[name]
    for name in ("id", "device", "epoch", "line", "base", "through", "head", "quarantined")
]


class SqlEventStore:
    """The port ``EventStore`` on the tables of ``database``."""

    def __init__(
        self, engine: sa.Engine, shards: Callable[[], Mapping[str, int]] | None = None
    ) -> None:
        """Make a store.

        Args:
            shards: Returns the shards that are this worker's, each with its fencing token; None
                where one worker does everything and no other runs.
        """
        self._engine = engine
        self._shards = shards

    def commit(
        self,
        deliveries: Sequence[Delivery],
        quarantined: Sequence[Quarantined],
        received_at: datetime,
        states: Sequence[DeviceState] = (),
    ) -> list[Watermark]:
        with store_errors():
            try:
                with self._engine.begin() as connection:
                    self._fence(connection, (*deliveries, *states))
                    answers = _Intake(connection, received_at).take(deliveries)
                    _set_aside(connection, quarantined, received_at)
                    _keep_states(connection, states, received_at)
            except IntegrityError as error:
                # Another process began the same journal since we looked.
                raise StoreUnavailable("the journal was taken by another writer") from error
        return answers

    def greet(self, greetings: Sequence[Greeting], received_at: datetime) -> list[Watermark]:
        if not greetings:
            return []
        with store_errors(), self._engine.begin() as connection:
            self._fence(connection, greetings)
            loaded = _load(connection, {(g.device, g.epoch) for g in greetings}, lock=True)
            _heard(connection, loaded.values(), received_at)
            return [
                _greet(connection, loaded.get((g.device, g.epoch)), g, received_at)
                for g in greetings
            ]

    def watermark(self, device: DeviceId, epoch: Epoch) -> Watermark | None:
        with store_errors(), reading(self._engine) as connection:
            journal = _load(connection, {(device, epoch)}).get((device, epoch))
        return journal.lines[0].watermark() if journal else None

    def _fence(
        self, connection: sa.Connection, said: Iterable[Delivery | DeviceState | Greeting]
    ) -> None:
        if self._shards is None:
            return
        shards = {shard_of(one.device) for one in said}
        if shards:
            fence(connection, shards, self._shards())


class _Intake:
    """One transaction's worth of deliveries."""

    def __init__(self, connection: sa.Connection, received_at: datetime) -> None:
        self._connection = connection
        self._received_at = received_at
        self._journals: dict[JournalKey, Journal] = {}
        self._sites: dict[JournalKey, SiteId] = {}
        self._alarms: list[tuple[str, Journal, Line, int, str]] = []

    def take(self, deliveries: Sequence[Delivery]) -> list[Watermark]:
        self._sites = {(d.device, d.epoch): d.site for d in deliveries}
        self._journals = _load(self._connection, self._sites.keys(), lock=True)
        answers = [self._place(delivery) for delivery in deliveries]
        self._write()
        # A line is answered for as it stands at the end: one cumulative acknowledgement for many.
        return [a.watermark() if isinstance(a, Line) else a for a in answers]

    def _place(self, delivery: Delivery) -> Line | Watermark:
        key = (delivery.device, delivery.epoch)
        journal = self._journals.get(key)
        if journal is None:
            journal = self._journals[key] = lines.new_journal(*key)
        line = journal.continued_by(delivery)
        if line is not None:
            line.extend(delivery.events)
        elif not self._join(journal, delivery):
            return journal.genesis if journal.quarantined else journal.lines[0]
        # Of this batch it is true whichever line it lies in; the first line's end may be below it.
        return delivery.end if journal.lines_apart else journal.lines[0]

    def _join(self, journal: Journal, delivery: Delivery) -> bool:
        held = _held(self._connection, journal, lines.places_of(delivery))
        match lines.join(journal, delivery, held):
            case lines.Gap():
                return False
            case lines.Stray():
                journal.quarantined = True
                self._alarms.append(
                    ("stray", journal, journal.lines[0], delivery.first, "a line not held begins")
                )
                return False
            case lines.Stored(fork, resumed):
                if fork is not None:
                    detail = "the same place holds another entry: a cloned or restored card"
                    self._alarms.append(("fork", journal, fork, fork.base + 1, detail))
                if resumed is not None:
                    detail = "the device has lost the entries before this one: a damaged journal"
                    self._alarms.append(("loss", journal, resumed, delivery.first, detail))
                return True

    def _write(self) -> None:
        rows = []
        for key, journal in self._journals.items():
            fresh = [line for line in journal.lines if line.fresh]
            for line in fresh:
                if line.key is None:
                    line.key = self._insert_line(key, line)
                rows += [(line.key, e.seq, e.hash, e.data, e.problem) for e in line.fresh]
        self._move_watermarks()
        insert_raw_events(self._connection, rows, self._received_at)
        for journal in self._journals.values():
            if journal.quarantined:
                _quarantine_journal(self._connection, journal)
        self._raise_alarms()

    def _insert_line(self, key: JournalKey, line: Line) -> int:
        statement = journals.insert().values(
            device=key[0],
            epoch=key[1],
            site=self._sites[key],
            line=line.number,
            base=line.base,
            through=line.through,
            head=line.head,
            first_seen=self._received_at,
            last_seen=self._received_at,
        )
        result = self._connection.execute(statement.returning(journals.c.id))
        return int(result.scalar_one())

    def _move_watermarks(self) -> None:
        moved = [
            (line.key, line.through, line.head)
            for journal in self._journals.values()
            for line in journal.lines
            if line.fresh and line.key is not None
        ]
        move_watermarks(self._connection, moved, self._received_at)

    def _raise_alarms(self) -> None:
        for kind, journal, line, seq, detail in self._alarms:
            _raise_alarm(
                self._connection,
                kind=kind,
                device=journal.device,
                journal_id=line.key,
                seq=seq,
                detail=detail,
                raised_at=self._received_at,
            )


def _greet(
    connection: sa.Connection, journal: Journal | None, greeting: Greeting, received_at: datetime
) -> Watermark:
    if journal is None:
        return lines.new_journal(greeting.device, greeting.epoch).genesis
    was_quarantined = journal.quarantined
    ends = [journal.genesis, *(line.watermark() for line in journal.lines)]
    place = (greeting.known.through, greeting.known.head)
    held = greeting.known in ends or bool(_held(connection, journal, [place]))
    answer = lines.greeting(journal, greeting.known, known_is_held=held)
    if journal.quarantined and not was_quarantined:
        _quarantine_journal(connection, journal)
        _raise_alarm(
            connection,
            kind="stray",
            device=journal.device,
            journal_id=journal.lines[0].key,
            seq=greeting.known.through,
            detail="a hello names another entry than the one held: a cloned card",
            raised_at=received_at,
        )
    return answer


def _heard(connection: sa.Connection, spoke: Iterable[Journal], at: datetime) -> None:
    """Note that their devices spoke: a kiosk that nobody comes to greets, and is not silent.

    One statement for all of them: a thousand may come back at once.
    """
    rows = [{"key": journal.lines[0].key} for journal in spoke]
    if rows:
        of_journal = journals.c.id == sa.bindparam("key")
        connection.execute(sa.update(journals).where(of_journal).values(last_seen=at), rows)


def _load(
    connection: sa.Connection, keys: Iterable[JournalKey], *, lock: bool = False
) -> dict[JournalKey, Journal]:
    """Return the journals of ``keys`` that exist, each with its lines in order."""
    wanted = list(keys)
    found: dict[JournalKey, Journal] = {}
    if not wanted:
        return found
    devices = {device for device, _ in wanted}
    epochs = {epoch for _, epoch in wanted}
    query = (
        sa.select(*_OF_A_LINE)
        .where(
            one_of(connection, journals.c.device, devices),
            one_of(connection, journals.c.epoch, epochs),
        )
        .order_by(journals.c.id)
    )
    for row in connection.execute(query.with_for_update() if lock else query):
        key = (DeviceId(row.device), Epoch(row.epoch))
        journal = found.setdefault(key, Journal(*key, [], quarantined=False))
        journal.lines.append(Line(row.line, row.base, row.through, row.head, row.id))
        journal.quarantined |= row.quarantined
    for journal in found.values():
        journal.lines.sort(key=lambda line: line.number)
    return found


def _held(
    connection: sa.Connection, journal: Journal, places: Sequence[Place]
) -> dict[Place, Line]:
    """Return the line of each of ``places`` that is held."""
    fresh = journal.fresh_places()
    held = {place: fresh[place] for place in places if place in fresh}
    stored = {line.key: line for line in journal.lines if line.key is not None}
    if not stored:
        return held
    query = sa.select(raw_events.c.journal_id, raw_events.c.seq, raw_events.c.hash).where(
        raw_events.c.journal_id.in_(stored),
        raw_events.c.seq.between(places[0][0], places[-1][0]),
    )
    wanted = set(places)
    for row in connection.execute(query):
        if (row.seq, row.hash) in wanted:
            held[row.seq, row.hash] = stored[row.journal_id]
    return held


def _quarantine_journal(connection: sa.Connection, journal: Journal) -> None:
    connection.execute(
        journals.update()
        .where(
            journals.c.device == journal.device,
            journals.c.epoch == journal.epoch,
            journals.c.quarantined.is_(False),
        )
        .values(quarantined=True)
    )


def _raise_alarm(connection: sa.Connection, **alarm: object) -> None:
    """Raise an alarm unless the same one still stands."""
    same = sa.select(alarms.c.id).where(
        alarms.c.kind == alarm["kind"],
        alarms.c.device == alarm["device"],
        alarms.c.journal_id == alarm["journal_id"],
        alarms.c.cleared_at.is_(None),
    )
    if connection.execute(same).first() is None:
        connection.execute(alarms.insert().values(**alarm))


def _set_aside(
    connection: sa.Connection, messages: Sequence[Quarantined], received_at: datetime
) -> None:
    """Keep messages whole; one that comes again is counted, not kept twice."""
    for message in messages:
        values = {
            "received_at": received_at,
            "topic": message.topic,
            "reason": message.reason,
            "data": message.data,
            "digest": sha256(message.topic.encode() + b"\0" + message.data).digest(),
        }
        _upsert(
            connection,
            quarantine,
            values,
            key="digest",
            update={"times": quarantine.c.times + 1, "received_at": received_at},
        )


def _keep_states(
    connection: sa.Connection, states: Sequence[DeviceState], received_at: datetime
) -> None:
    latest = {state.device: state.data for state in states}
    if not latest:
        return
    insert = _insert_into(connection, device_states)
    news = {name: insert.excluded[name] for name in ("data", "received_at")}
    rows = [
        {"device": device, "data": data, "received_at": received_at}
        for device, data in latest.items()
    ]
    connection.execute(insert.on_conflict_do_update(index_elements=["device"], set_=news), rows)


def _upsert(
    connection: sa.Connection,
    table: sa.Table,
    values: dict[str, object],
    *,
    key: str,
    update: dict[str, object],
) -> None:
    statement = _insert_into(connection, table).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=update))


def _insert_into(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    return (
        postgresql.insert(table)
        if connection.dialect.name == "postgresql"
        else sqlite.insert(table)
    )
