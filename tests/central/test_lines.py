"""Where a batch belongs in its journal: each answer of the decision, without a store."""

from dataclasses import replace

from factories.devices import Card

from central.domain import lines
from central.domain.deliveries import Watermark
from central.domain.lines import Gap, Stored, Stray

CARD = Card().write(8)
CLONE = Card(journal=CARD.journal[:3]).write(5, mark="B")


def journal(through=0, *, card=CARD):
    made = lines.new_journal(card.device, card.epoch)
    if through:
        made.lines[0].extend(card.delivery(1, through).events)
    return made


def join(journal, delivery):
    fresh = journal.fresh_places()
    held = {place: fresh[place] for place in lines.places_of(delivery) if place in fresh}
    return lines.join(journal, delivery, held)


def test_a_batch_at_the_end_continues_the_line():
    held = journal(3)

    assert held.continued_by(CARD.delivery(4, 8)) is held.lines[0]
    assert held.continued_by(CARD.delivery(5, 8)) is None
    assert held.continued_by(CLONE.delivery(5, 8)) is None


def test_what_is_held_already_adds_nothing():
    held = journal(5)

    assert join(held, CARD.delivery(2, 4)) == Stored()
    assert held.lines[0].watermark() == CARD.place(5)


def test_the_new_part_of_an_overlap_is_added_to_the_line():
    held = journal(5)

    assert join(held, CARD.delivery(2, 8)) == Stored()
    assert held.lines[0].watermark() == CARD.place(8)
    assert len(held.lines[0].fresh) == 8
    assert not held.quarantined


def test_above_a_gap_nothing_is_taken():
    held = journal(3)

    assert join(held, CARD.delivery(6, 8)) == Gap()
    assert held.lines[0].watermark() == CARD.place(3)


def test_another_entry_in_the_same_place_begins_a_line_of_its_own_and_quarantines():
    held = journal(8)

    answer = join(held, CLONE.delivery(3, 6))

    assert answer == Stored(fork=held.lines[1])
    assert (held.lines[1].base, held.lines[1].watermark()) == (3, CLONE.place(6))
    assert [event.seq for event in held.lines[1].fresh] == [4, 5, 6]
    assert held.quarantined


def test_a_line_seen_only_mid_way_is_a_stray():
    held = journal(8)

    assert join(held, CLONE.delivery(6, 8)) == Stray()
    assert len(held.lines) == 1


def test_a_greeting_is_answered_by_what_both_hold():
    held = journal(5)

    assert lines.greeting(held, CARD.place(4), known_is_held=True) == CARD.place(4)
    assert not held.quarantined


def test_a_greeting_from_above_our_end_is_answered_by_our_end():
    held = journal(5)

    assert lines.greeting(held, CARD.place(8), known_is_held=False) == CARD.place(5)
    assert not held.quarantined


def test_a_greeting_that_names_another_entry_quarantines_and_starts_from_the_beginning():
    held = journal(5)

    answer = lines.greeting(held, CLONE.place(4), known_is_held=False)

    assert answer == Watermark(0, CARD.genesis)
    assert held.quarantined


def test_in_a_quarantined_journal_an_unknown_place_starts_from_the_beginning():
    held = journal(5)
    held.quarantined = True

    assert lines.greeting(held, CARD.place(8), known_is_held=False) == held.genesis


def test_what_a_device_has_left_after_a_loss_begins_a_line_of_its_own():
    held = journal(3)

    answer = join(held, replace(CARD.delivery(6, 8), after_loss=True))

    assert isinstance(answer, Stored)
    assert answer.resumed is held.lines[-1]
    assert answer.resumed.watermark() == CARD.place(8)
    assert held.lines[0].watermark() == CARD.place(3)
