"""One row of a file from the Platform: what it means, and which of its cells have no one meaning."""

from datetime import date, datetime

import pytest
from factories.platforms import record
from factories.told_doses import held_dose, told_dose

from central.domain.platform_sheet import (
    Entry,
    Unusable,
    Wrong,
    content_of_dose,
    content_of_reaction,
    content_of_visit,
    dose_of,
    entry_of,
    headings_in,
    headings_out,
    missing_headings,
    reaction_of,
    row_out,
    visit_of,
)
from central.domain.reactions import HeldReaction, ToldReaction
from central.domain.sheet_cells import Broken

HEADINGS = (
    *headings_out("dose"), "Mã trên Nền tảng", "Mã người trên Nền tảng", "Trạng thái", "Lý do",
)  # fmt: skip
GOOD = {
    "id": "i1",
    "patient": "p1",
    "state": "Hợp lệ",
    "number": "058185000001",
    "day": "22/11/2026",
    "vaccine": "VX Một",
}


def dose(**cells: object) -> Entry | Unusable:
    columns = headings_in(HEADINGS)
    assert columns is not None
    return entry_of(columns, GOOD | cells)


def wrong(**cells: object) -> list[tuple[str, str]]:
    found = dose(**cells)
    assert isinstance(found, Unusable)
    return [(one.field, one.reason) for one in found.wrong]


def test_what_is_told_of_a_dose_is_what_comes_back():
    told = told_dose()
    columns = headings_in(HEADINGS)
    out = row_out("dose", told.dose, "tell", content_of_dose(told))
    assert columns is not None
    cells = dict(zip(headings_out("dose"), out, strict=True))
    by_place = dict(enumerate([*cells.values(), "i1", "p1", "Hợp lệ", ""]))

    found = entry_of(columns, {name: by_place[place] for name, place in columns.places.items()})

    assert isinstance(found, Entry)
    assert (cells["Việc"], cells["Giới tính"]) == ("Thêm", "Nữ")
    assert dose_of(found.id, found.event, found.content) == held_dose(told)


def test_what_is_told_of_a_visit_is_what_comes_back():
    told = record(name=None)

    assert visit_of(told.visit, content_of_visit(told)) == told


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("17/08/1985", "1985-08-17"),
        ("1985-08-17", "1985-08-17"),
        ("17.8.1985", "1985-08-17"),
        ("08/1985", "1985-08"),
        (1985.0, "1985"),
        (date(1985, 8, 17), "1985-08-17"),
        (datetime(1985, 8, 17, 7, 0), "1985-08-17"),  # noqa: DTZ001 - sheets know no zone
    ],
)
def test_a_date_of_birth_is_read_as_people_write_it(cell, read):
    found = dose(birth=cell)

    assert isinstance(found, Entry)
    assert found.content["birth"] == read


@pytest.mark.parametrize(
    ("field", "cell", "reason"),
    [
        ("birth", "mai", "is no date; write it as dd/mm/yyyy, or the year alone"),
        ("birth", "1/2/3", "is no date; write it as dd/mm/yyyy, or the year alone"),
        ("birth", "31/02/1985", "is no date; write it as dd/mm/yyyy, or the year alone"),
        ("day", "2026", "is no date; write it as dd/mm/yyyy"),
        ("sex", "M", "is none of: Nam, Nữ, Khác, Không rõ"),
        ("nationality", "Pháp", "is no country; write its three letters, such as VNM"),
        ("state", "xong", "is none of: Hợp lệ, Đã hủy, Từ chối"),
        ("dose_number", "hai", "is no number of a dose"),
        ("vaccine", "x" * 81, "is longer than 80 letters"),
        ("number", Broken.FORMULA, "holds a formula; put its value in its place"),
        ("number", Broken.ERROR, "holds an error of the spreadsheet"),
        ("number", None, "is empty; of merged cells only the first one counts"),
        ("id", "  ", "is empty; of merged cells only the first one counts"),
    ],
)
def test_a_cell_without_one_meaning_is_named_and_its_value_never_repeated(field, cell, reason):
    assert (field, reason) in wrong(**{field: cell})


def test_zeros_that_a_spreadsheet_took_away_come_back_to_numbers_alone():
    as_number, as_text = dose(number=58185000001), dose(number="58185000001")

    assert isinstance(as_number, Entry)
    assert isinstance(as_text, Entry)
    assert as_number.content["number"] == "058185000001"
    assert as_text.content["number"] == "58185000001"


def test_words_in_any_case_and_countries_by_name_are_understood():
    found = dose(
        state="HỢP LỆ",
        nationality="Việt Nam",
        sex="nữ",
        dose_number=2.0,
        name="Nguyễn\u00a0Thị\nMẫu\x00",
    )

    assert isinstance(found, Entry)
    assert found.content["nationality"] == "VNM"
    assert (found.content["sex"], found.content["dose_number"]) == ("female", "2")
    assert found.content["name"] == "Nguyễn Thị Mẫu"
    foreign = dose(nationality="fra")
    assert isinstance(foreign, Entry)
    assert foreign.content["nationality"] == "FRA"


def test_what_staff_typed_has_no_record_of_ours_and_is_an_entry():
    found = dose()

    assert isinstance(found, Entry)
    assert found.event == ""
    held = dose_of(found.id, found.event, found.content)
    assert (held.dose_number, held.lot) == (None, "")


def test_a_refused_row_needs_our_record_and_the_platforms_words_alone():
    refused = dose(state="Từ chối", id=None, number=None, event="e1", reason="trùng người")

    assert isinstance(refused, Entry)
    assert (refused.state, refused.reason) == ("refused", "trùng người")
    assert ("event", "is empty; of merged cells only the first one counts") in wrong(
        state="Từ chối", id=None
    )


def test_a_visit_without_our_record_is_nobodys():
    columns = headings_in(("Thời điểm đến", "Trạng thái", "Số giấy tờ"))
    assert columns is not None

    found = entry_of(
        columns, {"checked_in_at": "2026-11-22T01:02:03Z", "state": "Hợp lệ", "number": "1"}
    )

    assert isinstance(found, Unusable)
    assert {one.field for one in found.wrong} == {"id", "event"}
    assert Wrong("id", "is empty; of merged cells only the first one counts") in found.wrong
    assert missing_headings(columns) == ["Mã bản ghi", "Mã trên Nền tảng"]


def test_a_row_without_the_two_marks_is_no_row_of_headings():
    assert headings_in(("Danh sách", None, 7)) is None
    assert headings_in(("Ngày tiêm",)) is None


def test_a_withdrawal_says_so_and_a_person_without_a_sex_has_none():
    cells = row_out("dose", "e1", "withdraw", {"number": "1"})

    assert cells[:3] == ("e1", "Hủy", "1")
    assert cells[headings_out("dose").index("Giới tính")] == ""


def test_what_is_told_of_a_reaction_is_what_comes_back():
    told = ToldReaction(
        reaction="r1", visit="v1", site="phuoc-dinh", occurred_at="2026-11-22T03:00:00Z",
        severity="mild", staff="theo-doi-1", dose=None, number="058185000123", name=None,
        birth="1985", sex="female",
    )  # fmt: skip

    content = content_of_reaction(told)

    assert "dose" not in content
    assert reaction_of("i1", content) == HeldReaction(
        id="i1", patient="", occurred_at=told.occurred_at, severity="mild",
        number="058185000123", name=None, birth="1985", sex="female",
    )  # fmt: skip
