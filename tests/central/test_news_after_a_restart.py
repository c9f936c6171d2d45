"""What sites are told by what was read before: after a restart, and while Platform or database are away."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from factories.certificates import NOW
from factories.news_of_doses import DOSE, SITE, issued
from factories.published_lists import trust_json
from fakes.certificates import MemoryCertificates

from central.domain.certificate_lists import ListKind, read_list
from central.domain.dose_news import DosesOfPerson
from central.ports import HeldList, Issue, PlatformUnavailable, StoreUnavailable
from central.services.dose_news import NewsBook, NewsKeeper
from central.services.persons_doses import PersonsNews
from central.services.read_certificates import CertificateReader
from protocol.certificates.news import PersonAsked

DOSES = [DOSE, replace(DOSE, dose="d-2", immunization="i-9")]


class World:
    """The Platform, its lists, the doses of one person and the time; the Platform may be away."""

    def __init__(self):
        self.away, self.one = False, replace(issued(), changed_at=NOW.isoformat())

    def changed(self, _since):
        if self.away:
            raise PlatformUnavailable("no answer")
        yield self.one

    def held(self, kind):
        if kind is not ListKind.TRUST:
            return None
        read = read_list(kind, trust_json())
        return HeldList(Issue(1, NOW, read.entries, "test"), read.content)

    def since(self, _day):
        return DOSES

    def of_person(self, _number):
        return DosesOfPerson(tuple(DOSES), read=True)

    def now(self):
        return NOW


class Table(MemoryCertificates):
    """A database that may be away; counts what is asked of it."""

    def __init__(self):
        super().__init__()
        self.away, self.texts = False, []

    def keep(self, page, now):
        self._answer()
        super().keep(page, now)

    def marks(self, doses):
        self._answer()
        return super().marks(doses)

    def held(self, doses):
        self._answer()
        self.texts.append(sorted(doses))
        return super().held(doses)

    def _answer(self):
        if self.away:
            raise StoreUnavailable("the database does not answer")


class Centre:
    def __init__(self):
        self.world, self.table = World(), Table()
        self.start()

    def start(self):
        self.book, world = NewsBook(lambda _site, _plain, _dose: {}), self.world
        self.keeper = NewsKeeper(
            CertificateReader(world, self.table, world), self.table, world, world, self.book, world,
            ZoneInfo("Asia/Ho_Chi_Minh"), days=7, interval_seconds=1,
        )  # fmt: skip

    def news(self):
        return {one.dose: one.certificate for one in self.book.page(SITE, 0, "").news}

    def of_person(self):
        asked = PersonAsked(number=DOSE.number, name=DOSE.name, birth=DOSE.birth)
        told = PersonsNews(self.world, self.keeper).of_person(SITE, asked)
        return {one.news.dose: one.news.certificate for one in told.doses}, told.whole


@pytest.fixture
def centre():
    made = Centre()
    made.keeper.look()
    return made


def test_what_was_read_before_is_told_while_the_platform_is_away(centre):
    assert centre.of_person() == ({"dose-1": "issued", "d-2": "pending"}, True)
    centre.world.away = True
    centre.start()
    centre.keeper.look()

    assert centre.news() == {"dose-1": "issued", "d-2": "unread"}
    assert centre.of_person() == ({"dose-1": "issued", "d-2": "unread"}, False)
    centre.world.away = False
    centre.keeper.look()
    assert centre.news() == {"dose-1": "issued", "d-2": "pending"}


def test_while_the_database_is_away_whoever_asks_hears_that_and_news_stay_as_they_are(centre):
    before = centre.news()
    centre.table.away = True
    with pytest.raises(StoreUnavailable):
        centre.keeper.look()
    with pytest.raises(StoreUnavailable):
        centre.of_person()
    assert centre.news() == before
    assert not centre.keeper.knows_all

    centre.table.away = False
    assert centre.keeper.look() == 0
    assert centre.of_person()[1]


def test_texts_are_asked_for_only_where_something_has_changed(centre):
    centre.keeper.look()

    assert centre.table.texts == [["i-1", "i-9"]]
