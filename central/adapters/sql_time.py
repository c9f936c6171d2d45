"""What SQLite and PostgreSQL say differently about time."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class utc_hour(FunctionElement[str]):  # noqa: N801 - reads as the function that it is
    """The hour of an instant in UTC, such as "2026-11-22 01"."""

    type = sa.String(13)
    inherit_cache = True


class vietnam_day(FunctionElement[str]):  # noqa: N801
    """The date of an instant in Vietnam, such as "2026-11-22"."""

    type = sa.String(10)
    inherit_cache = True


class seconds_between(FunctionElement[float]):  # noqa: N801
    """Seconds from the first instant to the second."""

    type = sa.Float()
    inherit_cache = True


@compiles(utc_hour, "sqlite")
def _hour_of_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"substr({compiler.process(element.clauses, **options)}, 1, 13)"


@compiles(utc_hour)
def _hour(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    instant = compiler.process(element.clauses, **options)
    return f"to_char({instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


@compiles(vietnam_day, "sqlite")
def _day_of_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"date({compiler.process(element.clauses, **options)}, '+7 hours')"


@compiles(vietnam_day)
def _day(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    instant = compiler.process(element.clauses, **options)
    return f"to_char({instant} AT TIME ZONE INTERVAL '7 hours', 'YYYY-MM-DD')"


@compiles(seconds_between, "sqlite")
def _between_of_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    first, second = (compiler.process(one, **options) for one in element.clauses)
    return f"((julianday({second}) - julianday({first})) * 86400)"


@compiles(seconds_between)
def _between(element: Any, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    first, second = (compiler.process(one, **options) for one in element.clauses)
    return f"EXTRACT(EPOCH FROM ({second} - {first}))"
