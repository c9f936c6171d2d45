"""Who would come unverified to the next session: of every site that has a list, with or without rounds."""

import io
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from factories.carried_sheets import PROVINCE, StoppedClock
from factories.dashboards import served, unverified, verification
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.logins import browser
from factories.rosters import person
from factories.wire import CENTRE_SEAL

from central.adapters.overview_sql import SqlOverview
from central.adapters.roster_book_sql import SqlRosterBook
from central.adapters.roster_sql import SqlRosters
from central.adapters.visit_store import SqlProjection
from central.domain.roster import plan_import
from central.domain.unverified import Listed, Open, Still, day_of, is_expected, next_day, still
from central.services.place_names import PlaceNames
from central.services.projection import Projector
from protocol import events
from protocol.identity import SiteId
from protocol.roster import Standing

SITE, OTHER = SiteId("phuoc-dinh"), SiteId("phuoc-dai")
MORNING, EVENING = AT, AT + timedelta(hours=11)
TODAY = date(2021, 11, 22)
MAU = person(standing=Standing.UNKNOWN)
THU = person(number="058200000015", name="Chamaléa Văn Thử", standing=Standing.UNKNOWN)
GIA = person(number="058185000124", name="Đổng Thị Giả", standing=Standing.TO_SUPPLEMENT)
OLD = person(number=None, name="Kator Thị Nháp", standing=Standing.UNKNOWN)
DONE = person(number="058185000125", name="Lê Văn Bịa", standing=Standing.VERIFIED)
TYPED = person(number="N7654321", name="John Invented", standing=Standing.UNKNOWN)
EXEMPT = person(number="C1234567", name="Jane Invented", standing=Standing.EXEMPT)


def bring(engine, *people, site=SITE, at=AT):
    SqlRosters(engine).change(
        site, lambda there: plan_import(there, people, replace=False), at, "list.xlsx"
    )


def rows_of(sheet):
    return [*openpyxl.load_workbook(io.BytesIO(sheet)).active.values][1:]


@pytest.mark.parametrize(
    ("slot", "day"),
    [
        ("24/11 08:00", date(2021, 11, 24)),
        ("08:00 24/11/2022", date(2022, 11, 24)),
        ("2021-11-24T08:00", date(2021, 11, 24)),
        ("03/01 07:30", date(2022, 1, 3)),
        ("29/02", date(2020, 2, 29)),
        ("08:00-09:00", None),
        ("8-10h", None),
        ("31/11", None),
        ("45/99/2021", None),
        ("2021-13-01", None),
        ("1/2/3", None),
        ("", None),
        (None, None),
    ],
)
def test_a_slot_names_a_day_or_none(slot, day):
    near = TODAY if slot != "29/02" else date(2020, 6, 1)
    assert day_of(slot, near) == day


def test_the_next_session_is_the_first_day_to_come_that_the_list_names():
    slots = ["21/11", "26/11", None, "25/11 08:00", "09:00"]

    assert next_day(slots, TODAY) == date(2021, 11, 25)
    assert next_day(["21/11", "09:00"], TODAY) is None


def test_whoever_has_another_day_is_not_expected():
    day = date(2021, 11, 25)

    assert [is_expected(slot, day, TODAY) for slot in ("25/11", "09:00", "26/11", "21/11")] == [
        True,
        True,
        False,
        False,
    ]
    assert not is_expected("21/11", None, TODAY)


def test_only_who_is_expected_and_open_is_counted_but_all_are_listed():
    groups = [
        Listed(SITE, "25/11", Open.NOT_SENT, 3),
        Listed(SITE, "25/11", Open.NOTHING, 40),
        Listed(SITE, "26/11", Open.WAITING, 5),
        Listed(SITE, None, Open.WAITING, 2),
        Listed(SITE, "08:00", Open.TO_SUPPLEMENT, 1),
        Listed(SITE, "09:00", Open.NOT_SENT, 4),
    ]

    counted = still(SITE, groups, TODAY)

    assert counted == Still(SITE, 55, date(2021, 11, 25), not_sent=7, waiting=2, to_supplement=1)
    assert counted.people == 10


@pytest.fixture(params=DATABASES)
def database(request, tmp_path):
    return ready_engine(request, tmp_path)


def test_the_database_counts_sites_without_any_round_and_the_sheet_names_the_same(database):
    bring(database, MAU, GIA, OLD, DONE, TYPED, EXEMPT, replace(THU, appointment="08:00"))
    bring(database, DONE, site=OTHER)
    verification(database, StoppedClock()).make(SITE, PROVINCE)
    bring(database, replace(MAU, number="058185000777", name="Trần Văn Khác"))
    people = unverified(database, StoppedClock())

    counted = {one.site: one for one in people.by_site()}

    assert counted[SITE] == Still(SITE, 8, None, not_sent=1, waiting=3, to_supplement=1)
    assert counted[OTHER] == people.of(OTHER) == Still(OTHER, 1)
    assert people.by_site(frozenset()) == []
    assert [
        (one.site, one.people, one.source)
        for one in sorted(SqlRosterBook(database).lists(None), key=lambda one: one.people)
    ] == [(OTHER, 1, "list.xlsx"), (SITE, 8, "list.xlsx")]
    assert people.of(SiteId("khong-co")) == Still("khong-co")
    assert [(row[0], row[3], row[4], row[5]) for row in rows_of(people.sheet(SITE))] == [
        ("Chamaléa Văn Thử", "08:00", "chưa xác minh", "đã gửi, đang chờ"),
        ("Kator Thị Nháp", None, "chưa xác minh", "đã gửi, đang chờ"),
        ("Nguyễn Thị Mẫu", None, "chưa xác minh", "đã gửi, đang chờ"),
        ("Trần Văn Khác", None, "chưa xác minh", "chưa gửi"),
        ("Đổng Thị Giả", None, "cần bổ sung", "chưa gửi"),
    ]


def test_until_noon_the_next_session_is_todays(engine):
    bring(engine, replace(MAU, appointment="22/11 08:00"), replace(THU, appointment="23/11 08:00"))
    early, late = (unverified(engine, StoppedClock(at)) for at in (MORNING, EVENING))

    assert [people.of(SITE).day for people in (early, late)] == [
        date(2026, 11, 22),
        date(2026, 11, 23),
    ]
    assert [row[0] for row in rows_of(early.sheet(SITE))] == ["Nguyễn Thị Mẫu"]
    assert [row[0] for row in rows_of(late.sheet(SITE))] == ["Chamaléa Văn Thử"]


def test_whoever_came_is_expected_again_only_by_a_new_list(engine):
    bring(engine, MAU, THU, at=AT - timedelta(days=1))
    came = events.Identity(
        document="cccd_2021", number=MAU.number, name=MAU.name, birth="1985-08-17"
    )
    Journal(engine).add(check_in(1, identity=came))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    people = unverified(engine, StoppedClock(EVENING))

    assert people.of(SITE).people == 1
    assert [row[0] for row in rows_of(people.sheet(SITE))] == ["Chamaléa Văn Thử"]
    bring(engine, MAU, at=EVENING)
    assert people.of(SITE).people == 2


def test_a_list_of_a_whole_province_is_counted_by_one_question(engine):
    bring(engine, MAU, THU)
    bring(engine, GIA, site=OTHER)
    asked = []
    sa.event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    unverified(engine, StoppedClock()).by_site()

    assert len([one for one in asked if "roster_people" in one]) == 1


@pytest.fixture
def named(engine):
    names = PlaceNames(sites={SITE: "Trạm Phước Dinh", OTHER: "Trạm Phước Đại"})
    with served(SqlOverview(engine), engine=engine, names=names) as url:
        yield url


@pytest.mark.parametrize("login", ["tinh", "cong-an"])
def test_province_and_police_see_every_site_with_a_list_though_there_is_no_round(
    engine, named, login
):
    bring(engine, MAU, THU)
    bring(engine, GIA, DONE, site=OTHER)

    with browser(named, login) as client:
        page = client.get("/verification").text
        sheet = client.get(f"/verification/still.xlsx?site={OTHER}").content

    assert "Trạm Phước Dinh" in page.partition("Buổi tiêm tới còn ai chưa xác minh")[2]
    assert f'href="/verification/still.xlsx?site={SITE}">Tải danh sách (2)' in page
    assert f'href="/verification/still.xlsx?site={OTHER}">Tải danh sách (1)' in page
    assert "Nguyễn Thị Mẫu" not in page
    assert [row[0] for row in rows_of(sheet)] == ["Đổng Thị Giả"]


def test_a_commune_sees_its_own_sites_with_a_list_or_without(engine, named):
    bring(engine, GIA, site=OTHER)

    with browser(named, "xa") as client:
        page = client.get("/verification").text

    assert "Trạm Phước Dinh" in page
    assert "chưa có danh sách" in page
    assert OTHER not in page
