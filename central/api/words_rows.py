"""What is wrong with a row or a file, in the language of the page; English is what the services say."""

import re
from typing import Final

from central.api.words import Language
from central.services.roster_import import LeftOut

_VI: Final = (
    (r"holds a formula; put its value in its place", "là công thức; hãy thay bằng giá trị"),
    (r"holds an error of the spreadsheet", "là lỗi của bảng tính"),
    (
        r"is empty; of merged cells only the first one counts",
        "để trống; trong các ô gộp chỉ ô đầu tiên được tính",
    ),
    (
        r"is no date; write it as dd/mm/yyyy, or the year alone",
        "không phải ngày; hãy ghi ngày/tháng/năm, hoặc chỉ năm",
    ),
    (r"is no date; write it as dd/mm/yyyy", "không phải ngày; hãy ghi ngày/tháng/năm"),
    (r"is none of: (.+)", r"phải là một trong: \1"),
    (
        r"is no country; write its three letters, such as VNM",
        "không phải tên nước; hãy ghi ba chữ cái, như VNM",
    ),
    (r"is no number of a dose", "không phải số thứ tự mũi tiêm"),
    (r"is longer than (\d+) letters", r"dài hơn \1 ký tự"),
    (r"is the entry of row (\d+) again", r"lặp lại mục ở dòng \1"),
    (
        r"(.+) is an old \.xls file or locked by a password; save it as \.xlsx without one",
        r"\1 là tệp .xls cũ hoặc có mật khẩu; hãy lưu lại thành .xlsx không mật khẩu",
    ),
    (
        r"(.+) is no \.xlsx workbook, such as a text or \.csv file; export it from the Platform as \.xlsx",
        r"\1 không phải tệp .xlsx (như tệp văn bản hoặc .csv); hãy xuất từ Nền tảng dạng .xlsx",
    ),
    (
        r"(.+) is no whole \.xlsx file; export it again",
        r"\1 không phải tệp .xlsx nguyên vẹn; hãy xuất lại",
    ),
    (
        r"(.+) is too large; export fewer days at a time",
        r"\1 quá lớn; mỗi lần hãy xuất ít ngày hơn",
    ),
    (
        r"no row of headings found; an export has (.+) and, of doses, (.+)",
        r"không thấy dòng tiêu đề; tệp xuất phải có \1 và, với mũi tiêm, \2",
    ),
    (r"sheet (.+) has no column (.+)", r"trang tính \1 không có cột \2"),
)


def plain_words(language: Language, said: str) -> str:
    """Return what a service said, in the language of the page where it is known."""
    if language == "vi":
        for pattern, words in _VI:
            if re.fullmatch(pattern, said):
                return re.sub(pattern, words, said)
    return said


def row_words(language: Language, row: LeftOut) -> str:
    """Return which cell of which row was left out, and why."""
    if language != "vi":
        return str(row)
    place = f"trang tính {row.sheet}, dòng {row.row}, cột {row.column} ({row.heading})"
    return f"{place}: {plain_words(language, row.reason)}"
