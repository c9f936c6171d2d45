"""The paper for a day on which everything has failed: numbers and ids that were given out beforehand.

A pack has a random code; from it and the number on a slip follow the ids of visit and check-in. So
what was written on paper becomes the same visit whoever keys it in, at whichever hub, and however
often. Two letters beside each number catch a slip of the finger in either.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from protocol.identity import PAPER_PREFIX

MOST_SLIPS: Final = 200
LAST_NUMBER: Final = 9999
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_MARK: Final = "TRAMG1"
_PACK: Final = re.compile(r"[A-Z2-7]{8}")
_CODE: Final = re.compile(rf"{_MARK}:([A-Z2-7]{{8}}):({PAPER_PREFIX}[0-9]{{3,4}}):([A-Z]{{2}})")
_TYPED: Final = re.compile(rf"(?:{PAPER_PREFIX})?([0-9]{{1,4}})([A-Z]{{2}})")


@dataclass(frozen=True, slots=True)
class PaperSlip:
    """One slip of a pack.

    Attributes:
        check: Two letters that stand beside the number.
        pack: Code of its pack.
        code: What its QR says; no identity, no signature: staff alone key it in.
    """

    ticket: str
    check: str
    visit: str
    event: str
    code: str
    pack: str


def pack_code(entropy: bytes) -> str:
    """Return the code of a new pack from five random bytes or more: eight letters and digits."""
    number = int.from_bytes(entropy[:5], "big")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return "".join(letters[number >> shift & 31] for shift in range(0, 40, 5))


def is_pack(text: str) -> bool:
    """Return whether ``text`` is a pack's code."""
    return _PACK.fullmatch(text) is not None


def slip(site: str, pack: str, number: int) -> PaperSlip:
    """Return the slip of a pack that has ``number``, at ``site``."""
    ticket = f"{PAPER_PREFIX}{number:03d}"
    seed = f"tram-paper/{site}/{pack}/{ticket}"
    two = hashlib.sha256(f"{seed}/check".encode()).digest()
    check = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in two[:2])
    code = f"{_MARK}:{pack}:{ticket}:{check}"
    return PaperSlip(ticket, check, _uuid(f"{seed}/visit"), _uuid(f"{seed}/event"), code, pack)


def vial_of(pack: str, text: str) -> str:
    """Return the name of a vial: as typed, or of the row with that number in the pack's list of vials."""
    plain = text.strip().upper()
    if not (plain.isascii() and plain.isdecimal()):
        return plain
    return f"{pack[:4]}-{int(plain)}"


def discard_of(site: str, vial: str, day: str) -> str:
    """Return the id of the event by which a day's paper says what of a vial was thrown away."""
    return _uuid(f"tram-paper/{site}/{vial}/{day}/discard")


def read_slip(site: str, text: str, pack: str = "") -> PaperSlip | None:
    """Return the slip whose QR or number was entered; None where it is none of this site's.

    Args:
        text: What the QR says, or number and letters as typed, such as ``GY012 KM``.
        pack: Code of the pack, where the number was typed.
    """
    plain = "".join(text.split()).upper().replace("-", "").replace("·", "")
    scanned = _CODE.fullmatch(plain)
    if scanned is not None:
        found = slip(site, scanned[1], int(scanned[2].removeprefix(PAPER_PREFIX)))
        return found if found.check == scanned[3] else None
    typed = _TYPED.fullmatch(plain)
    pack = "".join(pack.split()).upper().replace("-", "")
    if typed is None or not is_pack(pack):
        return None
    found = slip(site, pack, int(typed[1]))
    return found if found.check == typed[2] else None


def _uuid(seed: str) -> str:
    """Return a UUID of version 8, made of a digest. Source: RFC 9562, 5.8."""
    raw = bytearray(hashlib.sha256(seed.encode()).digest()[:16])
    raw[6] = 0x80 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
