"""Verification rounds: who goes on the sheet, what comes back dirty, what the clock says."""

import gc
import io
import resource
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path

import openpyxl
import pytest
from factories.carried_sheets import PROVINCE
from factories.devices import AT
from factories.large_sheets import write_large
from factories.length import length
from factories.rosters import people, person

from central.adapters.roster_file import SpreadsheetList
from central.adapters.roster_sql import SqlRosters
from central.adapters.sheet_xlsx import XlsxSheet
from central.adapters.verification_sql import SqlRounds
from central.domain import verification as rules
from central.domain.roster import RosterPerson, plan_import
from central.domain.verification import Round, RoundRefused, RoundState
from central.ports import ListUnreadable, StoreError
from central.services.verification import HEADINGS, VerificationDesk
from protocol.documents.model import PartialDate
from protocol.identity import SiteId
from protocol.roster import Standing

SITE = SiteId("phuoc-dinh")
UNKNOWN = Standing.UNKNOWN
MAU = person(standing=UNKNOWN)
THU = person(number="058200000015", name="Chamaléa Văn Thử", standing=UNKNOWN, sex="male",
             appointment="08:00")  # fmt: skip
OLD = person(number=None, name="Kator Thị Nháp", birth=PartialDate(1948), standing=UNKNOWN)
DONE = person(number="058185000124", name="Đổng Thị Giả", standing=Standing.VERIFIED)
GUEST = person(number="C1234567", name="Jane Invented", standing=Standing.EXEMPT)
TYPED = person(number="N7654321", name="John Invented", standing=UNKNOWN)


class Hands:
    """A clock that is set by hand."""

    def __init__(self):
        self.at = AT

    def now(self):
        return self.at


@pytest.fixture
def clock():
    return Hands()


@pytest.fixture
def desk(engine, clock):
    return VerificationDesk(SqlRounds(engine), SqlRosters(engine), XlsxSheet(), clock)


def listed(engine, *wanted, replace=False):
    def decide(there):
        return plan_import(there, wanted, replace=replace)

    SqlRosters(engine).change(SITE, decide, AT, "list.xlsx")


@pytest.fixture
def site(engine):
    listed(engine, MAU, THU, OLD, DONE, GUEST, TYPED)


def rows_of(data):
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def book(*rows, title="Xác minh"):
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def back(desk, number, data):
    people = SpreadsheetList(Path("tra-ve.xlsx"), data)
    return desk.take_back(number, people, source="tra-ve.xlsx")


def standings(engine):
    return {one.name: one.standing for one in SqlRounds(engine).people(SITE).values()}


@pytest.fixture
def sheet(desk, site):  # noqa: ARG001 - fills the list
    one = desk.make(SITE, PROVINCE)
    return rows_of(desk.send(one.id))


def test_only_citizens_who_are_not_verified_are_sent(desk, sheet):
    assert [(row[1], row[2], row[3], row[4]) for row in sheet[1:]] == [
        ("Chamaléa Văn Thử", "17/08/1985", "Nam", "058200000015"),
        ("Kator Thị Nháp", "1948", "Nữ", None),
        ("Nguyễn Thị Mẫu", "17/08/1985", "Nữ", "058185000123"),
    ]
    assert sheet[0][0] == "Mã dòng"
    assert desk.round(1) == Round(1, SITE, RoundState.SENT, 3, 0, AT, sent_at=AT)


@pytest.mark.usefixtures("sheet")
def test_nobody_is_on_two_rounds_at_once_and_nobody_left_is_said(desk):
    with pytest.raises(RoundRefused, match="nobody"):
        desk.make(SITE, PROVINCE)
    desk.call_off(1, PROVINCE)
    assert desk.make(SITE, PROVINCE).people == 3


def test_what_comes_back_is_the_rosters_standing(desk, engine, sheet, clock):
    clock.at += timedelta(hours=20)
    sheet[1][5], sheet[2][5], sheet[3][5] = "Đúng", "Sai", None

    done = back(desk, 1, book(*sheet))

    assert (done.applied, done.unanswered, done.wrong) == (2, 1, 0)
    assert done.round.state is RoundState.RETURNED
    said = standings(engine)
    assert said["Chamaléa Văn Thử"] is Standing.VERIFIED
    assert said["Kator Thị Nháp"] is Standing.TO_SUPPLEMENT
    assert said["Nguyễn Thị Mẫu"] is UNKNOWN
    sheet[3][5] = "đã xác minh"
    assert back(desk, 1, book(*sheet)).round.state is RoundState.COMPLETE


def test_kiosks_hear_of_it_as_of_any_change_of_the_list(desk, engine, sheet):
    rosters = SqlRosters(engine)
    before = rosters.page(SITE, 0, "", 100)
    sheet[1][5] = "Đúng"

    back(desk, 1, book(*sheet))

    news = rosters.page(SITE, before.through, before.head, 100).people
    assert [(one.name, one.standing) for one in news] == [("Chamaléa Văn Thử", Standing.VERIFIED)]


def test_a_dirty_sheet_is_named_row_by_row_and_the_others_go_in(desk, engine, sheet):
    title = ["DANH SÁCH XÁC MINH", None]
    head = ["STT", "MÃ DÒNG ", "Họ tên", "Số CCCD", "Kết quả xác minh (Đúng/Sai)"]
    thu, old, mau = (row[0] for row in sheet[1:])

    done = back(desk, 1, book(
        title, [], head,
        [1, thu, "Chamaléa Văn Thử", 58200000015, "ĐÚNG"],          # the zero went, the case too
        [2, mau, "Kator Thị Nháp", "058185000199", "Đúng"],          # another's line
        [3, old[:-1] + "x", "Kator Thị Nháp", None, "Đúng"],         # a code that somebody mistyped
        [4, mau, "Nguyễn Thị Mẫu", "05818500", "có lẽ"],
        [None] * 5,
        [5, None, "Lê Văn Bịa", "058299999999", "Đúng"],             # nobody of this list
        [6, None, None, "058185000123", "Sai"],                      # by the number alone
        [7, mau, "Nguyễn Thị Mẫu", "058185000123", "Đúng"],          # and otherwise
        [8, old, "Kator Thị Khác", None, "Đúng"],
        [9, thu, "Chamaléa Văn Thử", "058200000016", "Đúng"],
    ))  # fmt: skip

    assert [str(row) for row in done.left_out] == [
        "sheet Xác minh, row 5, column B (MÃ DÒNG): is another person's line",
        "sheet Xác minh, row 6, column B (MÃ DÒNG): is nobody of this round",
        "sheet Xác minh, row 7, column E (Kết quả xác minh (Đúng/Sai)): "
        "is none of: đã xác minh, cần bổ sung, miễn xác minh, chưa xác minh",
        "sheet Xác minh, row 9, column D (Số CCCD): is nobody of this round",
        "sheet Xác minh, row 11, column E (Kết quả xác minh (Đúng/Sai)): "
        "says otherwise than an earlier row",
        "sheet Xác minh, row 12, column C (Họ tên): is not the name that was sent",
        "sheet Xác minh, row 13, column D (Số CCCD): "
        "is not the number that was sent; write what is right as a note",
    ]
    assert done.applied == 2
    assert standings(engine)["Nguyễn Thị Mẫu"] is Standing.TO_SUPPLEMENT


def test_merged_cells_and_formulas_are_read_as_what_they_show(desk, sheet):
    made = openpyxl.Workbook()
    made.active.merge_cells("A1:E1")
    made.active["A1"] = "CÔNG AN XÃ PHƯỚC DINH"
    for row in (HEADINGS, *[[*row[:5], '=IF(1=1;"Đúng")'] for row in sheet[1:]]):
        made.active.append(row)
    made.active.merge_cells("F3:F4")
    out = io.BytesIO()
    made.save(out)

    done = back(desk, 1, out.getvalue())

    # Nobody ever opened it in a spreadsheet: a formula shows nothing, and guessing is not for us.
    assert (done.applied, done.unanswered) == (0, 3)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"not a spreadsheet", "no whole .xlsx"),
        (book(["Họ và tên", "Số CCCD"], ["Nguyễn Thị Mẫu", "058185000123"]), "no row of headings"),
        (book(), "no row of headings"),
    ],
)
@pytest.mark.usefixtures("sheet")
def test_what_is_no_such_sheet_changes_nothing(desk, data, why):
    with pytest.raises(ListUnreadable, match=why):
        back(desk, 1, data)
    assert desk.round(1).state is RoundState.SENT


def test_a_file_that_unpacks_without_end_is_not_unpacked(desk, sheet, monkeypatch):
    monkeypatch.setattr("central.adapters.workbook_xlsx._MOST_UNPACKED", 2000)

    with pytest.raises(ListUnreadable, match="too large"):
        back(desk, 1, book(*sheet))


def test_who_left_the_list_meanwhile_is_named_and_comes_back_on_no_list(desk, engine, sheet):
    listed(engine, MAU, OLD, DONE, replace=True)
    for row in sheet[1:]:
        row[5] = "Đúng"

    done = back(desk, 1, book(*sheet))

    assert (done.applied, done.wrong) == (2, 1)
    assert [row.reason for row in done.left_out] == [
        "is not on the site's list any more, or was changed"
    ]
    assert "Chamaléa Văn Thử" not in standings(engine)


def test_the_clock_runs_48_hours_from_when_the_list_was_made(desk, sheet, clock):
    clock.at = AT + timedelta(hours=48)
    assert desk.overdue() == []
    clock.at += timedelta(seconds=1)
    assert [one.id for one in desk.overdue({SITE})] == [1]
    assert desk.overdue(set()) == []
    for row in sheet[1:]:
        row[5] = "Đúng"
    back(desk, 1, book(*sheet))
    assert desk.overdue() == []


def replace_standing(one: RosterPerson, standing: Standing) -> RosterPerson:
    return replace(one, standing=standing)


def test_what_cannot_be_written_down_is_not_done(engine, desk, site):  # noqa: ARG001 - fills the list
    one = desk.make(SITE, PROVINCE)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO kept")

    with pytest.raises(StoreError):
        desk.call_off(one.id, PROVINCE)
    assert desk.round(one.id) == one
    listed(engine, person(number="058185000777", name="Trần Văn Khác", standing=UNKNOWN))
    with pytest.raises(StoreError):
        desk.make(SITE, PROVINCE)

    assert list(desk.all()) == [one]


def test_a_name_that_looks_like_a_formula_is_a_text_on_the_sheet(engine, desk):
    listed(engine, person(number="058185000555", name="=HYPERLINK(Bịa)", standing=UNKNOWN))
    one = desk.make(SITE, PROVINCE)

    sheet = openpyxl.load_workbook(io.BytesIO(desk.send(one.id))).active

    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=HYPERLINK(Bịa)", "s")
    assert sheet["E2"].data_type == "s"


_ROUND = Round(3, SITE, RoundState.MADE, 2, 0, AT)


def test_a_round_goes_from_made_to_complete_and_never_back():
    out = rules.sent(_ROUND, AT)
    assert rules.sent(out, AT + timedelta(hours=1)) == out
    half = rules.answered(out, 1, AT)
    whole = rules.answered(half, 2, AT)
    assert [one.state for one in (out, half, whole)] == ["sent", "returned", "complete"]
    assert rules.answered(whole, 2, AT).state is RoundState.COMPLETE
    for wish in (rules.called_off, lambda one: rules.sent(one, AT)):
        with pytest.raises(RoundRefused, match="complete"):
            wish(whole)
    gone = rules.called_off(half)
    assert not gone.overdue(AT + timedelta(days=9))
    with pytest.raises(RoundRefused, match="called off"):
        rules.answered(gone, 2, AT)
    with pytest.raises(RoundRefused, match="not sent"):
        rules.answered(_ROUND, 1, AT)


@pytest.mark.parametrize(
    "code", ["", "V3-1", "V4-1-24", "V3-1-25", "V3--24", "V3-²-24", "V3-1234567890-00", "x"]
)
def test_a_code_that_names_no_line_of_the_round_names_none(code):
    assert rules.code_of(3, 1) == "V3-1-24"
    assert rules.line_of(" v3-1-24 ", 3) == 1
    assert rules.line_of(code, 3) is None


def test_there_is_no_round_of_a_number_nobody_gave(desk):
    with pytest.raises(RoundRefused, match="no such round"):
        desk.send(7)


@pytest.mark.system
def test_a_very_long_sheet_is_read_within_bounds(desk, engine, tmp_path):
    """The people of a round are kept, the rows of a sheet are not."""
    long = length(50_000, whole=200_000)
    listed(engine, *(replace_standing(one, UNKNOWN) for one in people(2000)))
    one = desk.make(SITE, PROVINCE)
    rows = rows_of(desk.send(one.id))
    returned = [row if row is rows[0] else [*row[:5], "Đúng"] for row in rows]
    strange = (
        [f"V9-{number}-00", "Lê Văn Bịa", "1985", "Nam", f"0582{number:08d}", "Đúng"]
        for number in range(long)
    )
    write_large(tmp_path / "large.xlsx", chain(returned, strange))
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    done = desk.take_back(one.id, SpreadsheetList(tmp_path / "large.xlsx"), source="large")

    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert (done.applied, done.wrong, len(done.left_out)) == (2000, long, 1000)
    assert done.round.state is RoundState.COMPLETE
    assert grown_mb < length(15, whole=60)
