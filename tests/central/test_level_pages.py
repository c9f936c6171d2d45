"""The pages by level over HTTP: figures, worklist, files, report; each sees only their own."""

import csv
import io
import json
import re
import subprocess
from typing import get_args

import openpyxl
import pytest
import sqlalchemy as sa
from factories import closings
from factories.dashboards import served
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.logins import browser
from factories.migrated import migrated_engine
from factories.site_days import dose
from factories.wire import CENTRE_SEAL

from central.adapters.liability_sql import SqlLiabilities
from central.adapters.overview_sql import SqlOverview
from central.adapters.report_typst import TypstReport
from central.adapters.tables_doses import dose_discrepancies
from central.adapters.visit_store import SqlProjection
from central.api.plots import Series, bars, line
from central.api.words_levels import LEVELS, file_word
from central.domain.findings import Kind, Scope
from central.services.projection import Projector
from central.services.tables import defused

LISTS = (
    "figures",
    "hours",
    "days",
    "liabilities",
    "discrepancies",
    "complaints",
    "rounds",
    "exceptions",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = migrated_engine(tmp_path_factory.mktemp("levels"))
    closings.close_a_day(engine)
    Journal(engine, device="kiosk-0012").add(check_in(60), dose(61, visit=60, lot="=1+1"))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    with engine.begin() as connection:
        for kind, site in (("no_check_in", "phuoc-dinh"), ("missing", "phuoc-dai")):
            connection.execute(
                sa.insert(dose_discrepancies).values(
                    scope="entry", subject="i9", kind=kind, field="", site=site, ours="",
                    theirs="2026-11-22 VX Một", owner=site, opened_at=AT,
                )
            )  # fmt: skip
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def url(engine):
    with served(SqlOverview(engine), SqlLiabilities(engine), engine=engine) as url:
        yield url


@pytest.fixture(scope="module")
def province(url):
    with browser(url) as client:
        yield client


@pytest.fixture(scope="module")
def site(url):
    with browser(url, "tram") as client:
        yield client


def figure(page, name):
    return re.search(f'data-figure="{name}">([^<]*)<', page).group(1)


def test_each_level_leads_down_and_up(province):
    page = province.get("/levels").text
    assert 'href="/levels?commune=phuoc-dinh-xa&amp;date=2026-11-22"' in page
    commune = province.get("/levels?commune=phuoc-dinh-xa").text
    assert 'href="/levels?site=phuoc-dinh&amp;date=2026-11-22"' in commune
    of_site = province.get("/levels?site=phuoc-dinh").text
    assert 'href="/levels?commune=phuoc-dinh-xa&amp;date=2026-11-22"' in of_site
    assert "/closing?site=phuoc-dinh&amp;date=2026-11-22" in of_site


def test_provisional_and_reconciled_have_columns_of_their_own_and_are_named(province):
    page = province.get("/levels").text

    shown = [figure(page, name) for name in ("arrivals", "doses", "waiting")]
    assert shown == ["7", "5", "1"]
    assert (figure(page, "visits-matched"), figure(page, "doses-matched")) == ("0", "0")
    assert page.index("Tạm tính") < page.index('data-figure="doses"') < page.index("Đã đối soát")
    figures = province.get("/api/levels?site=phuoc-dinh").json()
    assert figures["whole"]["provisional"] == {"arrivals": 6, "waiting": 1, "doses": 4}
    assert figures["whole"]["reconciled"] == {"arrivals": 0, "doses": 0}


@pytest.mark.parametrize("path", ["/levels", "/levels/part", "/levels/report.pdf", "/api/levels"])
@pytest.mark.parametrize("place", ["site=phuoc-dinh", "commune=phuoc-dinh-xa", "site=%F0%9F%92%89"])
def test_what_is_not_theirs_is_refused(site, path, place):
    assert site.get(f"{path}?{place}").status_code == 403


def test_a_site_sees_itself_alone(site):
    page = site.get("/levels").text

    assert figure(page, "arrivals") == "1"
    assert "phuoc-dinh" not in page


@pytest.mark.parametrize("path", ["/levels", "/discrepancies", "/discrepancies/dose:1"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_needs_a_script_or_a_style_of_its_own(province, path, language):
    page = province.get(path, params={"lang": language}).text

    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert "Undefined" not in page


@pytest.mark.parametrize(
    "query", ["date=x", "offset=-1", "order=size", "site=%00", "commune=" + "x" * 65]
)
@pytest.mark.parametrize("path", ["/levels", "/api/levels"])
def test_an_address_that_cannot_be_is_refused(province, path, query):
    assert province.get(f"{path}?{query}").status_code == 422


def test_another_day_is_shown_when_asked_for(province):
    page = province.get("/levels?date=2026-11-20").text

    assert figure(page, "arrivals") == "0"
    assert "20/11/2026" in page
    assert " data-fixed" in page


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_a_file_for_excel_and_for_any_program(province, name):
    text = province.get(f"/api/lists/{name}").content
    sheet = province.get(f"/api/lists/{name}?format=xlsx")

    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    cells = [["" if one is None else str(one) for one in row] for row in book.active.values]
    undone = [[cell.removeprefix("'") for cell in row] for row in rows]
    assert cells == undone
    assert len({heading for heading in rows[0] if heading}) == len(rows[0])
    assert f'filename="{name}.xlsx"' in sheet.headers["content-disposition"]


def test_nothing_that_somebody_typed_becomes_a_formula(province):
    text = province.get("/api/lists/liabilities").text
    book = openpyxl.load_workbook(
        io.BytesIO(province.get("/api/lists/liabilities?format=xlsx").content)
    )

    assert "'=1+1" in text
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", " =1", "\t=1", "＝1"])
def test_a_cell_like_a_formula_is_defused(cell):
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-1, 0.5, "A001", "058185000123", ""])
def test_any_other_cell_stays_as_it_is(cell):
    assert defused(cell) == cell


def test_a_file_holds_no_more_than_its_page(url, site):
    rows = list(csv.reader(io.StringIO(site.get("/api/lists/discrepancies").text)))
    assert [row[2] for row in rows[1:]] == ["phuoc-dai"]
    assert site.get("/api/lists/exceptions?site=phuoc-dinh").text.count("\n") == 1
    assert site.get("/api/lists/figures?site=phuoc-dinh").status_code == 403
    assert site.get("/api/lists/rounds").status_code == 403
    with browser(url, "cntt") as it:
        assert it.get("/api/lists/discrepancies").status_code == 403
        assert it.get("/api/lists/figures").status_code == 200
    with browser(url, "cong-an") as police:
        assert police.get("/api/lists/figures").status_code == 403
        assert police.get("/discrepancies").status_code == 403


def test_who_takes_a_list_away_is_written_down(province):
    province.get("/api/lists/days")

    audit = province.get("/audit").text
    assert "list:days" in audit
    assert "tải danh sách" in audit
    assert "list_exported" not in audit


def test_the_report_is_a_pdf_in_right_vietnamese(province, tmp_path):
    answer = province.get("/levels/report.pdf?commune=phuoc-dinh-xa")

    (tmp_path / "report.pdf").write_bytes(answer.content)
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "report.pdf", "-"], check=True, capture_output=True
    ).stdout.decode()
    for words in ("BÁO CÁO TIÊM CHỦNG NGÀY 22/11/2026", "Đã đối soát", "Mũi tiêm khớp: 0",
                  "Có trên Nền tảng, không có lượt đến", "phuoc-dinh"):  # fmt: skip
        assert words in text
    assert "�" not in text


def test_what_is_about_two_sites_is_in_the_report_of_the_later_one_alone_and_in_both_lists(
    engine, province, monkeypatch
):
    reported = []

    def draw(_report, _look, _title, kinds):
        reported.append([word for word, _ in kinds])
        return b"%PDF-"

    monkeypatch.setattr(TypstReport, "draw", draw)
    of = dose_discrepancies
    moved = {
        "scope": "person", "subject": "p1", "kind": "two_places", "field": "", "ours": "",
        "theirs": "", "site": "phuoc-dai", "also": "phuoc-dinh", "owner": "", "opened_at": AT,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.insert(of).values(moved))
    for name in ("phuoc-dai", "phuoc-dinh"):
        assert province.get(f"/levels/report.pdf?site={name}").status_code == 200
        listed = csv.DictReader(
            io.StringIO(province.get(f"/api/lists/discrepancies?site={name}").text.lstrip("\ufeff"))
        )
        both = [(row["Mã điểm tiêm"], row["Điểm tiêm kia"]) for row in listed]
        assert both.count(("phuoc-dai", "phuoc-dinh")) == 1
    with engine.begin() as connection:
        connection.execute(sa.delete(of).where(of.c.subject == "p1"))

    assert [file_word("vi", "two_places") in words for words in reported] == [True, False]


def test_a_discrepancy_is_handed_over_on_its_page(province):
    listed = province.get("/discrepancies?site=phuoc-dai").text
    assert "▲" not in listed
    key = re.search(r"/discrepancies/(dose:\d+)", listed).group(1)

    answer = province.post(
        f"/discrepancies/{key}/hand-over",
        data={"steps": 0, "to": "tram", "reason": "needs_site", "note": "xem lại sổ"},
    )

    assert answer.status_code == 303
    page = province.get(f"/discrepancies/{key}").text
    assert "cần điểm tiêm xem lại: xem lại sổ" in page
    again = province.post(
        f"/discrepancies/{key}/hand-over", data={"steps": 0, "to": "tinh", "reason": "away"}
    )
    assert again.status_code == 422
    assert "Có người vừa chuyển trước" in again.text


def test_a_discrepancy_of_elsewhere_is_not_there(site, province):
    key = re.search(
        r"/discrepancies/(dose:\d+)", province.get("/discrepancies?site=phuoc-dinh").text
    ).group(1)

    assert site.get(f"/discrepancies/{key}").status_code == 404
    assert site.post(f"/discrepancies/{key}/hand-over", data={"steps": 0}).status_code == 404
    assert site.get("/discrepancies/%00").status_code == 404


def test_what_is_true_as_it_stands_is_explained_on_its_page(province):
    listed = province.get("/discrepancies?kind=no_check_in").text
    key = re.search(r"/discrepancies/(dose:\d+)", listed).group(1)
    where = f"/discrepancies/{key}/explain"

    empty = province.post(where, data={"steps": 0, "words": " "})
    done = province.post(where, data={"steps": 0, "words": "Tiêm tại nhà, có biên bản."})

    assert (empty.status_code, done.status_code) == (422, 303)
    assert "Hãy viết lời giải trình." in empty.text
    page = province.get(done.headers["location"]).text
    assert "Đã giải trình và khép lại" in page
    assert "Tiêm tại nhà, có biên bản." in page
    assert "<textarea" not in page
    assert key not in province.get("/discrepancies?kind=no_check_in").text


def test_the_stream_says_how_old_the_sums_are(province):
    with province.stream("GET", "/levels/events") as answer:
        lines = answer.iter_lines()
        said = [next(line for line in lines if line.startswith("data:")) for _ in range(2)]

    assert json.loads(said[0][5:]) == {"version": 0}
    assert json.loads(said[1][5:]) == {"age": 0}


def test_a_plot_has_a_whole_axis_and_columns_side_by_side():
    plot = bars(
        ["a", "b"], Series("provisional", "x", [3, 0]), Series("reconciled", "y", [1, None])
    )

    assert [one.text for one in plot.beside] == ["0", "2", "4"]
    assert [one.kind for one in plot.bars] == ["provisional", "reconciled"]
    assert plot.bars[0].x + plot.bars[0].width == pytest.approx(plot.bars[1].x, abs=0.2)
    assert plot.bars[0].y + plot.bars[0].height == pytest.approx(plot.bottom, abs=0.2)


@pytest.mark.parametrize("count", [0, 1, 24, 31])
def test_a_plot_names_no_more_labels_than_fit(count):
    plot = line([str(n) for n in range(count)], Series("provisional", "x", [None] * count))

    assert len(plot.below) <= 8
    assert plot.empty


def test_both_languages_have_all_words():
    assert all(f"scope:{one}" in LEVELS["vi"] for one in get_args(Scope))
    assert set(LEVELS["vi"]) == set(LEVELS["en"])
    assert Kind
