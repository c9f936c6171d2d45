"""What the kiosk says aloud: the words on its screen, found again in the catalogue.

The page hands over what it shows; here each text becomes pieces that have an id, so that recordings
and the language that stands in can be found, numbers that are said letter by letter, and what is
left for a voice to read. So what is heard can never differ from what is seen.

Source: EN 301 549 V3.2.1, 5.1.3.3 (the same information as on the screen), 5.1.3.16 (tickets).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

from edge.domain.answers import Found
from edge.domain.catalogue import Words
from edge.domain.earlier import Judged
from edge.domain.screen import (
    AskGuardian,
    Attract,
    Certificates,
    Complained,
    Differs,
    Done,
    Doses,
    HoldUp,
    NoCertificate,
    NotMe,
    OutOfOrder,
    Passport,
    Read,
    Refused,
    Screen,
    StaffWanted,
    TwoCards,
    Verified,
    VerifyReady,
)

LETTER, DIGIT, NUMBER, STATION, CALL = "letter.", "digit.", "number.", "station.", "call."
_PARTS = (LETTER, DIGIT, NUMBER, CALL)
"""Said within numbers and calls alone: "không" is nought, and also "not"."""

_NO_PAPER = ("failed", "limit")
_NUMBER = re.compile(r"[A-Z]{0,2}[0-9]{3,}")
_ENDS = (".", "!", "?", ":", "…", "·")
"""After these a new sentence of the catalogue may begin."""
_WORD = re.compile(r"\S+\s*")
_MASK = "*•"
"""Stands for letters and digits that are not shown; said by a voice it is "asterisk" three times."""
_UNSAID = str.maketrans({"/": " ", "…": ".", "·": ",", **dict.fromkeys(_MASK)})


class Tone(StrEnum):
    """How a result sounds, told apart by rhythm as well as by pitch."""

    READ = "read"
    SUCCESS = "success"
    ATTENTION = "attention"
    ERROR = "error"


def tone(screen: Screen) -> Tone | None:
    """Return the tone that is given when ``screen`` comes up."""
    match screen:
        case Read():
            return Tone.READ
        case Refused() | NoCertificate():
            return Tone.ERROR
        case Verified():
            return _verdict_tone(screen.judged)
        case Done() | Complained() | Certificates() | Doses():
            return Tone.SUCCESS if _went_well(screen) else Tone.ATTENTION
        case HoldUp(missed=(_, *_)) | Passport(mistyped=(_, *_)):
            return Tone.ATTENTION
        case TwoCards() | StaffWanted() | NotMe() | Differs() | AskGuardian():
            return Tone.ATTENTION
        case _:
            return None


def _verdict_tone(judged: Judged) -> Tone:
    if judged.verdict != "valid":
        return Tone.ERROR
    return Tone.SUCCESS if judged.good else Tone.ATTENTION


def _went_well(screen: Done | Complained | Certificates | Doses) -> bool:
    if isinstance(screen, Certificates) and (screen.refused or screen.slip in _NO_PAPER):
        return False
    if isinstance(screen, Certificates | Doses):
        return screen.answer.found is Found.AVAILABLE
    if isinstance(screen, Done) and (screen.again or screen.missed or screen.correction):
        return False
    return screen.slip not in _NO_PAPER


def by_itself(screen: Screen) -> bool:
    """Tell whether ``screen`` is said when it comes up, or only when somebody asks.

    With nobody there the room stays quiet; an ill machine does not call out for hours.
    """
    match screen:
        case Attract():
            return screen.hint is not None
        case OutOfOrder() | VerifyReady():
            return False
        case _:
            return True


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to say without a pause.

    Attributes:
        name: Id of the catalogue, ``letter.A``, ``digit.7``, or empty: the text is read as it is.
        values: What is filled into the words of ``name``; such a piece cannot be a recording.
    """

    name: str = ""
    text: str = ""
    values: tuple[tuple[str, str], ...] = ()


class Hearing:
    """Finds the pieces of what a page shows in one language."""

    def __init__(self, words: Words, language: str) -> None:
        said = {
            name: plain(text)
            for code in reversed(words.chain(language))
            for name, text in words.catalogues.get(code, {}).items()
            if not name.startswith(_PARTS)
        }
        fixed = {text: name for name, text in said.items() if "{" not in text}
        # The longest first: a sentence may begin with the whole of another.
        self._fixed = sorted(fixed.items(), key=lambda item: -len(item[0]))
        self._filled = [(_pattern(t), name) for name, t in said.items() if "{" in t]

    def pieces(self, shown: str) -> list[Piece]:
        """Return ``shown``, the text of one element, as pieces in their order."""
        return list(_joined(self._split(plain(shown))))

    def _split(self, rest: str) -> Iterator[Piece]:
        begins = True
        while rest:
            known = self._known(rest) or self._filled_in(rest) if begins else None
            piece, length = known or _next_word(rest)
            begins = known is not None or piece.text.endswith(_ENDS)
            yield piece
            rest = rest[length:].lstrip()

    def _known(self, rest: str) -> tuple[Piece, int] | None:
        for text, name in self._fixed:
            if rest.startswith(text) and not rest[len(text) : len(text) + 1].isalnum():
                return Piece(name, text), len(text)
        return None

    def _filled_in(self, rest: str) -> tuple[Piece, int] | None:
        for pattern, name in self._filled:
            found = pattern.match(rest)
            if found is not None:
                values = tuple(found.groupdict().items())
                return Piece(name, found.group(), values), found.end()
        return None


def _next_word(rest: str) -> tuple[Piece, int]:
    found = _WORD.match(rest)
    word = found.group() if found else rest
    return Piece(text=word.strip()), len(word)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Yield ``pieces`` with words that only a voice can read in one breath, and numbers spelled."""
    free: list[str] = []
    for piece in pieces:
        spelled = () if piece.name else spell(piece.text)
        if not piece.name and not spelled:
            free.append(piece.text)
            continue
        if free:
            yield Piece(text=" ".join(free))
            free = []
        yield from spelled or (piece,)
    if free:
        yield Piece(text=" ".join(free))


def spell(word: str) -> tuple[Piece, ...]:
    """Return the pieces that say a queue number letter by letter; nothing for any other word.

    >>> [piece.name for piece in spell("A012.")]
    ['letter.A', 'digit.0', 'digit.1', 'digit.2']
    """
    number = word.strip(".,;:()" + _MASK)
    if not _NUMBER.fullmatch(number):
        return ()
    return tuple(Piece((DIGIT if s.isdigit() else LETTER) + s, s) for s in number)


def plain(words: str) -> str:
    """Return ``words`` on one line with single spaces, as a page gives them back."""
    return " ".join(words.split())


def for_a_voice(words: str) -> str:
    """Return ``words`` without the signs that a voice would read out or stumble over."""
    return plain(words.translate(_UNSAID))


def _pattern(words: str) -> re.Pattern[str]:
    parts = [
        re.escape(literal) + (f"(?P<{name}>.+?)" if name else "")
        for literal, name, _, _ in Formatter().parse(words)
    ]
    # What ends with a value takes all that follows; a full stop after the value ends the sentence.
    return re.compile("".join(parts) + ("$" if words.endswith("}") else r"(?=\s|$)"))
