"""People of several numbers: re-issued ones, as cards name them, and those that somebody joined."""

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.ranges import FEW, Range
from central.adapters.tables_doses import platform_doses
from central.adapters.tables_persons import person_merges
from central.domain.one_person import Pair

_PEOPLE = projection.identities
_STANDS = person_merges.c.undone_at.is_(None)

Earlier = dict[str, list[str]]
"""From a number to the others of its person."""


def renewed_numbers(connection: sa.Connection, of: Range) -> list[Pair]:
    """Return the numbers of a range with those before them, as the cards name them.

    Only where something is known of the one before: under it, or of another number that came after.
    """
    number, before = _PEOPLE.c.number, _PEOPLE.c.old_number
    other, twin = _PEOPLE.alias("under_the_earlier"), _PEOPLE.alias("after_the_earlier")
    came = sa.select(other.c.visit).where(other.c.number == before).correlate(_PEOPLE)
    told = sa.select(platform_doses.c.id).where(platform_doses.c.number == before)
    renewed = sa.select(twin.c.visit).where(twin.c.old_number == before, twin.c.number != number)
    known = came.exists() | told.correlate(_PEOPLE).exists() | renewed.correlate(_PEOPLE).exists()
    rows = connection.execute(
        sa.select(number, before)
        .distinct()
        .where(of.holds(number), before.is_not(None), before != number, known)
    )
    return [(now, then) for now, then in rows]


def joined_numbers(connection: sa.Connection) -> list[Pair]:
    """Return the two numbers of each merge that stands."""
    left, right = _PEOPLE.alias("left_of"), _PEOPLE.alias("right_of")
    rows = connection.execute(
        sa.select(left.c.number, right.c.number)
        .join_from(person_merges, left, left.c.visit == person_merges.c.left_visit)
        .join(right, right.c.visit == person_merges.c.right_visit)
        .where(_STANDS, left.c.number.is_not(None), right.c.number != left.c.number)
        .order_by(person_merges.c.id)
    )
    return [(one, other) for one, other in rows]


def joined_of(connection: sa.Connection, of: Range) -> set[str]:
    """Return the numbers of a range that somebody joined with others."""
    sides = sa.union(
        sa.select(person_merges.c.left_visit).where(_STANDS),
        sa.select(person_merges.c.right_visit).where(_STANDS),
    ).subquery()
    visit = sides.c.left_visit
    return set(
        connection.scalars(
            sa.select(_PEOPLE.c.number)
            .join_from(sides, _PEOPLE, _PEOPLE.c.visit == visit)
            .where(of.holds(_PEOPLE.c.number))
        )
    )


def all_of(earlier: Earlier) -> set[str]:
    """Return every number of these people."""
    return {*earlier, *(then for before in earlier.values() for then in before)}


def fews(keys: Iterable[str]) -> Iterator[list[str]]:
    """Yield keys in parts that one statement may name."""
    every = sorted(keys)
    return (every[first : first + FEW] for first in range(0, len(every), FEW))
