"""How long to wait before the next try."""

LEAST_SECONDS = 1.0
MOST_SECONDS = 300.0


def delay(
    failures: int, chance: int, *, least: float = LEAST_SECONDS, most: float = MOST_SECONDS
) -> float:
    """Return the seconds to wait after ``failures`` tries in a row that came to nothing.

    Full jitter over a ceiling that doubles, so that a thousand kiosks that lost one broker do not
    come back together.

    Args:
        failures: 1 or more.
        chance: A random number from 0 to 65535.
    """
    ceiling = min(most, least * (1 << min(failures, 20)))
    return least + (ceiling - least) * chance / 0xFFFF
