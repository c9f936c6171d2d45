"""A site's list as people type it: what goes in, what is named and left out."""

import csv
from datetime import UTC, date, datetime

import openpyxl
import pytest
from factories.migrated import migrated_engine
from factories.rosters import people, person

from central.__main__ import main
from central.adapters.roster_file import SpreadsheetList
from central.adapters.roster_sql import SqlRosters
from central.domain.roster import plan_import
from central.domain.roster_row import Unusable, headings
from central.domain.roster_row import person as person_of
from central.ports import ListUnreadable
from central.services.roster_import import RosterImport, column_letters
from protocol.documents.model import PartialDate
from protocol.identity import SiteId
from protocol.roster import Standing

SITE, TODAY = SiteId("phuoc-dinh"), date(2021, 11, 22)
HEADINGS = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Xác minh"]
MAU = [1, "Nguyễn Thị Mẫu", "17/08/1985", "Nữ", "058185000123", "Đã xác minh"]
GIA = [2, "Đổng Thị Giả", date(1985, 8, 17), "nữ", 58185000124, "Cần bổ sung"]


class At:
    def now(self):
        return datetime(2021, 11, 22, tzinfo=UTC)


@pytest.fixture
def rosters(tmp_path):
    engine = migrated_engine(tmp_path)
    yield SqlRosters(engine)
    engine.dispose()


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def bring_in(rosters, path, *, replace=False):
    importing = RosterImport(rosters, At())
    return importing.run(SpreadsheetList(path), SITE, source=path.name, replace=replace)


def listed(rosters):
    return {each.name: each for each in rosters.page(SITE, 0, "", 5000).people}


def test_clean_rows_go_in_and_dirty_ones_are_named_by_sheet_row_and_column(rosters, tmp_path):
    dirty = [3, "Lê Văn Bịa", "31/02/1985", "Nam", "05818500012", "Đã xác minh"]
    worse = [4, None, "1985", "con trai", "12", "có lẽ"]
    path = workbook(tmp_path / "a.xlsx", Thôn3=[HEADINGS, MAU, dirty, [None] * 6, GIA, worse])

    done = bring_in(rosters, path)

    assert set(listed(rosters)) == {"Nguyễn Thị Mẫu", "Đổng Thị Giả"}
    assert [str(row) for row in done.left_out] == [
        "sheet Thôn3, row 3, column C (Ngày sinh): is no date; write it as dd/mm/yyyy, or the year alone",
        "sheet Thôn3, row 6, column E (Số CCCD): is not a number of 12 digits, nor an old one of 9",
        "sheet Thôn3, row 6, column D (Giới tính): is neither Nam nor Nữ",
        "sheet Thôn3, row 6, column F (Xác minh): "
        "is none of: đã xác minh, cần bổ sung, miễn xác minh, chưa xác minh",
        "sheet Thôn3, row 6, column B (Họ và tên): is empty",
    ]


def test_what_a_spreadsheet_did_to_numbers_and_dates_is_undone(rosters, tmp_path):
    bring_in(rosters, workbook(tmp_path / "a.xlsx", A=[HEADINGS, GIA]))

    found = listed(rosters)["Đổng Thị Giả"]
    assert (found.number, found.birth, found.sex, found.standing) == (
        "058185000124",
        PartialDate(1985, 8, 17),
        "female",
        Standing.TO_SUPPLEMENT,
    )


@pytest.mark.parametrize(
    ("field", "cell", "expected"),
    [
        ("number", "058 185 000 123", "058185000123"),
        ("number", 58185000123.0, "058185000123"),
        ("number", 1185000123, "001185000123"),
        ("number", "'058185000123", "058185000123"),
        ("number", 64000456, "064000456"),
        ("number", "264000456", "264000456"),
        ("number", "x1234567", "X1234567"),
        ("birth", "17/8/1985", PartialDate(1985, 8, 17)),
        ("birth", "1985-08-17", PartialDate(1985, 8, 17)),
        ("birth", 1985, PartialDate(1985)),
        ("birth", datetime(1985, 8, 17), PartialDate(1985, 8, 17)),  # noqa: DTZ001 - as openpyxl gives
        ("doses", 2.0, 2),
        ("doses", "0", 0),
        ("sex", "NỮ", "female"),
        ("standing", "Đã xác minh ", Standing.VERIFIED),
        ("standing", "Chưa xác minh", Standing.UNKNOWN),
        ("appointment", "08:00 - 09:00", "08:00 - 09:00"),
        ("appointment", datetime(2021, 11, 25, 8), "25/11 08:00"),  # noqa: DTZ001 - as openpyxl gives
    ],
)
def test_a_cell_of_one_meaning_is_taken(field, cell, expected):
    cells = {"number": "058185000123", "name": "Nguyễn Thị Mẫu", field: cell}

    assert getattr(person_of(cells, TODAY), field) == expected


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("number", "058185"),
        ("number", "0581850001234"),
        ("number", "000000000000"),
        ("number", True),
        ("number", "ABCDEFG"),
        ("name", 5),
        ("name", "Mẫu 2"),
        ("name", "x" * 200),
        ("birth", "17/08/85"),
        ("birth", "1785"),
        ("birth", "30/02/1985"),
        ("birth", "01/01/2031"),
        ("last_dose", "01/01/2031"),
        ("sex", "?"),
        ("standing", "?"),
        ("doses", -1),
        ("doses", 1.5),
        ("doses", 99),
        ("desk", "x" * 61),
    ],
)
def test_a_cell_without_one_meaning_leaves_the_row_out_and_is_not_repeated(field, cell):
    cells = {"number": "058185000123", "name": "Nguyễn Thị Mẫu", field: cell}

    found = person_of(cells, TODAY)

    assert isinstance(found, Unusable)
    assert [wrong.column for wrong in found.wrong] == [field]
    assert str(cell) not in found.wrong[0].reason


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"nationality": "Thuỵ Điển"}, Standing.EXEMPT),
        ({"nationality": "Thuỵ Điển", "standing": "Cần bổ sung"}, Standing.EXEMPT),
        ({"nationality": "Việt Nam"}, Standing.UNKNOWN),
        ({"number": "X1234567"}, Standing.EXEMPT),
        ({"number": "X1234567", "nationality": "VN"}, Standing.UNKNOWN),
    ],
)
def test_non_citizens_are_exempt(cells, expected):
    row = {"number": "058185000123", "name": "Anna Invented"} | cells

    assert person_of(row, TODAY).standing is expected


def test_a_person_without_number_needs_a_birth_date():
    whole = person_of({"name": "Nguyễn Thị Mẫu", "birth": 1985}, TODAY)
    lacking = person_of({"name": "Nguyễn Thị Mẫu"}, TODAY)

    assert whole.number is None
    assert [wrong.column for wrong in lacking.wrong] == ["number"]


def test_headings_are_known_in_many_words_and_need_two():
    assert headings(["Họ tên", "NGÀY SINH"]) == {"name": 0, "birth": 1}
    assert headings(["Full name", "ID number", "Sex"]) == {"name": 0, "number": 1, "sex": 2}
    assert headings(["Họ và tên"]) is None
    assert headings(["DANH SÁCH TIÊM CHỦNG", None, 5]) is None


def test_titles_above_the_headings_and_further_sheets_are_read_over(rosters, tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        Trang1=[["DANH SÁCH"], [], HEADINGS, MAU],
        Trang2=[HEADINGS[1:], GIA[1:]],
        GhiChú=[["nothing here"]],
    )

    assert bring_in(rosters, path).people == 2


def test_the_same_person_twice_goes_in_once_and_the_second_row_is_named(rosters, tmp_path):
    done = bring_in(rosters, workbook(tmp_path / "a.xlsx", A=[HEADINGS, MAU, GIA, MAU]))

    assert [str(row) for row in done.left_out] == [
        "sheet A, row 4, column E (Số CCCD): is the person of row 2 again"
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_of_any_usual_kind_is_read(rosters, tmp_path, delimiter):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([HEADINGS, MAU])

    bring_in(rosters, path)

    assert listed(rosters)["Nguyễn Thị Mẫu"].standing is Standing.VERIFIED


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"no workbook", "no whole .xlsx"),
        ("a.xlsx", b"PK\x03\x04 cut off", "no whole .xlsx"),
        ("a.csv", "Họ và tên".encode("utf-16"), "not UTF-8"),
        ("a.csv", b'"open', "no whole .csv"),
        ("a.csv", b"a,b\n1,2\n", "no row of headings"),
        ("a.csv", b"", "no row of headings"),
        ("a.ods", b"", "neither .xlsx nor .csv"),
    ],
)
def test_a_file_that_is_no_list_changes_nothing(rosters, tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(ListUnreadable, match=said):
        bring_in(rosters, path)
    assert listed(rosters) == {}


@pytest.mark.parametrize("name", ["none.xlsx", "none.csv"])
def test_a_file_that_is_not_there_is_named(rosters, tmp_path, name):
    with pytest.raises(ListUnreadable, match=name):
        bring_in(rosters, tmp_path / name)


def test_a_second_import_changes_what_changed_and_keeps_the_rest(rosters, tmp_path):
    bring_in(rosters, workbook(tmp_path / "a.xlsx", A=[HEADINGS, MAU, GIA]))
    changed = [*GIA[:5], "Đã xác minh"]

    done = bring_in(rosters, workbook(tmp_path / "b.xlsx", A=[HEADINGS, changed]))

    assert (len(done.change.added), len(done.change.changed), done.change.removed) == (0, 1, ())
    assert len(listed(rosters)) == 2


def test_replacing_removes_who_is_not_on_the_list_but_nobody_whose_row_is_dirty(rosters, tmp_path):
    bia = [3, "Lê Văn Bịa", "1990", "Nam", "058090000125", ""]
    bring_in(rosters, workbook(tmp_path / "a.xlsx", A=[HEADINGS, MAU, GIA, bia]))
    dirty = [*GIA[:3], "?", *GIA[4:]]

    done = bring_in(rosters, workbook(tmp_path / "b.xlsx", A=[HEADINGS, MAU, dirty]), replace=True)

    assert len(done.change.removed) == 1
    assert set(listed(rosters)) == {"Nguyễn Thị Mẫu", "Đổng Thị Giả"}


def test_a_person_whose_number_became_known_stays_one_person():
    before = {7: person(number=None)}

    change = plan_import(before, [person()], replace=True)

    assert (change.added, change.changed, change.removed) == ((), {7: person()}, ())


def test_two_people_are_never_made_one():
    change = plan_import({7: person(number=None)}, [person(), person(number="058185000999")], replace=False)  # fmt: skip

    assert len(change.added) == 1
    assert len(change.changed) == 1


def test_letters_over_columns_go_on_after_z():
    assert [column_letters(place) for place in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "central.toml"
    path.write_text('data_directory = "data"\nkeys_directory = "."\n')
    return path


def test_the_command_says_what_it_did_and_names_what_it_left_out(settings, tmp_path, capsys):
    path = workbook(tmp_path / "a.xlsx", A=[HEADINGS, MAU, [1, "Lê Văn Bịa", "?", "", "", ""]])
    command = ["roster", "import", str(path), "--site", "phuoc-dinh", "--config", str(settings)]

    code = main(command)

    said = capsys.readouterr()
    assert code == 3
    assert (
        said.out == "1 people read for phuoc-dinh: 1 added, 0 changed, 0 removed; 1 rows left out\n"
    )
    assert "left out: sheet A, row 3, column C (Ngày sinh)" in said.err
    assert "Bịa" not in said.err


@pytest.mark.parametrize(
    ("site", "name", "said"),
    [("Phước Dinh", "a.csv", "bad_site_id"), ("phuoc-dinh", "none.csv", "cannot read none.csv")],
)
def test_the_command_refuses_in_words(settings, tmp_path, capsys, site, name, said):
    (tmp_path / "a.csv").write_text("Họ và tên,Số CCCD\n")

    code = main(
        ["--config", str(settings), "roster", "import", str(tmp_path / name), "--site", site]
    )

    assert code == 2
    assert said in capsys.readouterr().err


def test_a_long_list_goes_in_within_seconds(rosters, tmp_path):
    rows = [[p.name, p.number, str(p.birth.year), "Nam"] for p in people(2000)]
    path = workbook(
        tmp_path / "a.xlsx", A=[["Họ và tên", "Số CCCD", "Năm sinh", "Giới tính"], *rows]
    )

    assert bring_in(rosters, path).people == 2000
