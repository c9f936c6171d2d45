"""Words of the page about what people ask for: their data, and to be erased."""

from typing import Final

from central.api.words import Language

REQUESTS: Final[dict[Language, dict[str, str]]] = {
    "vi": {
        "requests_lead": "Người dân được xem mọi dữ liệu về mình và được yêu cầu xóa; trả lời trong 2 ngày làm việc. Hãy tra cứu người đó trước.",
        "erasures": "Các lần xóa và bằng chứng",
        "none_erasures": "Chưa xóa ai.",
        "reference": "Số của yêu cầu (không ghi tên)",
        "proof": "Mã băm làm bằng chứng",
        "erased_entries": "Mục của Nền tảng",
        "erased_lists": "Dòng trong danh sách",
        "erased_notes": "Lời ghi",
        "audit_kept": "Dòng nhật ký ở lại",
        "with_words": "có lời ghi tay từ bản cũ",
        "what_goes": "Đã xóa: họ tên, số, ngày sinh, giới tính; phiếu khám và lời phản ánh, câu trả lời; lời ghi tay khi chuyển người hoặc chuyển việc; phần trích trong sai lệch; dòng trong danh sách.",
        "what_stays": "Ở lại: lượt đến, mũi tiêm và số liệu không tên, vì điểm tiêm chịu trách nhiệm về từng mũi; số của yêu cầu và mã băm, làm bằng chứng; tệp ngày đã ký, vì đổi là mất chữ ký (không có họ tên); nhật ký ai đã xem, ai đã sửa, vì phải giải trình được và mỗi mã băm che mọi dòng trước nó. Nhật ký chỉ ghi mã hồ sơ và mã lý do. Dòng của bản cũ có thể còn lời ghi tay, đã bỏ số và ngày; số dòng như vậy ghi ở từng lần xóa.",
        "export": "Tải dữ liệu",
        "erase": "Xóa danh tính",
        "erase_note": "Không hoàn tác được. Lượt đến và mũi tiêm còn lại không tên; bản trên Nền tảng không đổi.",
    },
    "en": {
        "requests_lead": "People may see all that is held of them and ask to be erased; answered within 2 working days. Look the person up first.",
        "erasures": "Erasures and their proof",
        "none_erasures": "Nobody was erased.",
        "reference": "Number of the request (no name)",
        "proof": "Hash as proof",
        "erased_entries": "Entries of the Platform",
        "erased_lists": "Rows of lists",
        "erased_notes": "Notes",
        "audit_kept": "Audit rows that stay",
        "with_words": "with typed words of an earlier version",
        "what_goes": "Erased: name, numbers, birth date, sex; screening forms, the words of complaints and their answers; what was typed when a person or a task was handed over; what discrepancies quote; rows of lists.",
        "what_stays": "What stays: arrivals, doses and figures without a name, for the site answers for each dose; the request's number and the hash, as the proof; signed days, whose signature any change would break (they hold no name); the audit of who saw and who changed, for that must be accounted for and each hash covers all rows before it. The audit names ids and codes of reasons alone. Rows of an earlier version may hold words that somebody typed, numbers and dates taken out; how many is written beside each erasure.",
        "export": "Take the data",
        "erase": "Erase the identity",
        "erase_note": "It cannot be undone. Arrivals and doses stay without a name; what the Platform holds does not change.",
    },
}
