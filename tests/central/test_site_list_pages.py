"""The page by which commune and province bring the lists of their sites."""

import io

import openpyxl
import pytest
import sqlalchemy as sa
from factories.dashboards import served
from factories.devices import AT
from factories.logins import browser
from factories.rosters import person

from central.adapters.audit_sql import SqlAudit
from central.adapters.overview_sql import SqlOverview
from central.adapters.roster_sql import SqlRosters, roster_changes, roster_people
from central.api.words_rows import plain_words, row_words
from central.domain.roster import plan_import
from central.ports import StoreError
from central.services.place_names import PlaceNames
from central.services.roster_import import LeftOut
from protocol.identity import SiteId

SITE, OTHER = "phuoc-dinh", "phuoc-dai"
HEADINGS = ["Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD"]
MAU = ["Nguyễn Thị Mẫu", "17/08/1985", "Nữ", "058185000123"]
GIA = ["Đổng Thị Giả", "17/08/1985", "Nữ", "058185000124"]
WRONG = ["Lê Văn Bịa", "31/02/1985", "con trai", "058185000125"]


class Known:
    """A registry of two sites."""

    def site_name(self, site):
        return {SITE: "Trạm Phước Dinh", OTHER: "Trạm Phước Đại"}[site]

    def site_ids(self):
        return frozenset({SITE, OTHER})


@pytest.fixture
def url(engine):
    with served(SqlOverview(engine), engine=engine, names=PlaceNames(Known())) as url:
        yield url


@pytest.fixture
def commune(url):
    with browser(url, "xa") as client:
        yield client


def workbook(*rows):
    book = openpyxl.Workbook()
    book.active.title = "Thôn 3"
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(client, data, *, site=SITE, name="danh-sach.xlsx", **more):
    return client.post("/rosters", data={"site": site} | more, files={"list": (name, data)})


def listed(engine, site=SITE):
    return {one.name for one in SqlRosters(engine).page(SiteId(site), 0, "", 100).people}


def test_clean_rows_go_in_and_wrong_ones_are_named_by_sheet_row_and_column(engine, commune):
    answer = bring(commune, workbook(HEADINGS, MAU, WRONG, GIA))

    assert answer.status_code == 200
    assert listed(engine) == {"Nguyễn Thị Mẫu", "Đổng Thị Giả"}
    assert "Trạm Phước Dinh · Người trong tệp: 2 · Thêm: 2" in answer.text
    assert "Dòng không nhận: 1" in answer.text
    assert "trang tính Thôn 3, dòng 3, cột B (Ngày sinh): không phải ngày" in answer.text
    assert "dòng 3, cột C (Giới tính): không phải Nam hay Nữ" in answer.text
    assert "Bịa" not in answer.text
    act = SqlAudit(engine).newest(1)[0].act
    assert (act.who, act.what, act.record) == ("xa", "roster_imported", f"roster:{SITE}")


def test_the_page_is_in_the_navigation_and_tells_what_lists_there_are(commune):
    bring(commune, workbook(HEADINGS, MAU, GIA))

    page = commune.get("/rosters").text
    english = commune.get("/rosters?lang=en").text

    assert '<a href="/rosters" aria-current="page">Danh sách</a>' in page
    assert "Trạm Phước Dinh" in page
    assert "danh-sach.xlsx" in page
    assert "Last changed" in english
    assert "Nguyễn Thị Mẫu" not in page


def test_only_who_is_not_in_the_file_is_taken_off_and_only_when_that_was_asked(engine, commune):
    bring(commune, workbook(HEADINGS, MAU))
    bring(commune, workbook(HEADINGS, GIA))
    both = listed(engine)

    answer = bring(commune, workbook(HEADINGS, GIA), replace="on")

    assert both == {"Nguyễn Thị Mẫu", "Đổng Thị Giả"}
    assert listed(engine) == {"Đổng Thị Giả"}
    assert "Bỏ: 1" in answer.text


BAD_FILES = [
    ("a.ods", b"x", "a.ods không phải tệp .xlsx hay .csv"),
    ("a.xlsx", b"x", "a.xlsx không phải tệp .xlsx nguyên vẹn"),
    ("a.csv", b"a,b\n1,2\n", "không thấy dòng tiêu đề; hãy ghi ít nhất hai cột, như"),
    ("a.xlsx", workbook(HEADINGS, WRONG), "không có ai trong tệp nhận được"),
]


def test_a_file_that_is_no_list_changes_nothing_and_is_said_so(engine, commune):
    bring(commune, workbook(HEADINGS, MAU))

    for name, data, said in BAD_FILES:
        answer = bring(commune, data, name=name, replace="on")
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{SITE}"' in answer.text
    assert listed(engine) == {"Nguyễn Thị Mẫu"}


def test_a_damaged_workbook_is_said_to_be_one(engine, commune):
    data = bytearray(workbook(HEADINGS, MAU))
    data[len(data) // 3] ^= 0xFF

    answer = bring(commune, bytes(data))

    assert answer.status_code in {200, 422}
    assert (answer.status_code == 200) == bool(listed(engine))


def test_a_commune_brings_the_lists_of_its_own_sites_alone(engine, url, commune):
    assert bring(commune, workbook(HEADINGS, MAU), site=OTHER).status_code == 403
    assert listed(engine, OTHER) == set()
    with browser(url, "tinh") as province:
        assert bring(province, workbook(HEADINGS, MAU), site=OTHER).status_code == 200
    assert OTHER not in commune.get("/rosters").text


def test_nobody_else_brings_lists(url):
    for login in ("cong-an", "tram", "cntt"):
        with browser(url, login) as client:
            assert client.get("/rosters").status_code == 403
            assert bring(client, workbook(HEADINGS, MAU)).status_code == 403


def test_a_site_that_is_not_is_refused_in_words_and_gets_no_list(engine, url):
    with browser(url, "tinh") as province:
        for site in ("khong-co", "x y", "", "Ù"):
            answer = bring(province, workbook(HEADINGS, MAU), site=site)
            assert answer.status_code == 422
            assert "Không có điểm tiêm này" in answer.text
    assert listed(engine, "khong-co") == set()


class TakenMeanwhile:
    """A list of the same site was taken in at the same moment."""

    def lists(self, _sites):
        return []

    def take_in(self, *_what, **_more):
        raise StoreError("the database refused a statement: IntegrityError")


def test_two_lists_of_one_site_at_the_same_moment_are_said_so(engine):
    with (
        served(SqlOverview(engine), engine=engine, site_lists=TakenMeanwhile()) as url,
        browser(url, "tinh") as province,
    ):
        answer = bring(province, workbook(HEADINGS, MAU))

    assert answer.status_code == 422
    assert "Hãy gửi lại" in answer.text


def test_many_wrong_cells_are_counted_after_the_first_thousand(commune):
    rows = [["Lê Văn Bịa", "31/02/1985", "Nam", "1"] for _ in range(502)]

    answer = bring(commune, workbook(HEADINGS, MAU, *rows)).text

    assert answer.count("<li>") == 1001
    assert "+ 4 chỗ sai khác không nêu ở đây" in answer


SAID = [
    ("birth", "lies in the future"),
    ("number", "is empty, and so is the date of birth"),
    ("number", "is the person of row 7 again"),
    ("name", "is empty"),
]


@pytest.mark.parametrize(("column", "reason"), SAID)
def test_what_is_wrong_with_a_row_is_said_in_vietnamese(column, reason):
    named = row_words("vi", LeftOut("", 3, "-", f"no column for {column}", reason))

    assert named.startswith("dòng 3, cột - (không có cột ")
    assert plain_words("vi", reason) != reason
    assert named.endswith(plain_words("vi", reason))


def test_a_list_of_a_site_that_nobody_is_on_any_more_is_no_list(engine, commune):
    store = SqlRosters(engine)
    for people, replace in (([person()], False), ([], True)):
        store.change(
            SiteId(SITE),
            lambda there, people=people, replace=replace: plan_import(
                there, people, replace=replace
            ),
            AT,
            "a.xlsx",
        )

    assert "Chưa điểm tiêm nào có danh sách." in commune.get("/rosters").text


def test_many_lists_come_by_pages_and_whoever_brings_one_sees_its_row(engine):
    sites = [f"diem-{number:03d}" for number in range(150)]
    people = [
        {"site": one, "change": 1, "name": "Người Bịa", "standing": "unknown"} for one in sites
    ]
    changes = [
        {
            "site": one, "first": 1, "last": 1, "head": "h", "made_at": AT, "source": "a.xlsx",
            "added": 1, "changed": 0, "removed": 0,
        }
        for one in sites
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.insert(roster_people), people)
        connection.execute(sa.insert(roster_changes), changes)

    with served(SqlOverview(engine), engine=engine) as url, browser(url, "tinh") as client:
        first, later = client.get("/rosters").text, client.get("/rosters?offset=100").text
        data = workbook(HEADINGS, MAU)
        files = {"list": ("ds.xlsx", data)}
        brought = client.post("/rosters", data={"site": "diem-140"}, files=files).text
        assert client.get("/rosters?offset=-1").status_code == 422

    assert ("1–100 / 150" in first, "101–150 / 150" in later) == (True, True)
    assert "Trang sau" in first
    assert "Trang trước" in later
    assert "diem-140" not in first.partition("<table")[2]
    assert "101–150 / 150" in brought
    assert "ds.xlsx" in brought
