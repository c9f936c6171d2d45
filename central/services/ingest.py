"""Takes in what devices send and acknowledges it, after the commit and never before.

Take what has arrived within a few milliseconds, open it, store it in one transaction, then publish
signed acknowledgements. The next round is opened while one is stored.
"""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final

import structlog

from central.domain.deliveries import Watermark
from central.ports import (
    AckSigner,
    Broker,
    BrokerUnavailable,
    Clock,
    EventStore,
    Registry,
    StoreUnavailable,
)
from central.ports.leases import LeaseLost
from central.services.inbox import Inbox, Message
from central.services.leases import LeaseKeeper
from central.services.list_notices import ListNotices
from central.services.opening import Opened, Opener
from protocol import topics
from protocol.identity import DeviceId, Epoch
from protocol.messages import Ack

log = structlog.get_logger(__name__)

WINDOW: Final = 2
MOST_MESSAGES: Final = 1000
LINGER_SECONDS: Final = 0.003
MOST_HELD_BYTES: Final = 64 * 1024 * 1024
_Taken = tuple[Sequence[Message], Opened]
_ANSWERED: Final = ("/batch", "/hello")
_LEAST_WAIT_SECONDS: Final = 0.5
_MOST_WAIT_SECONDS: Final = 30.0


@dataclass(slots=True)
class IngestStatus:
    """What the ingest did since it started.

    Attributes:
        brokers: To how many it is connected.
        shed: Messages dropped because too much was held; their devices send them again.
        store_failures: Times that the database did not answer.
    """

    connected: bool = False
    brokers: int = 0
    batches: int = 0
    events: int = 0
    greetings: int = 0
    acks: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    shed: int = 0
    store_failures: int = 0


class Ingest:
    """The service; ``run`` lives in the program's task group."""

    def __init__(
        self,
        *,
        new_broker: Callable[[], Broker] | Sequence[Callable[[], Broker]],
        registry: Registry,
        store: EventStore,
        signer: AckSigner,
        clock: Clock,
        leases: LeaseKeeper | None = None,
        notices: ListNotices | None = None,
        most_held_bytes: int = MOST_HELD_BYTES,
        acknowledged: Callable[[float], None] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Make the service.

        Args:
            new_broker: Makes a connection that was never opened; called for each try. One for each
                broker where there are several, each by itself.
            leases: Which shards are this worker's; None when all are.
            notices: Tells devices of new lists for certificates; None: they ask by themselves.
            most_held_bytes: What may wait for the database before messages are dropped.
            acknowledged: Takes the seconds from a message's arrival to its acknowledgement.
            sleep: Waits for that many seconds.
        """
        self._new_brokers = (new_broker,) if callable(new_broker) else tuple(new_broker)
        self._leases = leases
        self._notices = notices
        self._opener = Opener(registry)
        self._store = store
        self._signer = signer
        self._clock = clock
        self._most_held_bytes = most_held_bytes
        self._acknowledged = acknowledged
        self._sleep = sleep
        self._brokers: dict[int, Broker] = {}
        self._open: set[int] = set()
        self._via: dict[str, int] = {}
        self._inbox: Inbox | None = None
        self._status = IngestStatus()

    def status(self) -> IngestStatus:
        """Return what was done since the start; never blocks."""
        self._status.shed = self._inbox.shed if self._inbox else 0
        return self._status

    async def run(self) -> None:
        """Keep a connection and take in what comes over it, until cancelled."""
        self._inbox = inbox = Inbox(self._most_held_bytes, LINGER_SECONDS)
        async with asyncio.TaskGroup() as tasks:
            for number in range(len(self._new_brokers)):
                tasks.create_task(self._stay_connected(inbox, number), name="ingest connection")
            if self._leases is not None:
                tasks.create_task(self._follow(self._leases), name="ingest shards")
            if self._notices is not None:
                tasks.create_task(self._notices.run(self._notify), name="notices of lists")
            # One round is opened while the one before waits for the disk; no more, as memory is bounded.
            between: asyncio.Queue[_Taken] = asyncio.Queue(1)
            tasks.create_task(self._take_in(inbox, between), name="ingest opening")
            tasks.create_task(self._keep(between), name="ingest keeping")

    async def _follow(self, leases: LeaseKeeper) -> None:
        while True:
            await leases.changed()
            for broker in list(self._brokers.values()):
                broker.listen(frozenset(leases.held))

    async def _stay_connected(self, inbox: Inbox, number: int) -> None:
        failures = 0
        while True:
            broker = self._new_brokers[number]()
            try:
                reason = await self._one_connection(broker, inbox, number)
                failures = 0
            except BrokerUnavailable as error:
                reason = str(error)
            finally:
                self._brokers.pop(number, None)
                self._open.discard(number)
                self._tell_connected()
                await asyncio.to_thread(broker.close)
            failures += 1
            log.warning("no broker", reason=reason, failures=failures, broker=number)
            await self._back_off(failures)

    async def _one_connection(self, broker: Broker, inbox: Inbox, number: int) -> str:
        loop = asyncio.get_running_loop()
        closed: asyncio.Queue[str] = asyncio.Queue()

        def on_closed(reason: str) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(closed.put_nowait, reason)

        # Messages may come before connect has returned: they must find whom to answer through.
        self._brokers[number] = broker
        if self._leases is not None:
            broker.listen(frozenset(self._leases.held))
        await asyncio.to_thread(broker.connect, partial(inbox.put, via=number), on_closed)
        self._open.add(number)
        self._tell_connected()
        return await closed.get()

    async def _take_in(self, inbox: Inbox, opened: asyncio.Queue[_Taken]) -> None:
        while True:
            arrived = await inbox.take(MOST_MESSAGES)
            await opened.put((arrived, await asyncio.to_thread(self._opener.open, arrived)))

    async def _keep(self, opened: asyncio.Queue[_Taken]) -> None:
        while True:
            arrived, ready = await opened.get()
            self._remember_ways(arrived, ready)
            kept, acks = await self._commit(ready)
            self._count(kept, len(acks))
            await asyncio.to_thread(self._publish, acks)
            await self._tell_lists(kept)
            self._measure(arrived)

    async def _tell_lists(self, kept: Opened) -> None:
        if self._notices is None:
            return
        greeting = {greeting.device for greeting in kept.greetings}
        self._notices.heard(greeting | {delivery.device for delivery in kept.deliveries})
        if greeting and self._notices.message:
            await asyncio.to_thread(self._notify, greeting, self._notices.message)

    def _measure(self, arrived: Sequence[Message]) -> None:
        if self._acknowledged is None:
            return
        now = time.monotonic()
        for message in arrived:
            if message.topic.endswith(_ANSWERED):
                self._acknowledged(now - message.at)

    def _tell_connected(self) -> None:
        self._status.brokers = len(self._open)
        self._status.connected = bool(self._open)

    def _remember_ways(self, arrived: Sequence[Message], opened: Opened) -> None:
        if len(self._new_brokers) > 1:
            known = opened.devices()
            ways = ((topics.speaker(message.topic), message.via) for message in arrived)
            self._via.update((device, via) for device, via in ways if device in known)

    async def _commit(self, opened: Opened) -> tuple[Opened, list[Ack]]:
        failures = 0
        while True:
            try:
                return opened, await asyncio.to_thread(self._store_all, opened)
            except LeaseLost as error:
                # Who holds them now stores and answers; the devices send again what is unanswered.
                log.warning("shards are another worker's", shards=sorted(error.names))
                opened = opened.without(error.names)
                continue
            except StoreUnavailable as error:
                failures += 1
                self._status.store_failures += 1
                log.warning("nothing is acknowledged", reason=str(error), failures=failures)
            await self._back_off(failures)

    def _store_all(self, opened: Opened) -> list[Ack]:
        now = self._clock.now()
        marks = self._store.commit(opened.deliveries, opened.quarantined, now, opened.states)
        answers = [
            (delivery.device, delivery.epoch, mark)
            for delivery, mark in zip(opened.deliveries, marks, strict=True)
        ]
        marks = self._store.greet(opened.greetings, now)
        answers += [
            (greeting.device, greeting.epoch, mark)
            for greeting, mark in zip(opened.greetings, marks, strict=True)
        ]
        return _acks(answers, now)

    def _publish(self, acks: Iterable[Ack]) -> None:
        self._say("ack", ((ack.device, self._signer.sign_ack(ack)) for ack in acks))

    def _notify(self, devices: Iterable[DeviceId], message: bytes) -> None:
        self._say("notice", ((device, message) for device in devices))

    def _say(self, kind: topics.Down, said: Iterable[tuple[DeviceId, bytes]]) -> None:
        brokers = dict(self._brokers)
        for device, message in said:
            broker = brokers.get(self._via.get(device, 0))
            if broker is None:
                continue  # the device will ask again, on its next connection
            try:
                broker.publish(topics.down(device, kind), message)
            except BrokerUnavailable as error:
                brokers = {n: b for n, b in brokers.items() if b is not broker}
                log.warning("devices are not told", kind=kind, reason=str(error))

    def _count(self, opened: Opened, acks: int) -> None:
        status = self._status
        status.batches += len(opened.deliveries)
        status.events += sum(len(delivery.events) for delivery in opened.deliveries)
        status.greetings += len(opened.greetings)
        status.acks += acks
        for message in opened.quarantined:
            status.quarantined[message.reason] += 1
            log.warning("quarantined", reason=message.reason, topic=message.topic)

    async def _back_off(self, failures: int) -> None:
        most = min(_MOST_WAIT_SECONDS, _LEAST_WAIT_SECONDS * 2 ** min(failures, 10))
        await self._sleep(most * secrets.randbelow(1 << 16) / (1 << 16))


def _acks(answers: Iterable[tuple[DeviceId, Epoch, Watermark]], now: datetime) -> list[Ack]:
    """Return each answer once: many batches of a journal have one and the same watermark."""
    text = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return [
        Ack(device, epoch, mark.through, mark.head, WINDOW, text)
        for device, epoch, mark in dict.fromkeys(answers)
    ]
