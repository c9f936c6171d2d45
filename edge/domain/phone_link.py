"""The link of a slip that a phone opens: the visit's random id and nothing else.

Whoever holds the slip may see where its number stands, and nobody can guess another one's link: a
visit's id has 74 random bits. In capitals and digits alone, so that the QR stays small.
Docs: decisions/0027.
"""

import base64
import re
from typing import Final

_CODE: Final = re.compile(r"[A-Z2-7]{26}")
_LINK: Final = re.compile(r"https?://[^/\s]+/q/([a-z2-7]{26})", re.IGNORECASE)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def link_of(address: str, visit: str) -> str:
    """Return the link of a visit below ``address``, such as ``https://cho.example.vn``; empty for no UUID.

    >>> link_of("https://cho.example.vn", "019aa000-0000-7000-8000-000000000001")
    'HTTPS://CHO.EXAMPLE.VN/Q/AGNKAAAAABYABAAAAAAAAAAAAE'
    """
    if not _UUID.fullmatch(visit):
        return ""
    raw = bytes.fromhex(visit.replace("-", ""))
    code = base64.b32encode(raw).decode().rstrip("=")
    return f"{address.rstrip('/')}/Q/{code}".upper()


def visit_of_code(code: str) -> str | None:
    """Return the visit that the last part of a link names, or None where it is no such part."""
    code = code.upper()
    if not _CODE.fullmatch(code):
        return None
    text = base64.b32decode(code + "=" * (-len(code) % 8)).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def visit_of_link(text: str) -> str | None:
    """Return the visit of a whole link, as a desk's scanner reads it off a slip; None for anything else."""
    found = _LINK.fullmatch(text.strip())
    return visit_of_code(found[1]) if found else None
