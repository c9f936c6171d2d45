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
    # Lists of people, and what the commune police sent back.
    (r"is nobody of this round", "không phải người của lượt này"),
    (
        r"is not the number that was sent; write what is right as a note",
        "không phải số đã gửi; hãy ghi số đúng vào ô ghi chú",
    ),
    (r"is another person's line", "là dòng của người khác"),
    (r"is not the name that was sent", "không phải tên đã gửi"),
    (r"says otherwise than an earlier row", "trái với một dòng ở trên"),
    (
        r"is not on the site's list any more, or was changed",
        "không còn trong danh sách của điểm tiêm, hoặc đã được sửa",
    ),
    (
        r"is not a number of 12 digits, nor an old one of 9",
        "không phải số 12 chữ số, cũng không phải số cũ 9 chữ số",
    ),
    (
        r"is neither an ID number nor a passport's",
        "không phải số giấy tờ tùy thân, cũng không phải số hộ chiếu",
    ),
    (r"is no name", "không phải họ tên"),
    (r"is empty", "để trống"),
    (r"is empty, and so is the date of birth", "để trống, ngày sinh cũng để trống"),
    (r"lies in the future", "là ngày chưa tới"),
    (r"is neither Nam nor Nữ", "không phải Nam hay Nữ"),
    (r"is no number of doses", "không phải số mũi đã tiêm"),
    (r"is the person of row (\d+) again", r"lặp lại người ở dòng \1"),
    (
        r"no row of headings found; name at least two columns, such as (.+)",
        r"không thấy dòng tiêu đề; hãy ghi ít nhất hai cột, như \1",
    ),
    (
        r"nobody in it can be taken in, so nobody is taken off",
        "không có ai trong tệp nhận được, nên không ai bị bỏ khỏi danh sách",
    ),
    (r"(.+) is neither \.xlsx nor \.csv", r"\1 không phải tệp .xlsx hay .csv"),
    (r"(.+) is no whole \.(xlsx|csv) file", r"\1 không phải tệp .\2 nguyên vẹn"),
    (r"(.+) is too large to be a list of people", r"\1 quá lớn so với một danh sách người"),
    (r"(.+) is not UTF-8; save it as CSV UTF-8", r"\1 không phải UTF-8; hãy lưu dạng CSV UTF-8"),
    (
        r"no row of headings found; the sheet needs '(.+)' or '(.+)', '(.+)' and '(.+)'",
        r"không thấy dòng tiêu đề; bảng phải có “\1” hoặc “\2”, “\3” và “\4”",
    ),
    # Rounds.
    (
        r"nobody of this site's list is left to be sent",
        "danh sách của điểm tiêm này không còn ai để gửi",
    ),
    (r"the round was called off|the round is called_off", "lượt này đã hủy"),
    (r"the round is complete", "lượt này đã trả đủ"),
    (r"the round was not sent", "lượt này chưa được gửi đi"),
    # Accounts.
    (
        r"a log-in name has 2 to 80 characters and no spaces",
        "tên đăng nhập có từ 2 đến 80 ký tự, không có dấu cách",
    ),
    (
        r"this role needs a site or a commune",
        "vai trò này phải có ít nhất một điểm tiêm hoặc một xã; hãy ghi mã của nó",
    ),
    (r"a password has (\d+) letters or more", r"mật khẩu phải có ít nhất \1 ký tự"),
    (
        r"a log-in name that begins with oidc: is an organisation's; choose another",
        "tên bắt đầu bằng oidc: dành cho tài khoản của cơ quan; hãy chọn tên khác",
    ),
    (
        r"there is no account (.+); look for its log-in name in the list",
        r"không có tài khoản \1; hãy xem lại tên đăng nhập trong danh sách",
    ),
    # Signatures and minutes of a day.
    (r"name who signed the minutes", "hãy ghi họ tên những người đã ký biên bản"),
    (
        r"there is no batch of this hash: export it first",
        "chưa có tệp số liệu mang mã băm này; hãy lập tệp của ngày trước đã",
    ),
    (r"a signature is not larger than (\d+) MiB", r"tệp chữ ký không lớn hơn \1 MB"),
    (r"the signature cannot be read", "không đọc được chữ ký; hãy ký lại"),
    (
        r"the signature is of another content: export and sign again",
        "chữ ký là của một nội dung khác; hãy tải lại tệp số liệu rồi ký lại",
    ),
    (
        r"the signer's certificate is of no authority that is set here",
        "chứng thư của người ký không do cơ quan mà trung tâm công nhận cấp",
    ),
    (
        r"the file is CMS, and no signature",
        "tệp không phải chữ ký; hãy chọn tệp .p7s mà chương trình ký tạo ra",
    ),
    (
        r"the file is no CMS signature",
        "tệp không phải chữ ký số; hãy chọn tệp .p7s mà chương trình ký tạo ra",
    ),
    (
        r"the signature is not detached; sign with 'detached' set",
        "chữ ký còn chứa cả nội dung; hãy ký lại ở dạng chữ ký tách rời (detached)",
    ),
    (
        r"no font (.+) here: install fonts-noto-core",
        r"máy chủ thiếu phông chữ \1 để vẽ bản in; hãy báo bộ phận CNTT cài fonts-noto-core",
    ),
    (
        r"the (?:minutes|report) cannot be drawn",
        "không vẽ được bản in; hãy báo bộ phận CNTT",
    ),
    # What a browser asked for.
    (r"there is no such round", "không có lượt xác minh này"),
    (r"there is no such batch", "không có tệp số liệu này"),
    (r"there is no such file", "không có tệp này"),
    (r"there is no such site", "không có điểm tiêm nào mang mã này"),
    (r"a file has no more than (\d+) MB", r"một tệp không quá \1 MB"),
    (r"the form has no file \w+", "chưa chọn tệp; hãy chọn tệp rồi gửi lại"),
    (r"say how long the form is", "trình duyệt không cho biết tệp dài bao nhiêu"),
    (r"cannot read (.+): .+", r"không đọc được tệp \1; hãy gửi lại"),
)
_NO_COLUMN: Final = {
    "no code": "không có cột Mã dòng",
    "no number": "không có cột Số CCCD",
    "no name": "không có cột Họ và tên",
    "no standing": "không có cột Kết quả xác minh",
    "no column for number": "không có cột Số CCCD",
    "no column for name": "không có cột Họ và tên",
    "no column for birth": "không có cột Ngày sinh",
}


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
    heading = _NO_COLUMN.get(row.heading, row.heading)
    sheet = f"trang tính {row.sheet}, " if row.sheet else ""  # a .csv has none
    place = f"{sheet}dòng {row.row}, cột {row.column} ({heading})"
    return f"{place}: {plain_words(language, row.reason)}"
