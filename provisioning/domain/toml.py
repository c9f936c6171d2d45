"""Settings written as TOML: tables of plain values, in the order given.

Source: TOML 1.0.0, "Keys", "String", "Array".
"""

import json
import re
from collections.abc import Mapping
from typing import assert_never

Value = str | int | bool | tuple[str, ...]
Table = Mapping[str, Value | None]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")


def render(comment: str, top: Table, tables: Mapping[str, Table] | None = None) -> str:
    """Return a TOML document; values that are None are left out, and so are empty tables."""
    blocks = [f"# {line}" for line in comment.splitlines()]
    blocks.extend(_lines(top))
    for name, table in (tables or {}).items():
        lines = _lines(table)
        if lines:
            blocks.extend(["", f"[{name}]", *lines])
    return "\n".join(blocks) + "\n"


def _lines(table: Table) -> list[str]:
    return [f"{_key(name)} = {_text(value)}" for name, value in table.items() if value is not None]


def _key(name: str) -> str:
    return name if _BARE_KEY.match(name) else _string(name)


def _text(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _string(value)
        case tuple():
            return "[" + ", ".join(_string(part) for part in value) + "]"
        case _:
            assert_never(value)


def _string(text: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
