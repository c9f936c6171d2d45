"""Titles of the sheets and columns of all that is held of a person, for people who read Vietnamese.

JSON keeps the names of tables and columns, and so do English sheets.
"""

from collections.abc import Mapping
from typing import Final

from central.api.words import Language

_SHEETS: Final[Mapping[str, str]] = {
    "visits": "Lượt đến",
    "identities": "Danh tính",
    "doses": "Mũi tiêm",
    "screenings": "Kết luận khám",
    "observations": "Theo dõi sau tiêm",
    "reactions": "Phản ứng sau tiêm",
    "departures": "Ra về",
    "at_the_platform": "Nền tảng đang giữ",
    "certificates_issued": "Giấy chứng nhận đã cấp",
    "in_platform_files": "Trong tệp của Nền tảng",
    "for_platform_files": "Chờ gửi Nền tảng bằng tệp",
    "lists": "Danh sách điểm tiêm",
    "rounds": "Lượt xác minh",
    "discrepancies_of_visits": "Sai lệch về lượt đến",
    "discrepancies_of_doses": "Sai lệch về mũi tiêm",
    "notes": "Lời ghi khi chuyển việc",
    "complaints": "Phản ánh tại điểm tiêm",
    "complaints_at_the_centre": "Phản ánh tại trung tâm",
    "answers": "Trả lời phản ánh",
    "in_events": "Niêm phong và lời ghi",
    "certificates_seen": "Giấy chứng nhận đã đưa ra",
}
_COLUMNS: Final[Mapping[str, str]] = {
    "what": "Là gì",
    "who_opens": "Ai mở được",
    "event": "Mã sự kiện",
    "type": "Loại sự kiện",
    "at": "Lúc (theo máy)",
    "device_time": "Lúc (theo máy)",
    "received_at": "Trung tâm nhận lúc",
    "occurred_at": "Lúc",
    "estimated": "Giờ ước tính",
    "clock_ok": "Đồng hồ máy đúng",
    "site": "Mã điểm tiêm",
    "device": "Thiết bị",
    "visit": "Mã lượt đến",
    "sealed_to": "Niêm phong cho",
    "words": "Lời ghi",
    "ticket": "Số",
    "document": "Giấy tờ",
    "number": "Số giấy tờ",
    "old_number": "Số cũ",
    "name": "Họ và tên",
    "birth": "Ngày sinh",
    "sex": "Giới tính",
    "nationality": "Quốc tịch",
    "vaccine": "Vắc xin",
    "lot": "Số lô",
    "expiry": "Hạn dùng",
    "vial": "Lọ",
    "dose_number": "Mũi số",
    "dose": "Mũi số",
    "doses": "Số mũi",
    "last_dose": "Mũi gần nhất",
    "day": "Ngày tiêm",
    "product": "Mã vắc xin",
    "country": "Nước",
    "injector": "Người tiêm",
    "staff": "Người ghi",
    "conclusion": "Kết luận",
    "minutes": "Số phút theo dõi",
    "severity": "Mức độ",
    "reason": "Lý do",
    "early": "Về sớm",
    "certificate": "Giấy chứng nhận",
    "certificate_why": "Vì sao không có giấy",
    "exception": "Trường hợp riêng",
    "warnings": "Điều cần lưu ý",
    "source": "Nguồn",
    "standing": "Tình trạng",
    "state": "Trạng thái",
    "appointment": "Khung giờ",
    "desk": "Bàn",
    "listed_at": "Có tên trong danh sách lúc",
    "round": "Lượt xác minh",
    "line": "Dòng",
    "answer": "Kết quả xác minh",
    "subject": "Về việc",
    "problem": "Vướng mắc",
    "identity_problem": "Vướng mắc về danh tính",
    "field": "Mục sai lệch",
    "ours": "Điểm tiêm ghi",
    "theirs": "Nền tảng ghi",
    "kind": "Loại",
    "owner": "Người chịu trách nhiệm",
    "owner_before": "Người chịu trách nhiệm trước",
    "opened_at": "Mở lúc",
    "closed_at": "Khép lại lúc",
    "by": "Ai",
    "note": "Lời ghi",
    "detail": "Nội dung",
    "complaint": "Mã phản ánh",
    "discrepancy": "Mã sai lệch",
    "content": "Nội dung",
    "patient": "Mã người trên Nền tảng",
    "immunization": "Mã mũi tiêm trên Nền tảng",
    "changed_at": "Nền tảng đổi lúc",
    "code": "Nội dung mã QR",
    "read_at": "Đọc từ Nền tảng lúc",
    "taken_at": "Nhận tệp lúc",
    "put_at": "Vào hàng chờ lúc",
    "replaces": "Thay cho sự kiện",
}


def titled(language: Language, sheets: Mapping[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Return sheets with titles that people read; what has none keeps its name."""
    if language != "vi":
        return dict(sheets)
    return {
        _SHEETS.get(name, name): [[_COLUMNS.get(one, one) for one in rows[0]], *rows[1:]]
        for name, rows in sheets.items()
    }
