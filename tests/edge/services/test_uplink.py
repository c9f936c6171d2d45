"""The way to the centre: what is sent, what is believed, and that nothing is ever lost on it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from factories.journals import DEVICE, check_in
from factories.waiting import until
from fakes.centre import RecordingCentre
from fakes.running import running

from edge.ports import DiskFull
from edge.services.uplink import Connection, Timing, Uplink
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from edge.simulated.keys import SimulatedKeys
from edge.simulated.link import SimulatedExchange
from protocol.identity import DeviceId

QUICK = Timing(ack_seconds=0.15, least_seconds=0.01, most_seconds=0.03)


@dataclass
class Scene:
    """A kiosk's journal and uplink, a broker and a centre."""

    clock: SimulatedClock
    journal: SimulatedJournal
    keys: SimulatedKeys
    centre: RecordingCentre
    exchange: SimulatedExchange
    uplink: Uplink

    def check_in(self, first: int, last: int) -> None:
        self.journal.append([check_in(n) for n in range(first, last + 1)])
        self.uplink.notify()

    @property
    def acked(self) -> int:
        return self.journal.position().acked

    @property
    def epoch(self) -> str:
        return self.journal.position().epoch


def centre_of(keys: SimulatedKeys) -> RecordingCentre:
    return RecordingCentre(keys.device, keys.signer.key.public_key(), keys.centre)


@pytest.fixture
def scene() -> Scene:
    clock = SimulatedClock()
    journal = SimulatedJournal(device=DEVICE, clock=clock)
    keys = SimulatedKeys(DEVICE)
    centre = centre_of(keys)
    exchange = SimulatedExchange(answer=centre.answer)
    uplink = Uplink(
        journal=journal, keys=keys, clock=clock, new_link=exchange.new_link, timing=QUICK
    )
    return Scene(clock, journal, keys, centre, exchange, uplink)


async def test_what_was_journalled_before_the_start_is_sent(scene: Scene) -> None:
    scene.check_in(1, 3)

    async with running(scene.uplink.run()):
        await until(lambda: scene.acked == 3)

    assert [data for _, data in sorted(scene.centre.stored.items())] == [
        entry.data for entry in scene.journal.entries(0, most=9, most_bytes=100_000)
    ]


async def test_what_is_journalled_while_connected_is_sent_at_once(scene: Scene) -> None:
    async with running(scene.uplink.run()):
        await until(lambda: scene.uplink.status().connection is Connection.ONLINE)
        scene.check_in(1, 1)
        await until(lambda: scene.acked == 1)

    assert scene.exchange.connects == 1


async def test_the_first_words_on_a_connection_are_state_and_hello(scene: Scene) -> None:
    scene.check_in(1, 2)

    async with running(scene.uplink.run()):
        await until(lambda: scene.acked == 2)

    assert [kind for kind, _ in scene.exchange.published] == ["state", "hello", "batch"]
    assert (scene.centre.hellos[0].through, scene.centre.hellos[0].last) == (0, 2)


async def test_the_fleet_hears_of_a_fault_when_it_comes_and_when_it_goes(scene: Scene) -> None:
    faults: list[str] = []
    scene.uplink._faults = lambda: faults

    def said() -> list[list[str]]:
        return [json.loads(p)["faults"] for kind, p in scene.exchange.published if kind == "state"]

    async with running(scene.uplink.run()):
        await until(lambda: scene.uplink.status().connection is Connection.ONLINE)
        faults.append("P01")
        scene.uplink.tell_state()
        await until(lambda: said() == [[], ["P01"]])
        faults.clear()
        scene.uplink.tell_state()
        await until(lambda: said() == [[], ["P01"], []])

    assert scene.exchange.connects == 1


async def test_no_batch_goes_out_before_the_centre_answered_the_hello(scene: Scene) -> None:
    scene.centre.mute = True
    scene.check_in(1, 1)

    async with running(scene.uplink.run()):
        await until(lambda: scene.exchange.connects >= 3)

    assert "batch" not in [kind for kind, _ in scene.exchange.published]
    assert scene.uplink.status().problem == "the centre does not answer"
    assert scene.uplink.status().unsent == 1


async def test_a_publish_without_the_centres_word_marks_nothing_sent(scene: Scene) -> None:
    scene.check_in(1, 2)

    def silent_after_hello(kind: str, payload: bytes) -> list[bytes]:
        answers = scene.centre.answer(kind, payload)
        return answers if kind == "hello" and not scene.centre.batches else []

    scene.exchange.answer = silent_after_hello
    async with running(scene.uplink.run()):
        await until(lambda: scene.centre.through(scene.epoch) == 2)
        await until(lambda: scene.exchange.connects >= 2)
        assert scene.acked == 0
        scene.exchange.answer = scene.centre.answer
        await until(lambda: scene.acked == 2)


async def test_at_most_the_window_is_under_way(scene: Scene) -> None:
    scene.check_in(1, 450)

    def hello_only(kind: str, payload: bytes) -> list[bytes]:
        answers = scene.centre.answer(kind, payload)
        return answers if kind == "hello" and scene.exchange.connects == 1 else []

    scene.exchange.answer = hello_only
    async with running(scene.uplink.run()):
        await until(lambda: scene.exchange.connects == 2)

    assert [(b.first, b.last) for b in scene.centre.batches] == [(1, 100), (101, 200)]


async def test_a_long_outbox_is_drained_in_batches_of_a_hundred(scene: Scene) -> None:
    scene.check_in(1, 450)

    async with running(scene.uplink.run()):
        await until(lambda: scene.acked == 450)

    assert [len(b.events) for b in scene.centre.batches] == [100, 100, 100, 100, 50]


async def test_heavy_events_make_smaller_batches_within_the_limit(scene: Scene) -> None:
    scene.journal.append([check_in(n, weight=15_000) for n in range(1, 11)])

    async with running(scene.uplink.run()):
        await until(lambda: scene.acked == 10)

    sizes = [len(payload) for kind, payload in scene.exchange.published if kind == "batch"]
    assert max(sizes) <= 64 * 1024
    assert len(sizes) == 3


async def test_a_lost_acknowledgement_costs_one_more_sending_and_no_entry(scene: Scene) -> None:
    scene.check_in(1, 5)
    lost: list[str] = []

    def loses_the_first_word_on_a_batch(kind: str, payload: bytes) -> list[bytes]:
        answers = scene.centre.answer(kind, payload)
        if kind == "batch" and not lost:
            lost.append(kind)
            return []
        return answers

    scene.exchange.answer = loses_the_first_word_on_a_batch
    async with running(scene.uplink.run()):
        await until(lambda: scene.acked == 5)

    assert scene.centre.through(scene.epoch) == 5
    assert scene.exchange.connects == 2


async def test_an_acknowledgement_that_comes_twice_changes_nothing(scene: Scene) -> None:
    def twice(kind: str, payload: bytes) -> list[bytes]:
        return scene.centre.answer(kind, payload) * 2

    scene.exchange.answer = twice
    scene.check_in(1, 250)
    async with running(scene.uplink.run()):
        await until(lambda: scene.acked == 250)

    assert len(scene.centre.batches) == 3


async def test_a_late_acknowledgement_does_not_rewind(scene: Scene) -> None:
    scene.check_in(1, 5)
    async with running(scene.uplink.run()):
        await until(lambda: scene.acked == 5)
        late = scene.centre.word(scene.epoch, through=2)
        scene.centre.now = "2021-12-01T01:00:09Z"
        scene.check_in(6, 6)
        await until(lambda: scene.acked == 6)
        scene.exchange.deliver(late)
        scene.check_in(7, 7)
        await until(lambda: scene.acked == 7)

    assert [b.first for b in scene.centre.batches] == [1, 6, 7]


async def test_a_word_that_the_centre_did_not_sign_is_not_believed(scene: Scene) -> None:
    impostor = SimulatedKeys(DEVICE).centre
    scene.check_in(1, 2)

    def forged(kind: str, payload: bytes) -> list[bytes]:
        scene.centre.answer(kind, payload)
        return [scene.centre.word(scene.epoch, through=2, signer=impostor), b"", b"\xff" * 40]

    scene.exchange.answer = forged
    async with running(scene.uplink.run()):
        await until(lambda: scene.exchange.connects >= 2)
        assert scene.acked == 0
        scene.exchange.answer = scene.centre.answer
        await until(lambda: scene.acked == 2)


async def test_a_word_for_another_device_is_not_believed(scene: Scene) -> None:
    other = SimulatedKeys(DeviceId("kiosk-0002"))
    foreign = centre_of(other)
    scene.check_in(1, 2)
    scene.exchange.answer = lambda kind, _payload: (
        [foreign.word(scene.epoch, through=2, signer=scene.keys.centre)] if kind == "hello" else []
    )

    async with running(scene.uplink.run()):
        await until(lambda: scene.exchange.connects >= 2)

    assert scene.acked == 0


async def test_a_centre_that_was_restored_gets_the_lost_part_again(scene: Scene) -> None:
    scene.check_in(1, 5)
    async with running(scene.uplink.run()):
        await until(lambda: scene.acked == 5)
        scene.centre.forget_after(scene.epoch, 2)
        scene.exchange.cut("the centre's machine was replaced")
        await until(lambda: scene.centre.through(scene.epoch) == 5 and scene.acked == 5)

    assert [(b.first, b.last) for b in scene.centre.batches] == [(1, 5), (3, 5)]


async def test_a_centre_that_knows_another_entry_at_our_place_is_told_and_still_gets_ours(
    scene: Scene,
) -> None:
    scene.check_in(1, 3)
    truly = scene.exchange.answer
    scene.exchange.answer = lambda kind, payload: (
        [scene.centre.word(scene.epoch, through=2, head=b"\x13" * 32)]
        if kind == "hello"
        else truly(kind, payload)
    )

    async with running(scene.uplink.run()):
        await until(lambda: scene.uplink.status().diverged)
        await until(lambda: scene.acked == 3)

    assert scene.uplink.status().diverged == (scene.epoch,)


async def test_a_centre_that_has_more_than_we_wrote_shows_a_restored_card(scene: Scene) -> None:
    scene.check_in(1, 3)
    scene.exchange.answer = lambda kind, _payload: (
        [scene.centre.word(scene.epoch, through=9)] if kind == "hello" else []
    )

    async with running(scene.uplink.run()):
        await until(lambda: scene.uplink.status().diverged)

    assert scene.uplink.status().diverged == (scene.epoch,)


async def test_no_broker_is_told_with_the_count_and_tried_again(scene: Scene) -> None:
    scene.exchange.refusing = "no broker answers: refused"
    scene.check_in(1, 14)

    async with running(scene.uplink.run()):
        await until(lambda: scene.exchange.connects >= 3)
        status = scene.uplink.status()
        assert status.unsent == 14
        assert status.acked_at is None
        await until(lambda: scene.uplink.status().problem == "no broker answers: refused")
        scene.exchange.refusing = None
        await until(lambda: scene.acked == 14)
        await until(lambda: scene.uplink.status().connection is Connection.ONLINE)

    assert scene.uplink.status().unsent == 0
    assert scene.uplink.status().acked_at == scene.clock.now()


async def test_the_count_is_true_while_there_is_no_broker(scene: Scene) -> None:
    scene.exchange.refusing = "no broker answers"
    async with running(scene.uplink.run()):
        await until(lambda: scene.exchange.connects >= 1)
        scene.check_in(1, 2)

        await until(lambda: scene.uplink.status().unsent == 2)


async def test_a_broker_that_goes_away_is_followed_by_a_fresh_connection(scene: Scene) -> None:
    async with running(scene.uplink.run()):
        await until(lambda: scene.uplink.status().connection is Connection.ONLINE)
        scene.exchange.cut("the connection ended: server shutting down")
        scene.check_in(1, 3)
        await until(lambda: scene.acked == 3)

    assert scene.exchange.connects == 2


async def test_a_clock_that_is_years_off_sends_all_the_same(scene: Scene) -> None:
    scene.clock.set_wall(datetime(2018, 11, 22, tzinfo=UTC), ok=False)
    scene.check_in(1, 3)

    async with running(scene.uplink.run()):
        await until(lambda: scene.acked == 3)


async def test_a_full_disk_when_the_word_comes_costs_one_more_sending(scene: Scene) -> None:
    scene.check_in(1, 3)
    scene.journal.fail_with(DiskFull("no room is left for the journal"))
    async with running(scene.uplink.run()):
        await until(lambda: scene.uplink.status().problem == "no room is left for the journal")
        assert scene.acked == 0
        scene.journal.fail_with(None)
        await until(lambda: scene.acked == 3)

    assert scene.centre.through(scene.epoch) == 3


async def test_the_entries_of_a_damaged_journal_reach_the_centre_under_their_own_keys(
    scene: Scene,
) -> None:
    scene.check_in(1, 3)
    old = scene.epoch
    scene.journal.begin_epoch()
    scene.check_in(4, 5)

    async with running(scene.uplink.run()):
        await until(lambda: scene.uplink.status().unsent == 0)
        await until(lambda: scene.acked == 2)

    assert scene.centre.through(old) == 3
    assert scene.centre.through(scene.epoch) == 2


async def test_what_lies_above_a_hole_of_a_damaged_journal_reaches_the_centre(
    scene: Scene,
) -> None:
    scene.check_in(1, 350)
    old = scene.journal.position().epoch
    scene.journal.begin_epoch()
    scene.journal.lose(50, old)

    async with running(scene.uplink.run()):
        await until(lambda: len(scene.centre.stored) == 349)
        scene.check_in(351, 352)
        await until(lambda: scene.acked == 2)

    assert (old, 50) not in scene.centre.stored
    assert [b.first for b in scene.centre.batches if b.after_loss] == [51]
    assert scene.journal.position(old).acked == 350
    assert scene.exchange.connects == 1


async def test_an_old_epoch_whose_tail_was_lost_but_sent_is_no_divergence(scene: Scene) -> None:
    scene.check_in(1, 3)
    old = scene.journal.position().epoch
    scene.centre.answer("batch", batch_of(scene))
    scene.journal.begin_epoch()
    scene.journal.lose(3, old)

    async with running(scene.uplink.run()):
        await until(lambda: scene.uplink.status().unsent == 0)

    assert scene.uplink.status().diverged == ()


def batch_of(scene: Scene) -> bytes:
    entries = scene.journal.entries(0, most=9, most_bytes=100_000)
    start = scene.journal.hash_at(0)
    assert start is not None
    return scene.keys.sign_batch(
        scene.journal.position().epoch, 1, start, [entry.data for entry in entries]
    )
