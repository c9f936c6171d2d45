"""The port ``EventStore``, run on every implementation: SQLite, and PostgreSQL with -m system."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, ready_engine
from factories.devices import AT, Card

from central.adapters import database
from central.adapters.event_store_sql import SqlEventStore
from central.domain.deliveries import DeviceState, Greeting, Quarantined, Watermark


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


@pytest.fixture
def store(engine):
    return SqlEventStore(engine)


def stored(engine):
    """Every event that is held, counted: nothing may be missing, nothing be there twice."""
    with database.reading(engine) as connection:
        rows = connection.execute(
            sa.select(database.raw_events.c.seq, database.raw_events.c.hash)
        ).all()
    return Counter((row.seq, row.hash) for row in rows)


def alarms(engine):
    with database.reading(engine) as connection:
        table = database.alarms.c
        return [tuple(r) for r in connection.execute(sa.select(table.kind, table.seq))]


def is_quarantined(engine):
    with database.reading(engine) as connection:
        return set(connection.execute(sa.select(database.journals.c.quarantined)).scalars())


def test_a_batch_is_stored_as_it_is_and_its_place_returned(engine, store):
    card = Card().write(5)

    answers = store.commit([card.delivery(1, 5)], [], AT)

    assert answers == [card.place(5)]
    assert stored(engine) == Counter(card.facts(1, 5))
    assert store.watermark(card.device, card.epoch) == card.place(5)


def test_many_batches_of_many_devices_are_one_commit_answered_cumulatively(engine, store):
    one, two = Card("kiosk-0001").write(4), Card("kiosk-0002").write(2)

    answers = store.commit([one.delivery(1, 2), two.delivery(1, 2), one.delivery(3, 4)], [], AT)

    assert answers == [one.place(4), two.place(2), one.place(4)]
    assert stored(engine) == Counter(one.facts(1, 4) | two.facts(1, 2))


def test_a_replayed_batch_changes_nothing_and_is_answered_again(engine, store):
    card = Card().write(6)
    store.commit([card.delivery(1, 3), card.delivery(4, 6)], [], AT)

    answers = store.commit([card.delivery(1, 3)], [], AT)

    assert answers == [card.place(6)]
    assert stored(engine) == Counter(card.facts(1, 6))
    assert alarms(engine) == []


def test_a_batch_twice_in_one_commit_is_stored_once(engine, store):
    card = Card().write(3)

    answers = store.commit([card.delivery(1, 3), card.delivery(1, 3)], [], AT)

    assert answers == [card.place(3), card.place(3)]
    assert stored(engine) == Counter(card.facts(1, 3))


def test_of_an_overlapping_batch_only_the_new_part_is_stored(engine, store):
    card = Card().write(8)
    store.commit([card.delivery(1, 5)], [], AT)

    answers = store.commit([card.delivery(3, 8)], [], AT)

    assert answers == [card.place(8)]
    assert stored(engine) == Counter(card.facts(1, 8))
    assert alarms(engine) == []


def test_a_batch_above_a_gap_is_not_stored_and_the_answer_asks_for_what_is_missing(engine, store):
    card = Card().write(9)
    store.commit([card.delivery(1, 3)], [], AT)

    answers = store.commit([card.delivery(7, 9)], [], AT)

    assert answers == [card.place(3)]
    assert stored(engine) == Counter(card.facts(1, 3))
    assert alarms(engine) == []


def test_the_first_batch_of_an_unknown_journal_must_be_its_beginning(engine, store):
    card = Card().write(4)

    assert store.commit([card.delivery(3, 4)], [], AT) == [Watermark(0, card.genesis)]
    assert stored(engine) == Counter()
    assert store.watermark(card.device, card.epoch) is None


def after_loss(delivery):
    return replace(delivery, after_loss=True)


@pytest.mark.parametrize("held", [3, 0], ids=["some of it is here", "none of it is here"])
def test_what_follows_entries_that_the_device_has_lost_is_stored_and_alarms(engine, store, held):
    card = Card().write(9)
    if held:
        store.commit([card.delivery(1, held)], [], AT)

    answers = store.commit([after_loss(card.delivery(6, 7)), card.delivery(8, 9)], [], AT)

    assert answers == [card.place(7), card.place(9)]
    assert stored(engine) == Counter(card.facts(1, held) | card.facts(6, 9))
    assert alarms(engine) == [("loss", 6)]
    assert is_quarantined(engine) == {False}
    again = store.commit([after_loss(card.delivery(6, 7))], [], AT)
    assert again == [card.place(7)]
    assert store.greet([Greeting(card.device, card.epoch, card.place(9))], AT) == [card.place(9)]


def test_nothing_counts_as_lost_that_the_centre_holds(engine, store):
    card = Card().write(5)
    store.commit([card.delivery(1, 3)], [], AT)

    answers = store.commit([after_loss(card.delivery(4, 5))], [], AT)

    assert answers == [card.place(5)]
    assert alarms(engine) == []


def test_a_cloned_card_is_stored_beside_and_each_is_told_of_its_own_facts(engine, store):
    original = Card().write(3)
    clone = original.clone().write(2, mark="B")
    original.write(4)
    store.commit([original.delivery(1, 7)], [], AT)

    answers = store.commit([clone.delivery(4, 5)], [], AT)

    assert answers == [clone.place(5)]
    assert stored(engine) == Counter(original.facts(1, 7) | clone.facts(4, 5))
    assert alarms(engine) == [("fork", 4)]
    assert is_quarantined(engine) == {True}


def test_after_a_fork_both_cards_go_on_and_nothing_loops(engine, store):
    original = Card().write(3)
    clone = original.clone().write(2, mark="B")
    original.write(2)
    store.commit([original.delivery(1, 5), clone.delivery(1, 5)], [], AT)
    clone.write(3, mark="B")
    original.write(1)

    answers = store.commit([clone.delivery(6, 8), original.delivery(6, 6)], [], AT)
    again = store.commit([clone.delivery(6, 8), original.delivery(1, 3)], [], AT)

    assert answers == [clone.place(8), original.place(6)]
    assert again == [clone.place(8), original.place(3)]
    assert stored(engine) == Counter(original.facts(1, 6) | clone.facts(4, 8))
    assert alarms(engine) == [("fork", 4)]


def test_each_line_of_a_forked_journal_is_gap_free_up_to_its_own_watermark(engine, store):
    original = Card().write(3)
    clone = original.clone().write(5, mark="B")
    original.write(1)
    store.commit([original.delivery(1, 4), clone.delivery(3, 8)], [], AT)

    with database.reading(engine) as connection:
        j, e = database.journals.c, database.raw_events.c
        lines = connection.execute(
            sa.select(j.line, j.base, j.through, sa.func.count(), sa.func.min(e.seq))
            .join(database.raw_events, e.journal_id == j.id)
            .group_by(j.line, j.base, j.through)
            .order_by(j.line)
        ).all()

    assert [tuple(line) for line in lines] == [(0, 0, 4, 4, 1), (1, 3, 8, 5, 4)]


def test_a_line_seen_only_mid_way_makes_its_device_send_from_the_beginning(engine, store):
    original = Card().write(2)
    clone = original.clone().write(6, mark="B")
    original.write(6)
    store.commit([original.delivery(1, 8)], [], AT)

    stray = store.commit([clone.delivery(6, 8)], [], AT)
    resent = store.commit([clone.delivery(1, 8)], [], AT)

    assert stray == [Watermark(0, clone.genesis)]
    assert resent == [clone.place(8)]
    assert stored(engine) == Counter(original.facts(1, 8) | clone.facts(3, 8))
    assert alarms(engine) == [("stray", 6), ("fork", 3)]


def test_the_same_alarm_is_raised_once_while_it_stands(engine, store):
    original = Card().write(2)
    clone = original.clone().write(6, mark="B")
    original.write(6)
    store.commit([original.delivery(1, 8)], [], AT)

    store.commit([clone.delivery(6, 8), clone.delivery(6, 8)], [], AT)
    store.commit([clone.delivery(6, 8)], [], AT)

    assert alarms(engine) == [("stray", 6)]


def test_a_quarantined_message_is_kept_whole_beside_the_good_ones(engine, store):
    card = Card().write(1)

    store.commit([card.delivery(1, 1)], [Quarantined("t", "bad_cose", b"\x00\xff")], AT)

    with database.reading(engine) as connection:
        table = database.quarantine.c
        rows = connection.execute(
            sa.select(table.topic, table.reason, table.data, table.received_at)
        ).all()
    assert [tuple(row) for row in rows] == [("t", "bad_cose", b"\x00\xff", AT)]
    assert stored(engine) == Counter(card.facts(1, 1))


def test_a_quarantined_message_that_comes_again_is_counted_not_kept_twice(engine, store):
    message = Quarantined("t", "bad_cose", b"x")

    store.commit([], [message, message], AT)
    store.commit([], [message], AT + timedelta(minutes=5))

    with database.reading(engine) as connection:
        table = database.quarantine.c
        rows = connection.execute(sa.select(table.times, table.received_at)).all()
    assert [tuple(row) for row in rows] == [(3, AT + timedelta(minutes=5))]


def test_only_the_newest_state_of_a_device_is_kept(engine, store):
    card = Card()

    store.commit([], [], AT, [DeviceState(card.device, b"1"), DeviceState(card.device, b"2")])
    store.commit([], [], AT, [DeviceState(card.device, b"3")])

    with database.reading(engine) as connection:
        table = database.device_states.c
        assert [tuple(r) for r in connection.execute(sa.select(table.device, table.data))] == [
            ("kiosk-0001", b"3")
        ]


def test_an_event_with_a_problem_is_stored_with_it(engine, store):
    card = Card(journal=[b"no event"])
    delivery = card.delivery(1, 1)
    unreadable = replace(delivery.events[0], problem="bad_event")

    answers = store.commit([replace(delivery, events=(unreadable,))], [], AT)

    with database.reading(engine) as connection:
        table = database.raw_events.c
        rows = connection.execute(sa.select(table.data, table.problem, table.received_at)).all()
    assert [tuple(row) for row in rows] == [(b"no event", "bad_event", AT)]
    assert answers == [card.place(1)]


def test_hello_of_an_unknown_journal_is_answered_by_its_genesis(store):
    card = Card().write(2)

    assert store.greet([card.greeting(0)], AT) == [Watermark(0, card.genesis)]


def test_hello_is_answered_by_the_place_that_both_know(store):
    card = Card().write(5)
    store.commit([card.delivery(1, 5)], [], AT)

    assert store.greet([card.greeting(5)], AT) == [card.place(5)]


def test_a_device_that_only_greets_is_heard(engine, store):
    card = Card().write(2)
    later = AT + timedelta(hours=1)
    store.commit([card.delivery(1, 2)], [], AT)

    store.greet([card.greeting(2)], later)

    with database.reading(engine) as connection:
        heard = sa.select(database.journals.c.last_seen, database.journals.c.first_seen)
        assert connection.execute(heard).one() == (later, AT)


def test_a_device_whose_acknowledgement_was_lost_sends_again_and_is_then_at_the_end(engine, store):
    card = Card().write(5)
    store.commit([card.delivery(1, 3), card.delivery(4, 5)], [], AT)

    [answer] = store.greet([card.greeting(0)], AT)
    again = store.commit([card.delivery(answer.through + 1, 2)], [], AT)

    assert answer == card.place(0)
    assert again == [card.place(5)]
    assert stored(engine) == Counter(card.facts(1, 5))


def test_a_centre_restored_from_an_older_backup_answers_lower_and_takes_all_again(engine, store):
    card = Card().write(8)
    store.commit([card.delivery(1, 3)], [], AT)

    [answer] = store.greet([card.greeting(8)], AT)
    store.commit([card.delivery(answer.through + 1, 8)], [], AT)

    assert answer == card.place(3)
    assert stored(engine) == Counter(card.facts(1, 8))
    assert alarms(engine) == []


def test_a_card_restored_from_an_older_image_goes_on_from_what_both_hold(engine, store):
    card = Card().write(3)
    restored = card.clone()
    card.write(5)
    store.commit([card.delivery(1, 8)], [], AT)
    restored.write(2, mark="B")

    [answer] = store.greet([restored.greeting(3)], AT)
    stored_at = store.commit([restored.delivery(answer.through + 1, 5)], [], AT)

    assert answer == restored.place(3)
    assert stored_at == [restored.place(5)]
    assert stored(engine) == Counter(card.facts(1, 8) | restored.facts(4, 5))


def test_hello_that_names_another_entry_proves_a_double_and_starts_it_from_the_beginning(
    engine, store
):
    original = Card().write(2)
    clone = original.clone().write(3, mark="B")
    original.write(6)
    store.commit([original.delivery(1, 8)], [], AT)

    [answer] = store.greet([clone.greeting(5)], AT)
    first = store.commit([clone.delivery(1, 2)], [], AT)
    rest = store.commit([clone.delivery(3, 5)], [], AT)

    assert answer == Watermark(0, clone.genesis)
    assert first == [clone.place(2)]
    assert rest == [clone.place(5)]
    assert stored(engine) == Counter(original.facts(1, 8) | clone.facts(3, 5))
    assert is_quarantined(engine) == {True}
