"""Rosters for tests and measurements. Everybody on them is invented."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from central.domain.roster import RosterPerson
from protocol.documents.model import Claim, DocumentClass, PartialDate
from protocol.roster import RosterEntry, RosterPage, Standing

FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Chamaléa",
    "Katơr",
    "Pi-năng",
    "Đàng",
    "Bá",
    "Quảng",
    "Đổng",
    "Thuận",
    "Từ",
]
MIDDLE = ["Thị", "Văn", "Hữu", "Ngọc", "Minh", "Thanh", "Xuân", "Kim", "Hoàng", "Gia"]
GIVEN = [
    "Mẫu",
    "Thử",
    "Giả",
    "Bịa",
    "Dụ",
    "Hòa",
    "Thúy",
    "An",
    "Bình",
    "Chi",
    "Giang",
    "Khánh",
    "Lan",
    "Sơn",
    "Uyên",
]


def entry(row: int = 1, **changes: object) -> RosterEntry:
    """Return the entry of Nguyễn Thị Mẫu."""
    fields: dict[str, object] = {
        "number": "058185000123",
        "name": "Nguyễn Thị Mẫu",
        "birth": PartialDate(1985, 8, 17),
        "sex": "female",
        "standing": Standing.VERIFIED,
    }
    return RosterEntry(row, **(fields | changes))  # type: ignore[arg-type]


def claim(**changes: object) -> Claim:
    """Return the claim of Nguyễn Thị Mẫu's card."""
    fields: dict[str, object] = {
        "document": DocumentClass.CCCD_2021,
        "number": "058185000123",
        "name": "Nguyễn Thị Mẫu",
        "birth": PartialDate(1985, 8, 17),
        "sex": "female",
    }
    return Claim(**(fields | changes))  # type: ignore[arg-type]


def person(**changes: object) -> RosterPerson:
    """Return Nguyễn Thị Mẫu as a list has her."""
    fields: dict[str, object] = {
        "number": "058185000123",
        "name": "Nguyễn Thị Mẫu",
        "birth": PartialDate(1985, 8, 17),
        "sex": "female",
        "standing": Standing.VERIFIED,
    }
    return RosterPerson(**(fields | changes))  # type: ignore[arg-type]


def people(count: int, seed: int = 1) -> list[RosterPerson]:
    """Return ``count`` people with different numbers."""
    chance = random.Random(seed)
    return [
        RosterPerson(
            number=f"058{chance.randint(0, 3)}{row // 1_000_000:02d}{row % 1_000_000:06d}",
            name=" ".join(map(chance.choice, (FAMILY, MIDDLE, MIDDLE, GIVEN))),
            birth=PartialDate(
                chance.randint(1930, 2015), chance.randint(1, 12), chance.randint(1, 28)
            ),
            sex=chance.choice(("male", "female")),
            standing=chance.choice(tuple(Standing)),
            appointment=f"{chance.randint(7, 16):02d}:00",
            doses=chance.randint(0, 3),
            last_dose=PartialDate(2021, chance.randint(6, 10), chance.randint(1, 28)),
        )
        for row in range(count)
    ]


def page(
    entries: Iterable[RosterEntry] = (),
    since: int = 0,
    *,
    last: int | None = None,
    **changes: object,
) -> RosterPage:
    """Return a page that brings ``entries``, each as one change."""
    taken = tuple(entries)
    removed = changes.pop("removed", ())
    through = changes.pop("through", since + len(taken) + len(removed))  # type: ignore[arg-type]
    fields: dict[str, object] = {"site": "phuoc-dinh", "head": "ab" * 8}
    return RosterPage(  # type: ignore[call-arg]
        since=since,
        through=through,  # type: ignore[arg-type]
        last=through if last is None else last,  # type: ignore[arg-type]
        people=taken,
        removed=removed,  # type: ignore[arg-type]
        **(fields | changes),  # type: ignore[arg-type]
    )


@dataclass
class PlannedSource:
    """A roster source that answers what was planned, and remembers what it was asked."""

    answers: list[RosterPage | Exception]
    asked: list[tuple[int, str]] = field(default_factory=list)
    closed: bool = False
    age: float = 0

    def fetch(self, since: int, head: str) -> RosterPage:
        self.asked.append((since, head))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def age_seconds(self) -> float:
        return self.age

    def close(self) -> None:
        self.closed = True
