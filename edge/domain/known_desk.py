"""A browser at which somebody of staff has logged in before: its wrong guesses are its own.

Behind one access point all desks have one address. Whoever guesses there must slow themselves down, and
not the desk beside them; who never logged in has nothing but the address.

Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
"""

import hashlib
import hmac
from typing import Final

_NAME_BYTES: Final = 16
_PURPOSE: Final = b"tram known desk 1"


def mark(secret: bytes, name: bytes) -> str:
    """Return what a browser keeps; ``name`` is 16 random bytes, ``secret`` the hub's."""
    return (name + _proof(secret, name)).hex()


def desk_of(secret: bytes, mark: str) -> str:
    """Return the name of the browser that shows ``mark``; empty where this hub never gave it."""
    try:
        given = bytes.fromhex(mark)
    except ValueError:
        return ""
    name, proof = given[:_NAME_BYTES], given[_NAME_BYTES:]
    return name.hex() if hmac.compare_digest(proof, _proof(secret, name)) else ""


def _proof(secret: bytes, name: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE + name, hashlib.sha256)
