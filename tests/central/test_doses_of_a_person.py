"""What the centre tells of one person: every dose that a site said or the Platform told of, until they are erased."""

from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from factories.carried_sheets import StoppedClock
from factories.devices import AT
from factories.facts import MAU, Journal, check_in, visit_id
from factories.site_days import dose
from factories.told_doses import held_dose, told_dose
from factories.wire import CENTRE_SEAL

from central.adapters.certificates_sql import SqlCertificates
from central.adapters.dose_store import SqlMirror
from central.adapters.doses_of_sites import SqlDosesOfSites
from central.adapters.lists_sql import SqlLists
from central.adapters.requests_sql import SqlRequests
from central.adapters.tables_doses import dose_records
from central.adapters.tables_site import doses
from central.adapters.visit_store import SqlProjection
from central.domain.audit import Act
from central.domain.doses import DosePage, Unread
from central.domain.reading_on import span
from central.services.dose_news import NewsBook, NewsKeeper
from central.services.persons_doses import PersonsNews
from central.services.projection import Projector
from central.services.read_certificates import CertificateReader
from protocol.certificates.news import PersonAsked, PersonsDoses
from protocol.identity import SiteId

SITE, OTHER_SITE = SiteId("phuoc-dinh"), SiteId("bac-ai")
CARD = PersonAsked(number=MAU.number, name=MAU.name, birth=MAU.birth)
NOBODY = PersonAsked(number="058185000999", name="Đổng Thị Giả", birth="1985-08-17")


class Platform:
    """Has issued nothing."""

    def changed(self, _since):
        return ()

    def close(self):
        return


class Centre:
    """The database, and what is told by it."""

    def __init__(self, engine):
        self.engine = engine
        self.doses = SqlDosesOfSites(engine)
        self.book = NewsBook(lambda _site, _plain, _dose: {})
        self.certificates, clock = SqlCertificates(engine), StoppedClock()
        self.keeper = NewsKeeper(
            CertificateReader(Platform(), self.certificates, clock), self.certificates,
            self.doses, SqlLists(engine), self.book, clock,
            ZoneInfo("Asia/Ho_Chi_Minh"), days=7, interval_seconds=1,
        )  # fmt: skip
        self.persons = PersonsNews(self.doses, self.keeper)

    def of(self, asked=CARD, site=SITE):
        return self.persons.of_person(site, asked)

    def told(self, asked=CARD, site=SITE):
        said = self.of(asked, site)
        return [(one.details.dose_number, one.details.day) for one in said.doses], said.whole


@pytest.fixture
def centre(engine):
    """Return a centre that knows one dose of its site; the Platform has it, and one given elsewhere."""
    Journal(engine).add(check_in(1))
    Journal(engine, device="hub-0001").add(dose(2, visit=1))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    with engine.begin() as connection:
        event = connection.scalar(sa.select(doses.c.event))
        connection.execute(sa.update(dose_records).values(immunization="i1", state="reconciled"))
    ours = told_dose(dose=event, number=MAU.number, name=MAU.name)
    typed = held_dose(ours, id="i.2", event="", day="2021-06-01", dose_number=1, site="")
    SqlMirror(engine).saw_page(DosePage((held_dose(ours), typed), (), "t"), AT)
    return Centre(engine)


def test_with_the_card_every_dose_is_told_wherever_and_whenever_it_was_given(centre):
    centre.keeper.look()

    told = [(1, "2021-06-01"), (2, "2026-11-22")]
    assert centre.told() == (told, True)
    assert centre.told(site=OTHER_SITE) == (told, True)
    assert {one.news.recorded for one in centre.of().doses} == {"accepted"}
    assert not any("i.2" in str(one) for one in centre.of().doses)


def test_a_number_alone_tells_of_this_sites_doses_and_never_that_there_are_no_others(centre):
    centre.keeper.look()
    number = PersonAsked(number=MAU.number)

    assert centre.told(number) == ([(2, "2026-11-22")], False)
    assert centre.told(number, OTHER_SITE) == ([], False)


def test_a_person_is_found_by_indexes_however_many_doses_there_are(centre):
    asked = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    sa.event.listen(centre.engine, "before_cursor_execute", note)
    centre.doses.of_person(MAU.number)
    sa.event.remove(centre.engine, "before_cursor_execute", note)

    with centre.engine.connect() as connection:
        plans = [
            str(row)
            for statement, parameters in asked
            if "FROM platform_cursors" not in statement and statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert any("SEARCH platform_doses" in plan for plan in plans)
    assert not [plan for plan in plans if "SCAN" in plan]


def test_only_when_the_platform_was_read_nothing_means_that_it_has_nothing(centre):
    before = centre.told(NOBODY)
    centre.keeper.look()

    assert (before, centre.told(NOBODY)) == (([], False), ([], True))


def test_while_a_part_of_the_platforms_list_is_unread_nothing_means_nothing(centre):
    centre.keeper.look()
    mirror, part = SqlMirror(centre.engine), span("", "2026-11-02T00:00:00Z")
    mirror.saw_page(DosePage((), (), "t", unread=(Unread(part, "HTTP 500"),)), AT)
    left_out = centre.told(NOBODY)
    mirror.saw_page(DosePage((), (), "t"), AT, [part])

    assert (left_out, centre.told(NOBODY)) == (([], False), ([], True))


@pytest.mark.parametrize("birth", [MAU.birth, "1985", "1986-08-17"])
@pytest.mark.parametrize("name", ["Đổng Thị Giả", "Nguyễn", "Nguyễn Thị Mẫu Hai"])
def test_whoever_tries_a_number_with_a_name_hears_the_same_whether_it_has_doses_or_not(
    centre, name, birth
):
    centre.keeper.look()

    def answer(number):
        return centre.of(PersonAsked(number=number, name=name, birth=birth), OTHER_SITE)

    assert answer(MAU.number) == answer(NOBODY.number) == PersonsDoses(whole=True)


def test_with_a_name_alone_nobody_is_told_that_there_is_nothing(centre):
    centre.keeper.look()
    asked = [PersonAsked(number=n, name=MAU.name) for n in (MAU.number, NOBODY.number)]

    assert [centre.told(one, OTHER_SITE) for one in asked] == [([], False)] * 2


def test_whoever_is_erased_is_told_of_to_nobody_by_page_or_by_number(centre):
    centre.keeper.look()
    before = centre.book.page(SITE, 0, "")
    act = Act("tinh", "province", "person_erased", "person:1", "request", "page")
    SqlRequests(centre.engine).erase([visit_id(1)], "YC-7", act, AT)
    centre.keeper.look()

    after = centre.book.page(SITE, before.through, before.book)
    assert (len(before.news), after.since, after.news) == (1, 0, ())
    assert centre.told()[0] == centre.told(PersonAsked(number=MAU.number))[0] == []
