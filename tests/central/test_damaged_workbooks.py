"""Workbooks that were damaged on their way: each is said to be so, none stops a page or a command."""

import io
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from central.adapters import workbook_xlsx
from central.adapters.platform_file import PlatformWorkbook
from central.adapters.roster_file import SpreadsheetList
from central.ports import ListUnreadable

READERS = [SpreadsheetList, PlatformWorkbook]
ROWS = [("Họ và tên", "Số CCCD"), ("Nguyễn Thị Mẫu", "058185000123"), ("Đổng Thị Giả", 7)]
PLACES = 130
SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


@cache
def whole():
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(reader, data):
    """Return the first two columns, or the words the file was refused with."""
    try:
        return [row.cells[:2] for row in reader(Path("danh-sach.xlsx"), data).rows()]
    except ListUnreadable as error:
        return str(error)


@pytest.mark.parametrize("reader", READERS)
def test_a_flipped_byte_anywhere_is_harmless_or_said(reader):
    data, said = whole(), 0

    for place in range(0, len(data), max(1, len(data) // PLACES)):
        damaged = bytearray(data)
        damaged[place] ^= 0xFF
        said += isinstance(read(reader, bytes(damaged)), str)

    assert read(reader, data) == ROWS
    assert said > PLACES // 3


def with_part(name, old, new):
    """Return the workbook with a part changed by somebody who packed it as it should be."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole())) as before, zipfile.ZipFile(out, "w") as after:
        for part in before.namelist():
            content = before.read(part)
            if part == name:
                assert old in content
                content = content.replace(old, new, 1)
            after.writestr(part, content)
    return out.getvalue()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, b'r="2"', b'r="two"'),
        (SHEET, b't="n"><v>7<', b't="s"><v>99<'),
        (SHEET, b't="n"><v>7<', b't="n"><v>seven<'),
        (SHEET, b't="n"><v>7<', b't="d"><v>2021-31-31<'),
        (SHEET, b"</row>", b"</wor>"),
        (SHEET, b'r="A2"', b'r="2A"'),
        (SHEET, b"<c ", b'<c s="77" '),
        (STYLES, b"<fonts ", b"<fonts count='x' wrong='y' "),
        (STYLES, b'<xf numFmtId="0"', b'<xf numFmtId="one"'),
        ("xl/workbook.xml", b"<sheets>", b"<sheets><sheet name='x'/>"),
        ("[Content_Types].xml", b"<Types", b"<Sepyt"),
    ],
)  # fmt: skip
def test_a_part_that_is_not_as_it_should_be_is_harmless_or_said(reader, part, old, new):
    answer = read(reader, with_part(part, old, new))

    assert isinstance(answer, str) or len(answer) == len(ROWS)


@pytest.mark.parametrize("reader", READERS)
def test_rows_beyond_what_a_sheet_says_of_its_own_size_are_read(reader):
    assert read(reader, with_part(SHEET, b'ref="A1:B3"', b'ref="A1:A1"')) == ROWS


def test_a_row_number_beyond_any_sheet_is_not_filled_up_with_rows(monkeypatch):
    monkeypatch.setattr(workbook_xlsx, "_MOST_ROWS", 500)

    answer = read(SpreadsheetList, with_part(SHEET, b'r="3"', b'r="999999999999"'))

    assert answer == "danh-sach.xlsx is too large to be a list of people"


@pytest.mark.parametrize("reader", READERS)
def test_a_workbook_that_is_not_there_is_named(reader, tmp_path):
    with pytest.raises(ListUnreadable, match=r"cannot read none\.xlsx: No such file"):
        [*reader(tmp_path / "none.xlsx").rows()]
