"""Certificates that show up in the Platform's list late, with a time that was passed before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from factories.certificates import NOW
from factories.news_of_doses import DOSE, issued
from fakes.certificates import kept_in_memory

from central.domain.certificate_lists import ListKind
from central.domain.dose_news import DoseOfSite, DosesOfPerson, IssuedCertificate
from central.domain.reading_on import OVERLAP
from central.ports import HeldList
from central.services.dose_news import NewsBook, NewsKeeper


class Platform:
    """Lists certificates by their times; remembers from where it was asked."""

    def __init__(self) -> None:
        self.now = NOW
        self.listed: list[IssuedCertificate] = []
        self.asked: list[str] = []

    def shows(self, dose: str, back: timedelta) -> None:
        at = (self.now - back).isoformat()
        self.listed.append(replace(issued(), dose=dose, changed_at=at))

    def changed(self, since: str) -> Iterator[IssuedCertificate]:
        self.asked.append(since)
        for one in self.listed:
            if not since or datetime.fromisoformat(one.changed_at) >= datetime.fromisoformat(since):
                yield one

    def close(self) -> None:
        return


class Centre:
    """The other ports of the keeper: two doses, no lists, and the Platform's own time."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.doses = [replace(DOSE, dose=name, immunization=name) for name in ("i1", "i2")]

    def now(self) -> datetime:
        return self._platform.now

    def since(self, _day: date) -> list[DoseOfSite]:
        return self.doses

    def of_person(self, _number: str) -> DosesOfPerson:
        return DosesOfPerson((), read=True)

    def held(self, _kind: ListKind) -> HeldList | None:
        return None


def test_what_shows_up_late_is_told_soon_and_few_looks_go_back_for_it():
    platform = Platform()
    centre = Centre(platform)
    keeper = NewsKeeper(
        *kept_in_memory(platform, centre), centre, centre, NewsBook(lambda *_: {}), centre,
        ZoneInfo("Asia/Ho_Chi_Minh"), days=7, interval_seconds=30,
    )  # fmt: skip

    def told_after(seconds: float) -> list[str]:
        platform.now += timedelta(seconds=seconds)
        keeper.look()
        return [one.certificate for one in keeper.told(centre.doses)]

    platform.shows("i1", back=timedelta())
    told_after(0)
    # Just after a look that went back, so it waits as long as anything may.
    before = told_after(OVERLAP.total_seconds() / 2)
    platform.shows("i2", back=OVERLAP)
    looks = [told_after(30) for _ in range(40)]

    there = before[0]
    assert before == [there, "pending"]
    assert looks[0] == [there, "pending"]
    assert [there, there] in looks[: len(looks) // 2]
    assert looks[-1] == [there, there]
    assert sum(since != platform.listed[0].changed_at for since in platform.asked[2:]) <= 3
