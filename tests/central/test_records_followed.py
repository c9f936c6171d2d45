"""What a record becomes when what stands for its visit changes or becomes known."""

from dataclasses import replace
from datetime import timedelta

import pytest
from factories.devices import AT

from central.domain.records import Record, RecordState, follow

LATER = AT + timedelta(hours=1)
HELD = Record("v1", "s1", RecordState.HELD, AT, 0, None, "no_identity")


def test_what_is_new_is_told_at_once_or_held_with_its_reason():
    assert follow(None, "v1", "s1", AT, None) == Record(
        "v1", "s1", RecordState.PENDING, AT, 0, AT, None
    )
    assert follow(None, "v1", "s1", AT, "no_identity") == HELD


def test_what_was_held_goes_on_once_nothing_is_in_its_way():
    assert follow(HELD, "v1", "s1", LATER, None) == replace(
        HELD, state=RecordState.PENDING, next_try_at=LATER, reason=None
    )


def test_another_check_in_is_told_anew_and_keeps_the_time_it_was_opened():
    told = Record("v1", "s1", RecordState.RECONCILED, AT, 2, None)

    assert follow(told, "v1", "s2", LATER, None) == Record(
        "v1", "s2", RecordState.PENDING, AT, 0, LATER, None
    )


@pytest.mark.parametrize("state", [RecordState.PENDING, RecordState.REFUSED])
def test_what_waits_or_was_refused_stays(state):
    waits = AT if state is RecordState.PENDING else None

    assert follow(Record("v1", "s1", state, AT, 1, waits), "v1", "s1", LATER, None) is None
