"""What to send next and what an acknowledgement means."""

from dataclasses import replace

import pytest

from edge.domain import outbox
from edge.domain.outbox import Lane, UnderWay, Verdict
from protocol.identity import DeviceId, Epoch
from protocol.messages import Ack

EPOCH = Epoch("0a" * 16)
OURS = b"\x01" * 32
OTHER = b"\x02" * 32
LANE = Lane(epoch=EPOCH, current=True, last=10, acked=2, sent=2, due=None)


def ack(through: int, *, head: bytes = OURS, window: int = 2, now: str = "2021-12-01") -> Ack:
    return Ack(DeviceId("kiosk-0001"), EPOCH, through, head, window, now)


@pytest.mark.parametrize(
    ("lane", "expected"),
    [
        (LANE, True),
        (replace(LANE, due=5.0), False),
        (replace(LANE, diverged=True), True),
        (replace(LANE, sent=10), False),
        (replace(LANE, under_way=(UnderWay(3, 9.0), UnderWay(4, 9.0))), False),
        (replace(LANE, under_way=(UnderWay(3, 9.0),)), True),
    ],
    ids=["room", "not greeted", "diverged", "all sent", "window full", "window left"],
)
def test_a_batch_goes_out_only_when_the_lane_lets_it(lane: Lane, expected: bool) -> None:
    assert outbox.may_send(lane) is expected


def test_a_published_batch_is_under_way_and_nothing_more() -> None:
    lane = outbox.published(LANE, through=7, due=30.0)

    assert (lane.sent, lane.acked, lane.under_way) == (7, 2, (UnderWay(7, 30.0),))


def test_a_cumulative_word_ends_every_batch_that_it_covers() -> None:
    lane = replace(LANE, sent=8, under_way=(UnderWay(4, 1.0), UnderWay(6, 1.0), UnderWay(8, 1.0)))

    settled, verdict = outbox.settle(lane, ack(6), OURS)

    assert verdict is Verdict.ADVANCED
    assert (settled.acked, settled.sent, settled.under_way) == (6, 8, (UnderWay(8, 1.0),))
    assert settled.unsent == 4


def test_a_word_beyond_what_was_sent_saves_the_sending() -> None:
    settled, verdict = outbox.settle(LANE, ack(9), OURS)

    assert (verdict, settled.acked, settled.sent) == (Verdict.ADVANCED, 9, 9)


def test_the_same_word_again_only_greets() -> None:
    settled, verdict = outbox.settle(replace(LANE, due=9.0), ack(2), OURS)

    assert (verdict, settled.due, settled.acked) == (Verdict.REPEATED, None, 2)


def test_a_lower_word_sends_again_from_there() -> None:
    lane = replace(LANE, acked=6, sent=8, under_way=(UnderWay(8, 1.0),))

    settled, verdict = outbox.settle(lane, ack(3), OURS)

    assert verdict is Verdict.REWOUND
    assert (settled.acked, settled.sent, settled.under_way) == (3, 3, ())


def test_a_lower_word_below_what_is_held_is_taken_though_it_cannot_be_compared() -> None:
    _, verdict = outbox.settle(replace(LANE, acked=6, sent=6), ack(3, head=OTHER), None)

    assert verdict is Verdict.REWOUND


def test_an_older_word_than_the_newest_is_stale() -> None:
    lane = replace(LANE, acked=6, sent=6, heard="2021-12-02")

    assert outbox.settle(lane, ack(3), OURS) == (lane, Verdict.STALE)


@pytest.mark.parametrize(
    ("word", "ours"),
    [(ack(5, head=OTHER), OURS), (ack(11), None)],
    ids=["another entry at our place", "more than we wrote"],
)
def test_a_word_that_contradicts_the_journal_is_told_and_stops_nothing(
    word: Ack, ours: bytes | None
) -> None:
    settled, verdict = outbox.settle(LANE, word, ours)

    assert (verdict, settled.diverged, settled.acked) == (Verdict.DIVERGED, True, 2)
    assert outbox.may_send(settled)


def test_an_earlier_epoch_may_have_lost_the_tail_that_the_centre_has() -> None:
    settled, verdict = outbox.settle(replace(LANE, current=False), ack(15), None)

    assert (verdict, settled.acked, settled.unsent) == (Verdict.ADVANCED, 10, 0)


@pytest.mark.parametrize(("asked", "granted"), [(1, 1), (5, 5), (5000, 16)])
def test_the_window_is_the_centres_within_reason(asked: int, granted: int) -> None:
    settled, _ = outbox.settle(LANE, ack(3, window=asked), OURS)

    assert settled.window == granted


def test_an_answer_is_late_when_its_time_is_over() -> None:
    lane = replace(LANE, due=4.0, under_way=(UnderWay(3, 6.0),))

    assert not outbox.overdue(lane, now=3.9)
    assert outbox.overdue(lane, now=4.0)
    assert outbox.overdue(replace(lane, due=None), now=6.0)


def test_the_next_time_to_look_is_the_earliest() -> None:
    lanes = [replace(LANE, under_way=(UnderWay(3, 6.0),)), replace(LANE, due=5.0)]

    assert outbox.next_due(lanes) == 5.0
    assert outbox.next_due([LANE]) is None
