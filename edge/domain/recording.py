"""What a person reads aloud for a language pack, in the order in which a visit goes.

Sentences with blanks are left to a voice: nobody can record what is filled in later.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from edge.domain.calling import station_clip
from edge.domain.catalogue import FALLBACK, Words
from edge.domain.speech import CALL, DIGIT, LETTER, NUMBER, STATION

_NEVER_HEARD: Final = (
    "bar.", "fault.", "title", "attract.picture", "keypad.digits", "language.choose",
)  # fmt: skip
"""The foot of the screen, what staff read of faults, and what stands for a picture or a field."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """When sentences are heard, in Vietnamese and English, and how their ids begin."""

    vi: str
    en: str
    beginnings: tuple[str, ...]


OCCASIONS: Final = (
    Occasion(
        "Loa ở phòng chờ gọi một số: các phần được ghép liền nhau",
        "The loudspeaker calls a number: the parts are put together",
        (CALL, STATION),
    ),
    Occasion(
        "Trong mọi số thứ tự và số bàn, từng chữ số một",
        "In every queue number and desk number, digit by digit",
        (DIGIT, NUMBER),
    ),
    Occasion("Chữ cái đầu số thứ tự", "The letter that a queue number begins with", (LETTER,)),
    Occasion(
        "Màn hình đầu, khi có người đến máy",
        "The first screen, when somebody comes",
        ("attract.", "language."),
    ),
    Occasion("Khi đưa thẻ mà máy chưa đọc được", "While a card is held up", ("hint.",)),
    Occasion(
        "Khi chọn việc khác, hoặc có người đi cùng",
        "When another thing is wanted, or somebody comes along",
        ("wants.", "want.", "hold."),
    ),
    Occasion(
        "Khi bấm số căn cước hoặc gõ hộ chiếu",
        "When a number or a passport is typed",
        ("keypad.", "confirm.", "passport."),
    ),
    Occasion(
        "Khi máy đã đọc thẻ và hỏi lại",
        "When the card was read and the person is asked",
        ("read.", "not_me.", "differs.", "field.", "guardian."),
    ),
    Occasion(
        "Khi máy cấp số và in phiếu",
        "When the number is given and the slip is printed",
        ("busy.", "asking.", "done.", "standing.", "slip.", "correction."),
    ),
    Occasion(
        "Khi hỏi giấy chứng nhận hoặc mũi tiêm",
        "When a certificate or a dose is asked for",
        ("certificate.", "pending.", "record.", "item.", "answer."),
    ),
    Occasion(
        "Khi đưa giấy chứng nhận tiêm",
        "When a vaccination certificate is held up",
        ("earlier.", "verdict", "verify."),
    ),
    Occasion("Khi báo điều chưa đúng", "When something is wrong", ("subject.", "complained.")),
    Occasion(
        "Khi máy không nhận mã đưa vào",
        "When a code is not taken",
        ("refused.", "reason.", "two."),
    ),
    Occasion("Khi lâu không ai bấm gì", "When nobody has done anything for long", ("still.",)),
    Occasion(
        "Khi gọi nhân viên, hoặc máy hỏng",
        "When staff are called, or the machine is ill",
        ("call_staff", "help.", "back", "out.", "printer."),
    ),
    Occasion("Ở bảng âm thanh", "In the panel for sound", ("sound.",)),
)
OTHERWISE: Final = Occasion("Lúc khác", "At other times", ("",))


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence to record.

    Attributes:
        number: Its place in the sheet, from 1.
        name: Id, and with ``.wav`` the name of its file.
        words: Exactly what is said, on one line, in NFC.
        language: In which the words are: another than asked for where they are not translated.
    """

    number: int
    name: str
    words: str
    language: str
    occasion: Occasion


def lines(words: Words, language: str, stations: Sequence[str] = ()) -> list[Line]:
    """Return what is recorded for ``language``, in the order of reading.

    Args:
        stations: Names of places that the loudspeaker calls to; those with a number need none.
    """
    found: dict[str, tuple[str, str]] = {}
    for name in words.catalogues[FALLBACK]:
        said_in = words.spoken_in(name, language)
        text = words.catalogues[said_in][name]
        if is_recorded(name, text):
            found[name] = (text, said_in)
    for station in stations:
        clip = station_clip(station)
        if clip is not None:
            found[clip] = (station, language)
    ordered = [
        (occasion, name)
        for occasion in (*OCCASIONS, OTHERWISE)
        for name in found
        if _occasion(name) is occasion
    ]
    return [
        Line(number, name, _one_line(found[name][0]), found[name][1], occasion)
        for number, (occasion, name) in enumerate(ordered, start=1)
    ]


def is_recorded(name: str, words: str) -> bool:
    """Return whether the sentence ``name`` can be a clip that somebody will hear."""
    return "{" not in words and not name.startswith(_NEVER_HEARD)


def _occasion(name: str) -> Occasion:
    for occasion in OCCASIONS:
        if name.startswith(occasion.beginnings):
            return occasion
    return OTHERWISE


def _one_line(words: str) -> str:
    return unicodedata.normalize("NFC", " ".join(words.split()))
