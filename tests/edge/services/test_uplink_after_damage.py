"""What was saved of a damaged journal reaches the centre under its own keys."""

import pytest
from factories.uplinks import Scene, new_scene
from factories.waiting import until
from fakes.running import running


@pytest.fixture
def scene() -> Scene:
    return new_scene()


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
