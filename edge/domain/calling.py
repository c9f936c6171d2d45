"""How a number is called: "Mời số A không một hai đến bàn ba", as recordings and as a sentence.

The parts have the ids of the catalogue, so that one sheet has all that a person must record, and
the kiosk says its numbers with the same recordings. The order is the same in every language.
"""

import re
from collections.abc import Mapping
from typing import Final

from edge.domain.speech import DIGIT, LETTER, NUMBER, STATION
from protocol.documents.names import folded_key

CALL_NUMBER: Final = "call.number"
CALL_TO_DESK: Final = "call.to_desk"
CALL_TO: Final = "call.to"
ONE_WORD: Final = range(10, 21)
"""Desks whose number has a recording of its own; a later one is said digit by digit."""

_TICKET = re.compile(r"[A-Z]{1,2}[0-9]{3,4}")
_DESK = re.compile(r"(?:ban|desk)? ?([0-9]{1,3})")


class NotATicket(ValueError):  # noqa: N818 - what it is
    """What should be called is no number of a slip."""


def call_clips(
    ticket: str, station: str | None = None, desk: str | None = None, *, brief: bool = False
) -> tuple[str, ...]:
    """Return the ids of the recordings that call ``ticket``, in their order.

    Args:
        ticket: One or two letters and three or four digits, as on the slip.
        station: A desk's number ("3", "Bàn 3") or any other name of a place; None: no place.
        desk: Desk within that place, where several places have desks of one number.
        brief: Number and place alone, while many others wait to be called.

    Raises:
        NotATicket: ``ticket`` is not one.

    >>> call_clips("A012", "3")[-4:]
    ('digit.1', 'digit.2', 'call.to_desk', 'digit.3')
    """
    if not _TICKET.fullmatch(ticket):
        raise NotATicket(f"not a ticket: {len(ticket)} characters, want A012 or AB1234")
    spelled = ((DIGIT if sign.isdigit() else LETTER) + sign for sign in ticket)
    begin = () if brief else (CALL_NUMBER,)
    return (*begin, *spelled, *_place(station), *_desk_within(desk))


def call_sentence(
    ticket: str,
    station: str | None,
    words: Mapping[str, str],
    desk: str | None = None,
    *,
    brief: bool = False,
) -> str | None:
    """Return the call as a sentence for a voice, or None where ``words`` lack a part of it.

    Args:
        words: Id -> words of one language; the name of a place is said as it is.
        brief: Number and place alone, without the pauses that cost a second.

    Raises:
        NotATicket: ``ticket`` is not one.
    """
    clips = call_clips(ticket, station, desk)
    # The name of a place is said as it is.
    said = {**words, **{name: station or "" for name in clips if name.startswith(STATION)}}
    if not all(name in said for name in clips):
        return None
    first, *spelled = [said[name] for name in clips[: 1 + len(ticket)]]
    places = (_place(station), _desk_within(desk))
    place = [" ".join(said[name] for name in clips) for clips in places if clips]
    if brief:
        return ", ".join([" ".join(spelled), *place]) + "."
    # Commas: a voice that runs digits together is understood by nobody in a hall.
    return ", ".join([f"{first} {spelled[0]}", *spelled[1:], *place]) + "."


def station_clip(station: str) -> str | None:
    """Return the id of the recording of a place that has a name; None for a desk with a number.

    Tones and marks are left out, so that the file can be carried on any stick.

    >>> station_clip("Bàn đón tiếp"), station_clip("Bàn 3")
    ('station.ban-don-tiep', None)
    """
    if _desk(station) is not None:
        return None
    name = folded_key(station).replace(" ", "-")
    return STATION + name if name else None


def _place(station: str | None) -> tuple[str, ...]:
    if station is None:
        return ()
    desk = _desk(station)
    if desk is not None:
        return (CALL_TO_DESK, *_counted(desk))
    named = station_clip(station)
    return () if named is None else (CALL_TO, named)


def _desk_within(desk: str | None) -> tuple[str, ...]:
    if not desk:
        return ()
    number = _desk(desk)
    if number is not None:
        return (CALL_TO_DESK, *_counted(number))
    spelled = tuple((DIGIT if sign.isdigit() else LETTER) + sign for sign in desk.upper())
    return (CALL_TO_DESK, *spelled)


def _desk(station: str) -> int | None:
    found = _DESK.fullmatch(folded_key(station))
    return int(found[1]) if found else None


def _counted(desk: int) -> tuple[str, ...]:
    if desk in ONE_WORD:
        return (f"{NUMBER}{desk}",)
    return tuple(DIGIT + digit for digit in str(desk))
