"""Which numbers are one person's: re-issued ones, however often, and those that somebody joined by hand."""

from collections.abc import Iterable

Pair = tuple[str, str]


class OnePerson:
    """Groups of numbers. What is found of a group is told of its chief, under no other number.

    The chief is the number that no card names as an earlier one; of several the first of all.
    Pure: nothing is rewritten, and without a pair the numbers are two people's again.
    """

    def __init__(self, renewed: Iterable[Pair], joined: Iterable[Pair]) -> None:
        """Make groups.

        Args:
            renewed: A number and the one before it, as a card names them.
            joined: Two numbers that are one person's, as somebody said.
        """
        renewed = set(renewed)
        before = {then for _, then in renewed}
        groups: dict[str, set[str]] = {}
        for one, other in (*sorted(renewed), *joined):
            both = groups.setdefault(one, {one}), groups.setdefault(other, {other})
            # The smaller into the larger: thousands of cards may name one and the same number.
            few, many = sorted(both, key=len)
            if few is not many:
                many |= few
                groups |= dict.fromkeys(few, many)
        self._chiefs: dict[str, str] = {}
        self._others: dict[str, list[str]] = {}
        for group in {id(group): group for group in groups.values()}.values():
            chief = min(group - before or group)
            self._chiefs |= dict.fromkeys(group, chief)
            self._others[chief] = sorted(group - {chief})

    def others(self, numbers: Iterable[str]) -> dict[str, list[str]]:
        """Return, of those of ``numbers`` that are chiefs, the other numbers of the person."""
        return {number: self._others[number] for number in numbers if number in self._others}

    def is_other(self, number: str) -> bool:
        """Return whether what is found of a number is told of another one."""
        return self._chiefs.get(number, number) != number
