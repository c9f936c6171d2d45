"""Measure a roster: a long list into the centre, and from there into the memory of a kiosk.

    python -m bench.roster [--people N]

*import*: seconds from an .xlsx file to the database, by the real command's own parts. *fetch*: seconds
and bytes over TLS on this machine, from the first question to a roster in which people are found; what
the network itself takes is not in it. *delta*: the same after 1 % of the people changed. *match*: how
long one look at the roster takes. For comparison: pretix's order list of 20,000 people is 26.7 MB.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import openpyxl

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from factories.rosters import people
from fakes.bulk import Bulk, running_bulk

from central.adapters.roster_file import SpreadsheetList
from central.domain.roster import RosterPerson
from central.services.roster_import import RosterImport
from edge.adapters.keys_file import FileKeys
from edge.adapters.roster_https import HttpsRoster
from edge.domain.roster import Roster
from protocol.documents.model import Claim, DocumentClass
from protocol.identity import SiteId
from protocol.roster import RosterPage, Standing

PRETIX_BYTES_OF_20_000 = 26_700_000
WORDS = {
    Standing.VERIFIED: "Đã xác minh",
    Standing.TO_SUPPLEMENT: "Cần bổ sung",
    Standing.EXEMPT: "Miễn xác minh",
    Standing.UNKNOWN: "Chưa xác minh",
}


class _Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


def write_list(path: Path, wanted: list[RosterPerson]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.append(
        ["STT", "Số CCCD", "Họ và tên", "Ngày sinh", "Giới tính", "Xác minh", "Khung giờ",
         "Số mũi đã tiêm", "Ngày tiêm gần nhất"]
    )  # fmt: skip
    for row, one in enumerate(wanted, start=1):
        born, dose = one.birth, one.last_dose
        assert born is not None
        assert dose is not None
        sheet.append(
            [row, one.number, one.name, f"{born.day:02d}/{born.month:02d}/{born.year}",
             "Nam" if one.sex == "male" else "Nữ", WORDS[one.standing], one.appointment, one.doses,
             f"{dose.day:02d}/{dose.month:02d}/{dose.year}"]
        )  # fmt: skip
    book.save(path)


class Kiosk:
    """A roster in memory, filled over TLS; counts the bytes that came."""

    def __init__(self, bulk: Bulk) -> None:
        folder = bulk.keys_of("kiosk-0001")
        self.keys = FileKeys(folder, day_key=b"k" * 32, software="bench")
        self.bytes = 0
        self.roster = Roster()
        self.source = HttpsRoster(
            "127.0.0.1", bulk.port, folder, site="phuoc-dinh", open_page=self.opened
        )

    def opened(self, message: bytes) -> RosterPage:
        self.bytes += len(message)
        return self.keys.open_roster(message)

    def fetch(self) -> None:
        while True:
            page = self.source.fetch(self.roster.through, self.roster.head)
            self.roster = self.roster.apply(page, self.keys.person)
            if page.through == page.last:
                self.source.close()
                return


def seconds(what: Callable[[], object]) -> float:
    begun = perf_counter()
    what()
    return perf_counter() - begun


def say(name: str, **figures: object) -> None:
    print(json.dumps({"bench": "roster", "what": name, **figures}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.roster")
    parser.add_argument("--people", type=int, default=20_000)
    count = parser.parse_args().people
    wanted = people(count)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_bulk(Path(folder) / "installation", "kiosk-0001") as bulk,
    ):
        path = Path(folder) / "list.xlsx"
        write_list(path, wanted)
        taking = RosterImport(bulk.rosters, _Clock())

        def bring_in() -> None:
            taking.run(SpreadsheetList(path), SiteId("phuoc-dinh"), source="bench", replace=True)

        say(
            "import",
            people=count,
            seconds=round(seconds(bring_in), 2),
            file_bytes=path.stat().st_size,
        )
        measure(bulk, wanted, bring_in, path)


def measure(
    bulk: Bulk, wanted: list[RosterPerson], bring_in: Callable[[], None], path: Path
) -> None:
    first, second = Kiosk(bulk), Kiosk(bulk)
    for name, kiosk in (("fetch, pages made", first), ("fetch, pages made before", second)):
        took = seconds(kiosk.fetch)
        whole = PRETIX_BYTES_OF_20_000 * len(wanted) / 20_000
        say(name, people=len(kiosk.roster), seconds=round(took, 3), bytes=kiosk.bytes,
            part_of_pretix=round(kiosk.bytes / whole, 4))  # fmt: skip
    changed = [
        replace(one, doses=(one.doses or 0) + 1) if row % 100 == 0 else one
        for row, one in enumerate(wanted)
    ]
    write_list(path, changed)
    bring_in()
    before = first.bytes
    took = seconds(first.fetch)
    say(
        "delta of 1 %", people=len(first.roster), seconds=round(took, 3), bytes=first.bytes - before
    )
    claims = [
        Claim(DocumentClass.CCCD_2021, one.number or "", one.name, one.birth, one.sex)
        for one in wanted[:2000]
    ]
    looks = [seconds(lambda c=c: first.roster.find(c, first.keys.person)) for c in claims]  # type: ignore[misc]
    say("match", microseconds_p50=round(statistics.median(looks) * 1e6, 1),
        microseconds_p99=round(statistics.quantiles(looks, n=100)[98] * 1e6, 1))  # fmt: skip


if __name__ == "__main__":
    main()
