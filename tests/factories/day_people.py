"""Everybody who comes on a day: invented people whose cards share marks that are looked for later."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

from factories.canaries import traces

FAMILY = "Bạch Thị Yểng"
GIVEN = (
    "An", "Bình", "Cúc", "Dung", "Đào", "Hạnh", "Hiếu", "Khuyên", "Lài", "Mận", "Ngọc", "Oanh",
    "Phượng", "Quỳnh", "Sương", "Thắm", "Uyên", "Vân", "Xuân", "Ý",
)  # fmt: skip
PLACE = "Thôn Hoà Thuỷ Tiên"
_FIRST = "058185"
_BLOCK = 1_000


def number(person: int) -> str:
    return f"{_FIRST}{700_000 + person:06d}"


def card(person: int) -> str:
    """Return what the QR of an invented citizen's card says."""
    name = f"{FAMILY} {GIVEN[person % len(GIVEN)]}"
    return f"{number(person)}||{name}|17081985|Nữ|{PLACE}|05052021"


def marks(people: int, *also: str) -> set[bytes]:
    """Return every form in which a trace of these people, or of ``also``, could be left."""
    blocks = {number(person)[:9] for person in range(0, people + _BLOCK, _BLOCK)}
    return {
        form
        for secret in (*blocks, FAMILY, PLACE, "17081985", *also)
        for form in traces(secret)
        if len(form) >= 8
    }


def found_in(data: bytes, forms: set[bytes]) -> list[bytes]:
    return [form for form in forms if form in data]


def found_in_files(paths: Iterator[Path], forms: set[bytes]) -> dict[str, list[bytes]]:
    """Return what is found in which file of those that can be read."""
    found = {str(path): found_in(path.read_bytes(), forms) for path in paths if path.is_file()}
    return {path: forms for path, forms in found.items() if forms}


def coming(people: int) -> Callable[[], int | None]:
    """Return what gives one person after the other, then None; for several threads."""
    row = itertools.count()

    def following() -> int | None:
        person = next(row)
        return person if person < people else None

    return following
