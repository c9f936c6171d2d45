"""Plain values of the settings: what is taken for a number or a yes, their limits, and words for the rest.

Both are as pydantic has them, by which the centre reads its own settings.
"""

import operator
import re
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

from msgspec import Meta

Problem = tuple[str, str]
"""The name of a value, such as ``ui.port``, and what is wrong with it."""

_BOUNDS = (
    ("le", operator.le, "less than or equal to"),
    ("lt", operator.lt, "less than"),
    ("ge", operator.ge, "greater than or equal to"),
    ("gt", operator.gt, "greater than"),
)
_YES, _NO = {"1", "on", "t", "true", "y", "yes"}, {"0", "off", "f", "false", "n", "no"}


class NotValidError(ValueError):
    """What somebody wrote cannot be used; the text names each value and what is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{name}: {words}" for name, words in problems))


def wrong(words: str) -> NotValidError:
    """Return that the value itself is wrong; whoever knows its name puts that before it."""
    return NotValidError([("", words)])


def within(value: Any, limits: Meta) -> None:  # noqa: ANN401 - of any type
    """Do nothing with a value that keeps ``limits``.

    Raises:
        NotValidError: It does not.
    """
    words = _beyond(value, limits) or _length(value, limits) or _pattern(value, limits)
    if words:
        raise wrong(words)


def _beyond(value: Any, limits: Meta) -> str | None:  # noqa: ANN401 - of any type
    for name, holds, words in _BOUNDS:
        limit = getattr(limits, name)
        # No comparison with TOML's nan holds.
        if limit is not None and not holds(value, limit):
            return f"Input should be {words} {limit}"
    return None


def _length(value: Any, limits: Meta) -> str | None:  # noqa: ANN401 - a text or a tuple
    for limit, holds, words in (
        (limits.min_length, operator.ge, "at least"),
        (limits.max_length, operator.le, "at most"),
    ):
        if limit is not None and not holds(len(value), limit):
            many = "" if limit == 1 else "s"
            if isinstance(value, str):
                return f"String should have {words} {limit} character{many}"
            return (
                f"Tuple should have {words} {limit} item{many} after validation, not {len(value)}"
            )
    return None


def _pattern(value: str, limits: Meta) -> str | None:
    if limits.pattern is None or re.fullmatch(limits.pattern, value):
        return None
    return f"String should match pattern '{limits.pattern}'"


def _flag(value: object) -> bool:
    if isinstance(value, str) and value.lower() in _YES | _NO:
        return value.lower() in _YES
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    if isinstance(value, int | str):
        raise wrong("Input should be a valid boolean, unable to interpret input")
    raise wrong("Input should be a valid boolean")


def _whole(value: object) -> int:
    if isinstance(value, float) and not isfinite(value):
        raise wrong("Input should be a finite number")
    if isinstance(value, float) and not value.is_integer():
        raise wrong("Input should be a valid integer, got a number with a fractional part")
    if isinstance(value, int | float):
        return int(value)
    if not isinstance(value, str):
        raise wrong("Input should be a valid integer")
    try:
        return int(value)
    except ValueError as error:
        words = "Input should be a valid integer, unable to parse string as an integer"
        raise wrong(words) from error


def _number(value: object) -> float:
    if not isinstance(value, int | float | str):
        raise wrong("Input should be a valid number")
    try:
        return float(value)
    except OverflowError as error:
        raise wrong("Input should be a finite number") from error
    except ValueError as error:
        words = "Input should be a valid number, unable to parse string as a number"
        raise wrong(words) from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise wrong("Input should be a valid string")
    return value


def _path(value: object) -> Path:
    if not isinstance(value, str | Path):
        raise wrong("Input is not a valid path")
    return Path(value)


PLAIN: dict[Any, Callable[[object], Any]] = {
    bool: _flag,
    int: _whole,
    float: _number,
    str: _text,
    Path: _path,
}
"""What makes a value of each plain type, or raises ``NotValidError``."""
