"""Who works at a site: roles, log-in names, and what a password must at least be."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from protocol.errors import WireError

_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,30}[a-z0-9])?\Z")
LEAST_PASSWORD = 10
MOST_PASSWORD = 200
MOST_NAME = 80
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that are taken for one another."""


class Role(StrEnum):
    """What somebody does at the site; each has a page of its own. ``head`` may do everything."""

    RECEPTION = "reception"
    SCREENING = "screening"
    INJECTION = "injection"
    DATA_ENTRY = "data_entry"
    OBSERVATION = "observation"
    HEAD = "head"


def login_name(text: str) -> str:
    """Return ``text`` when it is a log-in name: a name for work, best not a person's own.

    Raises:
        WireError: ``bad_login_name``.
    """
    if not _LOGIN.match(text):
        raise WireError(
            "bad_login_name",
            "a log-in name is a-z, 0-9 and inner dots or dashes, at most 32, such as tiep-don-1",
        )
    return text


def role(text: str) -> Role:
    """Return the role that ``text`` names.

    Raises:
        WireError: ``bad_role``.
    """
    try:
        return Role(text)
    except ValueError as error:
        raise WireError("bad_role", "a role is one of " + ", ".join(Role)) from error


def display_name(text: str) -> str:
    """Return the name that colleagues read, composed and without outer blanks.

    Raises:
        WireError: ``bad_staff_name`` when it is empty, too long or not one line.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(name) <= MOST_NAME or not name.isprintable():
        raise WireError("bad_staff_name", f"a name is one line of 1 to {MOST_NAME} letters")
    return name


def weakness(password: str, login: str) -> str | None:
    """Return why a password is not taken: ``short``, ``long``, ``login`` or ``plain``; else None.

    Whoever steals a hub can try passwords at leisure; ten letters are the least that resists.
    """
    if len(password) < LEAST_PASSWORD:
        return "short"
    if len(password) > MOST_PASSWORD:
        return "long"
    if login in password.lower():
        return "login"
    if len(set(password)) < LEAST_PASSWORD // 2:
        return "plain"
    return None


def readable_secret(entropy: bytes) -> str:
    """Return three groups of four letters to copy by hand: 59 bits from 8 bytes or more."""
    number = int.from_bytes(entropy, "big")
    letters = []
    for _ in range(12):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))
