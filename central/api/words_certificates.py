"""Words for why people leave without a certificate, as desks choose them."""

from typing import Final

from central.api.words import Language

WITHOUT: Final[dict[Language, dict[str, str]]] = {
    "vi": {
        "not_recorded": "Đang gửi lên Nền tảng",
        "late": "Gửi lên Nền tảng chậm",
        "not_accepted": "Nền tảng chưa nhận mũi tiêm",
        "unsigned": "Chờ người phụ trách ký",
        "unread": "Chưa hỏi được Nền tảng",
        "expired": "Giấy đã hết hạn",
        "revoked": "Giấy đã bị thu hồi",
        "doubtful": "Giấy chưa kiểm tra được",
        "closed": "Máy chủ của điểm chưa mở được giấy",
        "elsewhere": "Nền tảng cấp giấy, không in tại điểm tiêm",
        "unknown": "Nền tảng chưa thấy mũi tiêm",
        "not_here": "Điểm tiêm chưa biết mũi tiêm này",
        "not_reachable": "Chưa hỏi được trung tâm",
        "printer": "Máy in hỏng hoặc hết giấy",
        "no_time": "Người dân không chờ được",
        "other": "Lý do khác",
        "not_wanted": "Người dân không nhận",
        "not_said": "Không ghi lý do",
    },
    "en": {
        "not_recorded": "On its way to the Platform",
        "late": "Late on its way to the Platform",
        "not_accepted": "Not accepted by the Platform",
        "unsigned": "Responsible signature outstanding",
        "unread": "The Platform could not be asked",
        "expired": "Certificate expired",
        "revoked": "Certificate revoked",
        "doubtful": "Certificate not verifiable",
        "closed": "The site's hub could not open it",
        "elsewhere": "Issued by the Platform, not printed at the site",
        "unknown": "The Platform had shown no dose",
        "not_here": "The site did not know of the dose",
        "not_reachable": "The centre could not be asked",
        "printer": "Printer broken or out of paper",
        "no_time": "The person could not wait",
        "other": "Another reason",
        "not_wanted": "The person did not want it",
        "not_said": "No reason given",
    },
}
"""Codes as in ``left.certificate_why``; a site may send one that is not here."""
