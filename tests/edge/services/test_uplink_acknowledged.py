"""What the kiosk believes of the centre's word, and what it does when the word is missing or wrong."""

from dataclasses import replace

import pytest
from factories.journals import DEVICE
from factories.uplinks import Scene, centre_of, new_scene
from factories.waiting import until
from fakes.running import running

from edge.ports import DiskFull
from edge.simulated.keys import SimulatedKeys
from protocol.identity import DeviceId


@pytest.fixture
def scene() -> Scene:
    return new_scene()


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


async def test_a_device_with_nothing_new_learns_on_a_standing_connection_that_the_centre_was_restored(
    scene: Scene,
) -> None:
    scene.uplink._timing = replace(scene.uplink._timing, greet_again_seconds=0.05)
    scene.check_in(1, 5)
    async with running(scene.uplink.run()):
        await until(lambda: scene.acked == 5)
        scene.centre.forget_after(scene.epoch, 2)
        await until(lambda: scene.centre.through(scene.epoch) == 5 and scene.acked == 5)

    assert scene.exchange.connects == 1


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


async def test_a_full_disk_when_the_word_comes_costs_one_more_sending(scene: Scene) -> None:
    scene.check_in(1, 3)
    scene.journal.fail_with(DiskFull("no room is left for the journal"))
    async with running(scene.uplink.run()):
        await until(lambda: scene.uplink.status().problem == "no room is left for the journal")
        assert scene.acked == 0
        scene.journal.fail_with(None)
        await until(lambda: scene.acked == 3)

    assert scene.centre.through(scene.epoch) == 3


async def test_on_a_full_disk_what_the_centre_has_goes_sooner(scene: Scene) -> None:
    scene.room.measured(20 << 20)
    scene.check_in(1, 2)
    async with running(scene.uplink.run()):
        await until(lambda: scene.acked == 2)
        scene.centre.now = "2021-12-04T01:00:09Z"
        scene.check_in(3, 3)
        await until(lambda: scene.acked == 3)

    assert [entry.seq for entry in scene.journal.entries(0, most=9, most_bytes=10**6)] == [3]
