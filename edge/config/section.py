"""What every section of the settings is: checked whole, unknown names refused, never changed.

A Pi reads its settings once, and what checks them stays in its memory for ever: so there is no more of
it than they need.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Self, TypeVar, Union, get_args, get_origin

from msgspec import Meta, Struct
from msgspec.structs import fields

from edge.config.plain import PLAIN, NotValidError, Problem, within, wrong

T = TypeVar("T")
Port = Annotated[int, Meta(ge=1, le=65535)]


class Section(Struct, frozen=True):
    """One table of the file.

    Limits of a setting stand in its ``Annotated`` type: those of ``Meta``, and functions that return
    the value or raise ``ValueError``. ``__post_init__`` says so of settings that do not go together.
    """

    @classmethod
    def of(cls, table: object) -> Self:
        """Return what somebody wrote as this section.

        Raises:
            NotValidError: A setting is unknown, missing, of another type or beyond its limits. All that
                is wrong is told at once.
        """
        if not isinstance(table, dict):
            raise wrong(f"Input should be a valid dictionary or instance of {cls.__name__}")
        problems: list[Problem] = []
        given: dict[str, Any] = {}
        for field in fields(cls):
            with _named(field.name, problems):
                if field.name in table:
                    given[field.name] = _value(field.type, table[field.name])
                elif field.required:
                    raise wrong("Field required")
        unknown = [name for name in table if name not in cls.__struct_fields__]
        problems += [(name, "Extra inputs are not permitted") for name in unknown]
        _refuse(problems)
        return _allowed(cls, **given)


def _value(kind: Any, value: object) -> Any:  # noqa: ANN401 - whatever type a section declares
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _limited(_value(parts[0], value), parts[1:])
    if origin is Literal:
        return _one_of(parts, value)
    if origin in {UnionType, Union}:
        return _either([each for each in parts if each is not NoneType], value)
    if origin is tuple:
        return _tuple(parts[0], value)
    if origin is dict:
        key, kind = parts
        return _dict(key, kind, value)
    return PLAIN[kind](value) if kind in PLAIN else kind.of(value)


def _limited(value: Any, limits: tuple[Any, ...]) -> Any:  # noqa: ANN401 - as above
    for limit in limits:
        if isinstance(limit, Meta):
            within(value, limit)
        else:
            value = _allowed(limit, value)
    return value


def _one_of(allowed: tuple[Any, ...], value: object) -> Any:  # noqa: ANN401 - as above
    if value in allowed:
        return allowed[allowed.index(value)]
    *others, last = (repr(each) for each in allowed)
    raise wrong(f"Input should be {', '.join(others)} or {last}")


def _either(kinds: list[Any], value: object) -> Any:  # noqa: ANN401 - as above
    if len(kinds) == 1:
        return _value(kinds[0], value)
    if type(value) in kinds:
        return value
    problems: list[Problem] = []
    for kind in kinds:
        with _named(kind.__name__, problems):
            return _value(kind, value)
    raise NotValidError(problems)


def _tuple(kind: Any, value: object) -> tuple[Any, ...]:  # noqa: ANN401 - as above
    if not isinstance(value, list):
        raise wrong("Input should be a valid tuple")
    problems: list[Problem] = []
    found: list[Any] = []
    for place, each in enumerate(value):
        with _named(str(place), problems):
            found.append(_value(kind, each))
    _refuse(problems)
    return tuple(found)


def _dict(key: Any, kind: Any, table: object) -> dict[Any, Any]:  # noqa: ANN401 - as above
    if not isinstance(table, dict):
        raise wrong("Input should be a valid dictionary")
    problems: list[Problem] = []
    found: dict[Any, Any] = {}
    for name, each in table.items():
        with _named(f"{name}.[key]", problems):
            _value(key, name)
        with _named(name, problems):
            found[name] = _value(kind, each)
    _refuse(problems)
    return found


@contextmanager
def _named(name: str, problems: list[Problem]) -> Iterator[None]:
    """Add what is wrong below ``name`` to ``problems``; what comes after it is looked at all the same."""
    try:
        yield
    except NotValidError as error:
        problems += [(f"{name}.{below}".rstrip("."), words) for below, words in error.problems]


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise NotValidError(problems)


def _allowed(make: Callable[..., T], *given: object, **named: object) -> T:
    try:
        return make(*given, **named)
    except ValueError as error:
        raise wrong(f"Value error, {error}") from error
