"""The page of verification rounds: who may see it, what goes out by it and comes back."""

import io

import openpyxl
import pytest
from factories.devices import AT
from factories.logins import browser
from factories.rosters import person

from central.__main__ import main
from central.adapters.audit_sql import SqlAudit
from central.adapters.roster_sql import SqlRosters
from central.api.words_rows import row_words
from central.domain.roster import plan_import
from central.services.roster_import import LeftOut
from protocol.identity import SiteId
from protocol.roster import Standing

SITE = SiteId("phuoc-dinh")


@pytest.fixture
def engine(engine):
    for site in (SITE, SiteId("phuoc-dai")):
        SqlRosters(engine).change(
            site,
            lambda there: plan_import(there, [person(standing=Standing.UNKNOWN)], replace=False),
            AT,
            "list.xlsx",
        )
    return engine


@pytest.fixture
def commune(url):
    with browser(url, "xa") as client:
        yield client


def answered(data, answer):
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.active["F2"] = answer
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_round_goes_out_and_comes_back_by_the_page(engine, commune):
    assert commune.post("/verification", data={"site": SITE}).status_code == 303
    sheet = commune.post("/verification/1/sheet").content
    files = {"answers": ("tra-ve.xlsx", answered(sheet, "có lẽ"))}
    wrong = commune.post("/verification/1/answers", files=files)
    files = {"answers": ("tra-ve.xlsx", answered(sheet, "Đúng"))}
    right = commune.post("/verification/1/answers", files=files)

    assert "dòng 2, cột F" in wrong.text
    assert "phải là một trong: đã xác minh" in wrong.text
    assert "1 dòng không nhận" in wrong.text
    assert "đã trả đủ" in right.text
    assert "Nguyễn Thị Mẫu" not in wrong.text + right.text
    done = [(row.act.what, row.act.record) for row in SqlAudit(engine).newest(10)]
    assert ("round_sent", "round:1") in done
    assert ("round_returned", "round:1") in done


def test_what_cannot_be_done_is_said_and_changes_nothing(commune):
    assert commune.post("/verification", data={"site": "x y"}).status_code in {403, 422}
    assert commune.post("/verification/9/sheet").status_code == 404
    commune.post("/verification", data={"site": SITE})
    none_left = commune.post("/verification", data={"site": SITE})
    early = commune.post("/verification/1/answers", files={"answers": ("a.xlsx", b"x")})
    assert (none_left.status_code, early.status_code) == (422, 422)
    assert "Không làm được: lượt này chưa được gửi đi" in early.text
    assert "danh sách của điểm tiêm này không còn ai để gửi" in none_left.text
    assert commune.post("/verification/1/call-off").status_code == 303
    assert commune.post("/verification/1/call-off").status_code == 422


SAID = [
    ("number", "is nobody of this round"),
    ("number", "is not the number that was sent; write what is right as a note"),
    ("code", "is another person's line"),
    ("name", "is not the name that was sent"),
    ("standing", "says otherwise than an earlier row"),
    ("code", "is not on the site's list any more, or was changed"),
    ("number", "is not a number of 12 digits, nor an old one of 9"),
    ("number", "is neither an ID number nor a passport's"),
    ("name", "is no name"),
]


@pytest.mark.parametrize(("column", "reason"), SAID)
def test_what_is_wrong_with_an_answer_is_said_in_vietnamese(column, reason):
    named = LeftOut("Xác minh", 3, "E", "Số CCCD", reason)
    without = LeftOut("", 3, "-", f"no {column}", reason)

    assert reason not in row_words("vi", named)
    assert row_words("vi", without).startswith("dòng 3, cột - (không có cột ")
    assert row_words("en", without) == str(without)


def test_a_list_that_cannot_be_read_is_said_in_vietnamese(commune):
    commune.post("/verification", data={"site": SITE})
    commune.post("/verification/1/sheet")
    for name, data, said in (
        ("a.ods", b"x", "a.ods không phải tệp .xlsx hay .csv"),
        ("a.xlsx", b"x", "a.xlsx không phải tệp .xlsx nguyên vẹn"),
        ("a.csv", b"\xff\xfe", "a.csv không phải UTF-8"),
        ("a.csv", b"a,b\n1,2\n", "không thấy dòng tiêu đề; bảng phải có “Mã dòng” hoặc"),
    ):
        page = commune.post("/verification/1/answers", files={"answers": (name, data)})
        assert page.status_code == 422
        assert said in page.text


def test_everybody_sees_their_own_sites_alone(url, commune):
    with browser(url, "tinh") as province:
        province.post("/verification", data={"site": "phuoc-dai"})
        assert "phuoc-dai" in province.get("/verification?lang=en").text
    assert commune.post("/verification/1/sheet").status_code == 403
    assert commune.post("/verification", data={"site": "phuoc-dai"}).status_code == 403
    assert commune.get("/verification/still.xlsx?site=phuoc-dai").status_code == 403
    for login, status in (("cong-an", 200), ("tram", 403), ("cntt", 403)):
        with browser(url, login) as client:
            assert client.get("/verification").status_code == status


def test_who_is_still_unverified_is_a_sheet_with_names_and_a_row_of_the_audit(engine, commune):
    commune.post("/verification", data={"site": SITE})
    sheet = commune.get(f"/verification/still.xlsx?site={SITE}").content

    book = openpyxl.load_workbook(io.BytesIO(sheet)).active
    assert book["A2"].value == "Nguyễn Thị Mẫu"
    assert SqlAudit(engine).newest(1)[0].act.what == "unverified_read"


def test_the_commands_do_the_same(engine, tmp_path, capsys):
    engine.dispose()
    settings = tmp_path / "central.toml"
    settings.write_text('data_directory = "."\nkeys_directory = "keys"\n')
    config = ["--config", str(settings)]
    sheet, still = tmp_path / "s.xlsx", tmp_path / "still.xlsx"

    assert main(["verification", "make", "--site", SITE, *config]) == 0
    assert main(["verification", "send", "1", "--out", str(sheet), *config]) == 0
    sheet.write_bytes(answered(sheet.read_bytes(), "Sai"))
    assert main(["verification", "take-back", "1", str(sheet), *config]) == 0
    assert main(["verification", "still", "--site", SITE, "--out", str(still), *config]) == 0
    assert main(["verification", "list", *config]) == 0
    said = capsys.readouterr()
    assert "round 1 of phuoc-dinh: complete, 1 of 1 answered" in said.out
    assert "phuoc-dinh: 0 not sent, 0 with the police, 1 to supplement" in said.out
    sheet.write_bytes(answered(sheet.read_bytes(), "có lẽ"))
    assert main(["verification", "take-back", "1", str(sheet), *config]) == 3
    assert "left out: sheet Xác minh 1 phuoc-dinh, row 2, column F" in capsys.readouterr().err
    assert main(["verification", "call-off", "1", *config]) == 2
    assert "complete" in capsys.readouterr().err
    assert main(["verification", "make", "--site", SITE, *config]) == 2
    noted = [(row.act.who, row.act.what) for row in reversed(SqlAudit(engine).newest(10))]
    assert noted == [
        ("operator", "round_made"),
        ("operator", "round_sent"),
        ("operator", "round_returned"),
        ("operator", "unverified_read"),
        ("operator", "round_returned"),
    ]
