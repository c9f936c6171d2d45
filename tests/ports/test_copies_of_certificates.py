"""The centre knows of copies that any site printed: on SQLite, and PostgreSQL."""

import hashlib
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from factories.carried_sheets import PROVINCE, StoppedClock
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from factories.facts import MAU, Journal, check_in, event, visit_id
from factories.news_of_doses import issued
from factories.site_days import dose
from factories.told_doses import held_dose, told_dose
from factories.wire import CENTRE_SEAL

from central.adapters import database
from central.adapters.certificates_sql import SqlCertificates
from central.adapters.dose_store import SqlMirror
from central.adapters.doses_of_sites import SqlDosesOfSites
from central.adapters.lists_sql import SqlLists
from central.adapters.persons_sql import SqlPersons
from central.adapters.requests_sql import SqlRequests
from central.adapters.tables_doses import dose_records
from central.adapters.tables_projection import certificate_copies
from central.adapters.visit_store import SqlProjection
from central.api.words_requests import with_words
from central.domain.dose_news import News, name_of_entry
from central.domain.doses import DosePage
from central.services.dose_news import NewsBook, NewsKeeper, in_the_open
from central.services.persons import Persons
from central.services.persons_doses import PersonsNews
from central.services.place_names import PlaceNames
from central.services.projection import Projector
from central.services.read_certificates import CertificateReader
from central.services.requests import Requests
from protocol import events
from protocol.certificates.news import PersonAsked
from protocol.identity import SiteId

GIVEN_AT, ELSEWHERE = SiteId("phuoc-dinh"), SiteId("bac-ai")
CARD = PersonAsked(number=MAU.number, name=MAU.name, birth=MAU.birth)
DOSE, ENTRY = dose(2, visit=1), name_of_entry("i.2")


class Platform:
    """Has issued nothing."""

    def changed(self, _since):
        return ()

    def close(self):
        return


def copy(seq, of, **said):
    """Return that somebody without a visit at the site had a certificate printed there."""
    body = events.CertificatePrinted(job=f"j-{seq}", dose=of, proof="doubtful", **said)
    return event(seq, body)


@pytest.fixture
def engine(request, tmp_path):
    """Return a centre that knows a dose of one site, and one that only the Platform told of."""
    engine = ready_engine(request, tmp_path)
    Journal(engine).add(check_in(1))
    Journal(engine, device="hub-0001").add(DOSE)
    step(engine)
    with engine.begin() as connection:
        connection.execute(sa.update(dose_records).values(immunization="i1", state="reconciled"))
    ours = told_dose(dose=DOSE.id, number=MAU.number, name=MAU.name)
    typed = held_dose(ours, id="i.2", event="", day="2021-06-01", dose_number=1, site="")
    SqlMirror(engine).saw_page(DosePage((held_dose(ours), typed), (), "t"), AT)
    return engine


def step(engine):
    Projector(SqlProjection(engine), CENTRE_SEAL).step()


def printed(engine, asked=CARD, site=GIVEN_AT):
    """Return which doses the centre says were printed, by their numbers."""
    known = SqlDosesOfSites(engine)
    mirror, clock = SqlCertificates(engine), StoppedClock()
    keeper = NewsKeeper(
        CertificateReader(Platform(), mirror, clock), mirror, known, SqlLists(engine),
        NewsBook(lambda *_: {}), clock,
        ZoneInfo("Asia/Ho_Chi_Minh"), days=7, interval_seconds=1,
    )  # fmt: skip
    told = PersonsNews(known, keeper).of_person(site, asked)
    return {one.details.dose_number: one.printed for one in told.doses}


def copies(engine):
    with database.reading(engine) as connection:
        return connection.execute(
            sa.select(certificate_copies).order_by(certificate_copies.c.event)
        ).all()


both = pytest.mark.parametrize("engine", DATABASES, indirect=True)


@both
def test_a_copy_that_one_site_printed_is_told_to_every_other_site(engine):
    before = printed(engine)
    Journal(engine, device="kiosk-0009", site=ELSEWHERE).add(copy(5, DOSE.id), copy(6, DOSE.id))
    step(engine)

    assert (before, printed(engine)) == ({1: False, 2: False}, {1: False, 2: True})
    assert printed(engine, site=ELSEWHERE) == {1: False, 2: True}
    assert printed(engine, PersonAsked(number=MAU.number), ELSEWHERE) == {}
    Journal(engine, device="kiosk-0008").add(copy(7, ENTRY))
    step(engine)
    assert printed(engine, site=ELSEWHERE) == {1: True, 2: True}


@both
def test_the_copies_are_made_again_with_the_projection_and_name_no_visit(engine):
    Journal(engine, device="kiosk-0009", site=ELSEWHERE).add(copy(5, DOSE.id, certificate="ab"))
    step(engine)
    before = copies(engine)

    Projector(SqlProjection(engine), CENTRE_SEAL).rebuild()

    assert copies(engine) == before
    assert [(row.dose, row.certificate, row.site) for row in before] == [(DOSE.id, "ab", ELSEWHERE)]


@both
def test_whoever_is_erased_leaves_no_copy_behind_whichever_site_printed_it(engine):
    other = dose(9, visit=9)
    Journal(engine, device="kiosk-0009", site=ELSEWHERE).add(
        copy(5, DOSE.id, certificate="ab"), copy(6, ENTRY), copy(7, other.id)
    )
    step(engine)
    clock = StoppedClock()
    desk = Requests(SqlRequests(engine), Persons(SqlPersons(engine), clock), clock, CENTRE_SEAL)
    held = desk.held(PROVINCE, visit_id(1), "json")
    listed = with_words("vi", held, PlaceNames())["in_events"]

    done = desk.erase(PROVINCE, visit_id(1), "YC-7")
    left = [row.dose for row in copies(engine)]
    Projector(SqlProjection(engine), CENTRE_SEAL).rebuild()

    assert left == [row.dose for row in copies(engine)] == [other.id]
    assert done.events == len(listed) == 3
    assert [one["who_opens"] for one in listed if one["type"] == "certificate_printed"] == [
        "không niêm phong, không có tên"
    ] * 2
    with database.reading(engine) as connection:
        events_kept = connection.scalars(sa.select(database.raw_events.c.data)).all()
    said = [events.decode_event(data) for data in events_kept]
    bodies = [events.decode_body(one) for one in said if one.type == "certificate_printed"]
    assert sorted((one.dose, one.certificate) for one in bodies) == [
        ("", ""), ("", ""), (other.id, "")
    ]  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_certificate_that_took_anothers_place_has_copies_of_its_own(engine):
    [one] = [each for each in SqlDosesOfSites(engine).of_person(MAU.number).doses if each.visit]
    code = issued().code
    anew = News(one, "issued", code, reissued=True)
    first = frozenset({one.dose})
    second = {f"{one.dose}.{hashlib.sha256(code.encode()).hexdigest()[:16]}"}

    told = [in_the_open(news, said).printed for news in (News(one, "issued", code), anew)
            for said in (first, second)]  # fmt: skip

    assert told == [True, False, False, True]
