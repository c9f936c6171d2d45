"""Whatever the order and however often batches arrive, the store ends up with the same facts."""

from collections import Counter

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, ready_engine
from factories.devices import AT, Card
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.adapters import database
from central.adapters.event_store_sql import SqlEventStore

LENGTH = 12
ORIGINAL = Card().write(LENGTH)
CLONE = Card(journal=ORIGINAL.journal[:5]).write(LENGTH - 5, mark="B")


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


def emptied(engine):
    with engine.begin() as connection:
        for table in (database.alarms, database.raw_events, database.journals):
            connection.execute(table.delete())
    return SqlEventStore(engine)


def stored(engine):
    with database.reading(engine) as connection:
        table = database.raw_events.c
        return Counter(tuple(r) for r in connection.execute(sa.select(table.seq, table.hash)))


spans = st.tuples(st.integers(1, LENGTH), st.integers(1, LENGTH)).map(sorted)
commits = st.lists(st.lists(spans, max_size=4), max_size=8)
orders = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def gap_free_prefix(arrived):
    """What a journal holds after these spans, by the rule alone: join at the end, ignore gaps."""
    through = 0
    for first, last in arrived:
        if first <= through + 1:
            through = max(through, last)
    return through


@orders
@given(commits)
def test_the_watermark_is_the_gap_free_prefix_and_each_fact_below_it_is_there_once(
    engine, arriving
):
    store = emptied(engine)

    for group in arriving:
        store.commit([ORIGINAL.delivery(first, last) for first, last in group], [], AT)

    through = gap_free_prefix([span for group in arriving for span in group])
    mark = store.watermark(ORIGINAL.device, ORIGINAL.epoch)
    assert (mark.through if mark else 0) == through
    assert stored(engine) == Counter(ORIGINAL.facts(1, through))


@orders
@given(commits)
def test_a_device_that_sends_until_it_is_acknowledged_ends_with_everything_there_once(
    engine, arriving
):
    store = emptied(engine)
    for group in arriving:
        store.commit([ORIGINAL.delivery(first, last) for first, last in group], [], AT)

    [at] = store.greet([ORIGINAL.greeting()], AT)
    while at.through < LENGTH:
        last = min(at.through + 3, LENGTH)
        [at] = store.commit([ORIGINAL.delivery(at.through + 1, last)], [], AT)

    assert at == ORIGINAL.place(LENGTH)
    assert stored(engine) == Counter(ORIGINAL.facts(1, LENGTH))


@orders
@given(st.lists(st.tuples(st.booleans(), spans), max_size=10))
def test_two_cards_of_one_name_lose_nothing_double_nothing_and_both_come_to_their_end(
    engine, arriving
):
    store = emptied(engine)
    for is_clone, (first, last) in arriving:
        card = CLONE if is_clone else ORIGINAL
        store.commit([card.delivery(first, last)], [], AT)

    for card in (ORIGINAL, CLONE):
        for first in range(1, LENGTH + 1, 3):
            store.commit([card.delivery(first, first + 2)], [], AT)

    expected = Counter(ORIGINAL.facts(1, LENGTH) | CLONE.facts(6, LENGTH))
    assert stored(engine) == expected
    ends = store.commit([ORIGINAL.delivery(10, 12), CLONE.delivery(10, 12)], [], AT)
    assert ends == [ORIGINAL.place(LENGTH), CLONE.place(LENGTH)]


@orders
@given(st.lists(st.tuples(st.booleans(), spans), max_size=10))
def test_no_answer_covers_an_entry_that_is_not_held(engine, arriving):
    store = emptied(engine)

    for is_clone, (first, last) in arriving:
        card = CLONE if is_clone else ORIGINAL
        [answer] = store.commit([card.delivery(first, last)], [], AT)
        held = stored(engine)
        line = ORIGINAL if answer == ORIGINAL.place(answer.through) else CLONE
        assert answer == line.place(answer.through)
        assert all(place in held for place in line.facts(1, answer.through))
