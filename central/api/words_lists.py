"""Words of the page of sites' lists."""

from typing import Final

from central.api.words import Language

LISTS: Final[dict[Language, dict[str, str]]] = {
    "vi": {
        "site_lists": "Danh sách",
        "title": "Danh sách người tiêm của từng điểm",
        "lead": "Bảng tính có dòng tiêu đề: Số CCCD hoặc Họ và tên, cùng Ngày sinh, Giới tính, Tình trạng xác minh, Khung giờ… Dòng sai được nêu rõ và để riêng, các dòng khác được nhận. Các máy của điểm tiêm có danh sách mới trong vài phút.",
        "file": "Danh sách (.xlsx, .csv)",
        "replace": "Bỏ khỏi danh sách những ai không có trong tệp này",
        "take_in": "Nhận danh sách",
        "taken": "Đã nhận danh sách",
        "people": "Người trong tệp",
        "added": "Thêm",
        "changed": "Đổi",
        "removed": "Bỏ",
        "wrong_rows": "Dòng không nhận",
        "more": "chỗ sai khác không nêu ở đây",
        "not_done": "Không nhận",
        "on_list": "Số người",
        "made_at": "Đổi lần cuối",
        "source": "Theo tệp",
        "no_lists": "Chưa điểm tiêm nào có danh sách.",
        "no_such_site": "Không có điểm tiêm này. Hãy chọn trong danh sách các điểm.",
        "at_the_same_time": "Một danh sách khác của điểm này vừa được nhận cùng lúc. Hãy gửi lại.",
    },
    "en": {
        "site_lists": "Lists",
        "title": "Lists of people by site",
        "lead": "A spreadsheet with a row of headings: ID number or name, with date of birth, sex, verification, slot … Wrong rows are named and left out, the others go in. The site's machines have the new list within minutes.",
        "file": "List (.xlsx, .csv)",
        "replace": "Take whoever is not in this file off the list",
        "take_in": "Take the list in",
        "taken": "The list was taken in",
        "people": "People in the file",
        "added": "Added",
        "changed": "Changed",
        "removed": "Taken off",
        "wrong_rows": "Rows left out",
        "more": "more wrong cells, not named here",
        "not_done": "Not taken in",
        "on_list": "People",
        "made_at": "Last changed",
        "source": "By the file",
        "no_lists": "No site has a list yet.",
        "no_such_site": "There is no such site. Choose one of the sites offered.",
        "at_the_same_time": "Another list of this site was taken in at the same moment. Send it again.",
    },
}
