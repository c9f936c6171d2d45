"""What is sent to the centre, in what order and how much at once, and what happens without a broker."""

import json
from datetime import UTC, datetime

import pytest
from factories.journals import check_in
from factories.uplinks import Scene, new_scene
from factories.waiting import until
from fakes.running import running

from edge.services.uplink import Connection


@pytest.fixture
def scene() -> Scene:
    return new_scene()


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


async def test_a_notice_of_the_centre_is_handed_on_and_ends_nothing(scene: Scene) -> None:
    heard: list[bytes] = []
    scene.uplink._on_notice = heard.append

    async with running(scene.uplink.run()):
        await until(lambda: scene.uplink.status().connection is Connection.ONLINE)
        scene.exchange.notify(b"new lists")
        await until(lambda: heard)
        scene.check_in(1, 1)
        await until(lambda: scene.acked == 1)

    assert (heard, scene.exchange.connects) == ([b"new lists"], 1)


async def test_no_batch_goes_out_before_the_centre_answered_the_hello(scene: Scene) -> None:
    scene.centre.mute = True
    scene.check_in(1, 1)

    async with running(scene.uplink.run()):
        await until(lambda: scene.exchange.connects >= 3)

    assert "batch" not in [kind for kind, _ in scene.exchange.published]
    assert scene.uplink.status().problem == "the centre does not answer"
    assert scene.uplink.status().unsent == 1


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
