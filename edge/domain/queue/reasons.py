"""Why somebody waits aside, is moved, goes first or leaves: a word of a list, never free text.

What is typed about a person is about that person, and these events go unsealed to card, broker and
centre. Events of devices before this rule hold words; they are read and shown as they are.
"""

import re
from typing import Final

HOLD: Final = ("papers", "family", "rest", "measure_again", "away", "other")
MOVE: Final = (
    "form_missing",
    "measure_again",
    "see_doctor",
    "wrong_station",
    "easier_way",
    "other",
)
FIRST: Final = ("weak", "cannot_stand", "small_child", "by_age", "on_advice", "put_right", "other")
_CODE: Final = re.compile(r"[a-z_]{1,32}")


def is_code(reason: str) -> bool:
    """Return whether ``reason`` can be a word of a list; nobody's name or illness is one."""
    return _CODE.fullmatch(reason) is not None
