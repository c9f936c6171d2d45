"""CBOR from outside: every way in which bytes can fail to be what was expected is a WireError."""

from collections.abc import Mapping
from typing import Any

import cbor2

from protocol.errors import WireError


def load(data: bytes, code: str) -> Any:  # noqa: ANN401 - CBOR holds anything
    """Return the value that ``data`` holds.

    Raises:
        WireError: ``code``.
    """
    try:
        return cbor2.loads(data)
    # Tags are turned into dates, fractions and more, each with errors of its own.
    except (cbor2.CBORError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise WireError(code, "not CBOR") from error


def load_map(data: bytes, code: str) -> Mapping[Any, Any]:
    """Return the map that ``data`` holds; its keys and values may be of any kind.

    Raises:
        WireError: ``code``.
    """
    value = load(data, code)
    # Nearly always a dict, which is asked for in a tenth of the time.
    if not isinstance(value, dict) and not isinstance(value, Mapping):
        raise WireError(code, "not a CBOR map")
    return value
