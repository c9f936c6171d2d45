"""What people call places, wherever they read of them; and the list of reactions after an injection."""

import csv
import html
import io
import re
import subprocess
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from factories import closings
from factories.dashboards import served
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.logins import browser
from factories.migrated import migrated_engine
from factories.site_days import at_desk, dose
from factories.wire import CENTRE_SEAL

from central.adapters.liability_sql import SqlLiabilities
from central.adapters.overview_sql import SqlOverview
from central.adapters.reaction_list_sql import SqlReactionList
from central.adapters.reaction_store import SqlReactionRecords
from central.adapters.sheet_xlsx import XlsxSheet
from central.adapters.tables_doses import reaction_records
from central.adapters.tables_projection import discrepancies
from central.adapters.visit_store import SqlProjection
from central.api.words_reactions import REACTIONS
from central.domain import records
from central.domain.reaction_list import SEVERITIES
from central.domain.records import PlatformReceipt
from central.ports.reaction_list import ReactionsChosen
from central.services.place_names import PlaceNames
from central.services.projection import Projector
from protocol import site_events as site

DINH, DAI = "Trạm y tế xã Phước Dinh", "Nhà văn hóa <Phước Đại>"


class Registry:
    """The registry names one site; the other has its name from the settings."""

    def site_name(self, site_id):
        return {"phuoc-dinh": DINH, "phuoc-dai": "cũ"}.get(site_id, "")

    def site_ids(self):
        return frozenset({"phuoc-dinh", "phuoc-dai"})


NAMES = PlaceNames(Registry(), {"phuoc-dai": DAI}, {"phuoc-dinh-xa": "Xã Phước Dinh"})


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = migrated_engine(tmp_path_factory.mktemp("named"))
    closings.close_a_day(engine)
    Journal(engine, device="hub-0001").add(
        at_desk(71, site.ReactionRecorded(severity="mild", staff="lan"), 1),
        at_desk(72, site.ReactionRecorded(severity="severe", staff="lan"), 1),
        at_desk(73, site.ReactionRecorded(severity="moderate", staff="lan"), 5),
        at_desk(74, site.ReactionRecorded(severity="mild", staff="lan"), 99),
    )
    Journal(engine, device="hub-0009", site="phuoc-dai").add(
        check_in(60, ticket="B060"), dose(61, visit=60, lot="=1+1"),
        at_desk(75, site.ReactionRecorded(severity="severe", staff="=2+2"), 60),
    )  # fmt: skip
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    _tell(engine)
    yield engine
    engine.dispose()


def _tell(engine):
    """Tell the Platform of the mild one; it refuses the severe one of the same person."""
    store = SqlReactionRecords(engine)
    for one in store.due(AT + timedelta(hours=1), 10):
        severity = one.told.severity
        if severity == "mild":
            store.save(records.accepted(one.record, PlatformReceipt("p", "r1"), AT), None, AT)
        elif severity == "severe" and one.told.site == "phuoc-dinh":
            store.save(records.refused(one.record, "Bà Nguyễn Thị Mẫu: sai"), None, AT)
    with engine.begin() as connection:
        visit = check_in(1).visit
        connection.execute(
            sa.insert(discrepancies).values(
                visit=visit,
                field="birth",
                ours="2026-11-20 1 phuoc-dinh",
                theirs="",
                owner="phuoc-dinh",
                opened_at=AT,
            )
        )


@pytest.fixture(scope="module")
def url(engine):
    reader = SqlOverview(engine), SqlLiabilities(engine)
    with served(*reader, engine=engine, names=NAMES) as url:
        yield url


@pytest.fixture(scope="module")
def province(url):
    with browser(url) as client:
        yield client


@pytest.fixture(scope="module")
def of_site(url):
    with browser(url, "tram") as client:
        yield client


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "path",
    ["/", "/levels?commune=phuoc-dinh-xa", "/levels?site=phuoc-dinh", "/discrepancies",
     "/discrepancies/visit:1", "/closing?date=2026-11-22", "/closing?site=phuoc-dinh&date=2026-11-22",
     "/reactions", f"/persons/of/{check_in(1).visit}"],
)  # fmt: skip
def test_every_page_says_a_site_by_its_name_with_the_id_small_beside_it(province, path):
    page = province.get(path).text

    named = f'{DINH} <small class="id">phuoc-dinh</small>'
    assert named in page
    shown = re.sub(r"<[^>]*>", "", page.replace(named, "").replace(f"{DINH} (phuoc-dinh)", ""))
    assert "phuoc-dinh" not in shown.replace("phuoc-dinh-xa", "")


def test_what_differs_names_sites_too(province):
    page = province.get("/discrepancies/visit:1").text

    assert f"<dd>20/11/2026 1 {DINH} (phuoc-dinh)</dd>" in page


@pytest.mark.parametrize("path", ["/", "/closing?date=2026-11-22", "/reactions"])
def test_lists_of_sites_are_sorted_by_name_and_not_by_id(province, path):
    page = html.unescape(province.get(path).text)
    page = page[page.index("<datalist") :] if path == "/reactions" else page

    assert page.index(DAI) < page.index(DINH)


def test_a_commune_has_its_name_and_one_without_a_name_its_id(province):
    page = province.get("/levels").text

    assert 'Xã Phước Dinh <small class="id">phuoc-dinh-xa</small>' in page
    assert ">bac-ai</a>" in page
    of_commune = province.get("/levels?commune=phuoc-dinh-xa").text
    assert '<h1><span class="place">Xã Phước Dinh <small class="id">' in of_commune
    assert "<h1>Xã bac-ai ·" in province.get("/levels?commune=bac-ai").text


def test_accounts_say_the_places_by_name_and_by_the_id_that_forms_ask_for(url):
    with browser(url, "cntt") as client:
        page = client.get("/accounts").text

    assert 'Xã Phước Dinh <small class="id">phuoc-dinh-xa</small>' in page
    # A name is a text and no markup.
    assert 'Nhà văn hóa &lt;Phước Đại&gt; <small class="id">phuoc-dai</small>' in page


@pytest.mark.parametrize("name", ["liabilities", "discrepancies", "exceptions", "reactions"])
def test_every_list_of_sites_has_the_name_beside_the_id(province, name):
    rows = table(province.get(f"/api/lists/{name}"))

    assert {(row["Mã điểm tiêm"], row["Điểm tiêm"]) for row in rows} >= {("phuoc-dinh", DINH)}


def test_figures_and_liabilities_as_files_name_places_too(province):
    rows = table(province.get("/api/lists/figures"))
    assert [row["Xã hoặc điểm tiêm"] for row in rows] == ["bac-ai", "Xã Phước Dinh", "Tất cả"]
    [one, _] = table(province.get("/api/lists/figures?site=phuoc-dinh")) * 2
    assert (one["Mã xã hoặc điểm tiêm"], one["Xã hoặc điểm tiêm"]) == ("phuoc-dinh", DINH)
    assert DINH in province.get("/api/liabilities.csv").text


def test_what_is_printed_says_the_name(province, tmp_path):
    batch = province.post("/closing/batch", data={"site": "phuoc-dinh", "date": "2026-11-22"})
    signed = province.get(batch.headers["location"]).text
    minutes = re.search(r"/closing/batch/[0-9a-f]{64}\.pdf", signed)[0]
    titles = {
        "/levels/report.pdf?commune=phuoc-dinh-xa": "Xã Phước Dinh (phuoc-dinh-xa)",
        "/levels/report.pdf?site=phuoc-dinh": f"Điểm tiêm {DINH} (phuoc-dinh)",
        minutes: f"{DINH} (phuoc-dinh)",
    }
    for path, title in titles.items():
        (tmp_path / "made.pdf").write_bytes(province.get(path).content)
        command = ["pdftotext", tmp_path / "made.pdf", "-"]
        text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
        assert title in " ".join(text.split()), path


def test_a_place_that_nobody_named_is_said_by_its_id():
    nobody = PlaceNames()

    assert (nobody.site("x"), nobody.commune("y")) == ("x", "y")
    assert (nobody.site_with_id("x"), nobody.commune_with_id("y")) == ("x", "y")
    assert NAMES.commune_with_id("phuoc-dinh-xa") == "Xã Phước Dinh (phuoc-dinh-xa)"


def test_what_the_platform_was_not_told_stands_first_and_severe_ones_before_others(province):
    rows = table(province.get("/api/lists/reactions"))

    shown = [(r["Mức độ"], r["Số"], r["Đã báo lên Nền tảng"], r["Mã điểm tiêm"]) for r in rows]
    assert shown == [
        ("nặng", "A001", "chưa", "phuoc-dinh"),
        ("nặng", "B060", "chưa", "phuoc-dai"),
        ("vừa", "A005", "chưa", "phuoc-dinh"),
        ("nhẹ", "", "chưa", "phuoc-dinh"),
        ("nhẹ", "A001", "có", "phuoc-dinh"),
    ]
    assert (rows[0]["Vắc xin"], rows[0]["Số lô"], rows[0]["Mũi thứ"]) == ("VX Một", "AB-12", "2")
    assert rows[0]["Trạng thái"] == "Bị từ chối"
    # The Platform's own words may quote the person.
    assert "Mẫu" not in str(rows)
    assert rows[1]["Người ghi"] == "'=2+2"
    assert (rows[2]["Vắc xin"], rows[2]["Mũi thứ"]) == ("", "")
    assert rows[4]["Báo lúc"] == "2026-11-22 08:00"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_of_reactions_says_what_where_when_and_whether_it_was_told(province, lang):
    page = province.get(f"/reactions?lang={lang}").text
    said = REACTIONS[lang]

    assert "Undefined" not in page
    assert '<span class="count bad">4</span>' in page
    assert f"{said['severe_untold']}: 2" in page
    assert page.count(said["told:no"]) >= 4
    assert said["no_dose"] in page
    assert "/persons/of/" in page
    assert "Mẫu" not in page


@pytest.mark.parametrize(
    ("query", "number"),
    [("severity=severe", 2), ("told=yes", 1), ("told=no&severity=mild", 1), ("site=phuoc-dai", 1),
     ("commune=phuoc-dinh-xa", 4), ("commune=nowhere", 0)],
)  # fmt: skip
def test_the_list_is_narrowed_down_and_its_file_with_it(province, query, number):
    assert f"<p>{number} phản ứng" in province.get(f"/reactions?{query}").text
    assert len(table(province.get(f"/api/lists/reactions?{query}"))) == number


def test_each_sees_the_reactions_of_their_own_sites(url, of_site):
    assert "phuoc-dinh" not in of_site.get("/reactions").text
    assert "<p>0 phản ứng" in of_site.get("/reactions?commune=phuoc-dinh-xa").text
    assert "<p>0 phản ứng" in of_site.get("/reactions?site=phuoc-dinh").text
    assert len(table(of_site.get("/api/lists/reactions"))) == 1
    for login in ("cong-an", "cntt"):
        with browser(url, login) as client:
            assert client.get("/reactions").status_code == 403
            assert client.get("/api/lists/reactions").status_code == 403


@pytest.mark.parametrize("query", ["severity=bad", "told=maybe", "site=%00", "offset=-1"])
def test_a_wish_that_cannot_be_is_refused(province, query):
    assert province.get(f"/reactions?{query}").status_code == 422


def test_a_page_of_the_list_begins_where_the_one_before_ends(engine):
    reader, everything = SqlReactionList(engine), ReactionsChosen()

    first, counts = reader.page(everything, 2)
    second, _ = reader.page(everything, 3, 2)

    assert [*first, *second] == list(reader.all(everything))
    assert (counts.number, counts.untold, counts.severe_untold) == (5, 4, 2)
    assert first[0].age_hours(first[0].occurred_at + timedelta(hours=2, minutes=59)) == 2
    assert first[0].age_hours(first[0].occurred_at - timedelta(hours=2)) == 0


def test_of_somebody_who_was_erased_it_is_said_why_nothing_is_told(engine):
    erased = sa.update(reaction_records).values(state="refused", reason="erased")
    with engine.begin() as connection:
        connection.execute(erased.where(reaction_records.c.adverse_event.is_(None)))
    rows = list(SqlReactionList(engine).all(ReactionsChosen(told="no")))

    assert {row.reason for row in rows} == {"erased"}


def test_more_rows_than_a_sheet_holds_go_on_in_a_further_sheet():
    made = XlsxSheet(most_rows=2).write("Phản ánh", ["a"], [["1"], ["2"], ["3"], ["4"]])
    book = openpyxl.load_workbook(io.BytesIO(made))
    rows = [[[cell.value for cell in row] for row in sheet] for sheet in book]

    assert book.sheetnames == ["Phản ánh", "Phản ánh 2"]
    assert rows == [[["a"], ["1"], ["2"]], [["a"], ["3"], ["4"]]]
    empty = openpyxl.load_workbook(io.BytesIO(XlsxSheet().write("x", ["a"], [])))
    assert [[cell.value for cell in row] for row in empty.active] == [["a"]]


def test_a_sheet_is_called_as_programs_take_it():
    made = XlsxSheet(most_rows=1).write(
        "Xác minh 3 Trạm: Phước/Dinh [cũ] và mới", ["a"], [["1"]] * 2
    )

    titles = openpyxl.load_workbook(io.BytesIO(made)).sheetnames
    assert titles == ["Xác minh 3 Trạm  Phước Dinh  cũ", "Xác minh 3 Trạm  Phước Dinh 2"]


def test_severities_have_words():
    assert all(f"severity:{one}" in words for one in SEVERITIES for words in REACTIONS.values())
    assert set(REACTIONS["vi"]) == set(REACTIONS["en"])
