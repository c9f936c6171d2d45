"""People whose number was re-issued: what is known of them lies under two numbers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from central.adapters import tables_projection as projection
from central.adapters.ranges import FEW, Few, Range
from central.adapters.tables_doses import platform_doses
from central.domain.findings import Finding

_PEOPLE = projection.identities

Earlier = dict[str, list[str]]
"""From a number to those numbers that it was before; under each of them something is known."""


def earlier_numbers(connection: sa.Connection, of: Range) -> Earlier:
    """Return the earlier numbers of a range of numbers, as the cards name them."""
    number, before = _PEOPLE.c.number, _PEOPLE.c.old_number
    other = _PEOPLE.alias("under_the_earlier")
    came = sa.select(other.c.visit).where(other.c.number == before).correlate(_PEOPLE)
    told = sa.select(platform_doses.c.id).where(platform_doses.c.number == before)
    rows = connection.execute(
        sa.select(number, before)
        .distinct()
        .where(
            of.holds(number),
            before.is_not(None),
            before != number,
            came.exists() | told.correlate(_PEOPLE).exists(),
        )
        .order_by(number, before)
    )
    earlier: defaultdict[str, list[str]] = defaultdict(list)
    for now, then in rows:
        earlier[now].append(then)
    return dict(earlier)


def without_earlier(connection: sa.Connection, found: Iterable[Finding]) -> list[Finding]:
    """Return the findings but those of an earlier number: they are told of the one that is valid."""
    every = list(found)
    replaced: set[str] = set()
    for few in fews({one.subject for one in every}):
        of_few = sa.select(_PEOPLE.c.old_number).where(
            Few(few).holds(_PEOPLE.c.old_number), _PEOPLE.c.number != _PEOPLE.c.old_number
        )
        replaced.update(connection.scalars(of_few))
    return [one for one in every if one.subject not in replaced]


def all_of(earlier: Earlier) -> set[str]:
    """Return both the numbers that are valid and those before them."""
    return {*earlier, *(then for before in earlier.values() for then in before)}


def fews(keys: Iterable[str]) -> Iterator[list[str]]:
    """Yield keys in parts that one statement may name."""
    every = sorted(keys)
    return (every[first : first + FEW] for first in range(0, len(every), FEW))
