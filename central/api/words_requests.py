"""Words of the page about what people ask for: their data, and to be erased; and of the file."""

from typing import Any, Final

from central.api.words import Language
from central.services.place_names import PlaceNames
from central.services.requests import SealedTo

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
        "kept_how_long": "Giữ bao lâu",
        "kept_lead": "Những gì chỉ cần một thời gian được xóa khi hết hạn, mỗi giờ rà soát một lần. Mũi tiêm, lượt đến và người đến, chứng nhận, sai lệch, ngày đã ký và nhật ký được giữ lại: điểm tiêm chịu trách nhiệm về chúng. 15 ngày của phiếu khám là theo hướng dẫn của Bộ Y tế; các thời hạn khác do phần mềm đề nghị, đơn vị quản lý quyết định trong cài đặt.",
        "kept_kind": "Loại",
        "kept_days": "Giữ (ngày)",
        "kept_for_ever": "không xóa",
        "last_run": "Lần rà soát gần nhất",
        "never_run": "chưa rà soát lần nào",
        "failed_run": "không xóa được lúc",
        "gone_then": "Số đã xóa lần ấy",
        "gone_in_all": "Tổng số đã xóa",
        "kept:forms": "Phiếu khám sàng lọc, từ khi nhận",
        "kept:rosters": "Người trong danh sách của điểm tiêm, từ lần cuối có tên trong danh sách nhận vào; không xóa người đang chờ xác minh hoặc mới đến tiêm",
        "kept:rounds": "Người trong lượt xác minh, từ khi lượt kết thúc",
        "kept:complaints": "Người phản ánh, lời phản ánh và lời đáp, từ khi trả lời",
        "kept:set_aside": "Bản tin bị cách ly, từ lần cuối nhận được",
        "kept:sheets": "Người trong các mục mà Nền tảng đã hủy (nhận bằng tệp), từ khi nhận tệp",
        "kept:sessions": "Lần đăng nhập, từ lần dùng cuối",
        "what_goes": "Đã xóa: họ tên, số, ngày sinh, giới tính; phiếu khám, phiếu phản ứng và mọi thứ niêm phong riêng cho điểm tiêm; lời phản ánh, câu trả lời; lời ghi tay khi chuyển người hoặc chuyển việc; phần trích dẫn trong sai lệch; giấy chứng nhận Nền tảng đã cấp, và chứng nhận nào đã in; dòng trong danh sách.",
        "what_stays": "Ở lại: lượt đến, mũi tiêm và số liệu không tên, vì điểm tiêm chịu trách nhiệm về từng mũi; số của yêu cầu và mã băm, làm bằng chứng; tệp ngày đã ký, vì đổi là mất chữ ký (không có họ tên); nhật ký ai đã xem, ai đã sửa, vì phải giải trình được và mỗi mã băm được tính từ mọi dòng trước nó. Nhật ký chỉ ghi mã hồ sơ và mã lý do. Dòng do phiên bản phần mềm cũ ghi có thể còn lời ghi tay, đã bỏ số và ngày; số dòng như vậy ghi ở từng lần xóa.",
        "export": "Tải dữ liệu",
        "export_note": "Tệp có mọi điều trung tâm giữ về người này. Câu trả lời khi khám, nhiệt độ, dấu hiệu phản ứng và cách xử trí được niêm phong riêng cho điểm tiêm, trung tâm không mở được: tệp ghi rõ từng phiếu, giờ và điểm tiêm nào mở được.",
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
        "kept_how_long": "What is kept how long",
        "kept_lead": "What is needed for a while alone is erased when that is over, looked for every hour. Doses, arrivals and who came, certificates, discrepancies, signed days and the audit are kept: the site answers for them. The 15 days of screening forms are the ministry's; the other times are proposals, and whoever answers for the data decides them in the settings.",
        "kept_kind": "Kind",
        "kept_days": "Kept (days)",
        "kept_for_ever": "not erased",
        "last_run": "Last looked for",
        "never_run": "not yet",
        "failed_run": "could not be erased at",
        "gone_then": "Erased then",
        "gone_in_all": "Erased in all",
        "kept:forms": "Screening forms, from their receipt",
        "kept:rosters": "People on sites' lists, from when a list that was taken in last named them; not whoever is being verified or came lately",
        "kept:rounds": "People on verification rounds, from the round's end",
        "kept:complaints": "Who complained, the complaint's words and the answer's, from the answer",
        "kept:set_aside": "Messages in quarantine, from when one last came",
        "kept:sheets": "People of entries that the Platform withdrew (told by file), from that file",
        "kept:sessions": "Log-ins, from their last use",
        "what_goes": "Erased: name, numbers, birth date, sex; screening forms, notes of reactions and all else that is sealed to the site alone; the words of complaints and their answers; what was typed when a person or a task was handed over; what discrepancies quote; the certificates that the Platform issued, and which was printed; rows of lists.",
        "what_stays": "What stays: arrivals, doses and figures without a name, for the site answers for each dose; the request's number and the hash, as the proof; signed days, whose signature any change would break (they hold no name); the audit of who saw and who changed, for that must be accounted for and each hash covers all rows before it. The audit names ids and codes of reasons alone. Rows of an earlier version may hold words that somebody typed, numbers and dates taken out; how many is written beside each erasure.",
        "export": "Take the data",
        "export_note": "The file has all that the centre holds of this person. Answers at screening, temperature, signs of a reaction and treatment are sealed to the site alone; the centre cannot open them: the file names each form, its time and the site that can.",
        "erase": "Erase the identity",
        "erase_note": "It cannot be undone. Arrivals and doses stay without a name; what the Platform holds does not change.",
    },
}

_FORMS: Final[dict[Language, dict[str, str]]] = {
    "vi": {
        "checked_in": "danh tính khi đến",
        "arrived": "danh tính khi đến, máy chủ điểm tiêm ghi lại",
        "certificate_seen": "giấy chứng nhận đã đưa ra",
        "certificate_noted": "giấy chứng nhận đã đưa ra, máy chủ điểm tiêm ghi lại",
        "complaint_opened": "phản ánh",
        "screened": "phiếu khám sàng lọc: câu trả lời, nhiệt độ",
        "reaction_recorded": "phiếu phản ứng sau tiêm: dấu hiệu, cách xử trí",
        "site": "niêm phong cho điểm tiêm {}; trung tâm không mở được",
        "both": "niêm phong cho trung tâm và điểm tiêm {}",
        "centre": "niêm phong cho trung tâm",
        "certificate_printed": "chứng nhận của người này đã in",
        "nobody": "lời ghi tay, không niêm phong",
        "plain": "không niêm phong, không có tên",
    },
    "en": {
        "checked_in": "identity on arrival",
        "arrived": "identity on arrival, as the site's hub noted it",
        "certificate_seen": "certificate that was held up",
        "certificate_noted": "certificate that was held up, as the site's hub noted it",
        "complaint_opened": "complaint",
        "screened": "screening form: answers, temperature",
        "reaction_recorded": "note of a reaction: signs, treatment",
        "site": "sealed to site {}; the centre cannot open it",
        "both": "sealed to the centre and to site {}",
        "centre": "sealed to the centre",
        "certificate_printed": "a certificate of theirs was printed",
        "nobody": "typed words, not sealed",
        "plain": "not sealed, names nobody",
    },
}


def with_words(language: Language, held: dict[str, Any], names: PlaceNames) -> dict[str, Any]:
    """Return all that is held of a person; what lies in events also says what it is and who opens it."""
    said = _FORMS[language]
    rows = [
        {
            "what": said.get(row["type"], row["type"]),
            "who_opens": said[_opens(row)].format(names.site_with_id(row["site"])),
            **row,
        }
        for row in held["in_events"]
    ]
    return held | {"in_events": rows}


def _opens(row: dict[str, Any]) -> str:
    sealed_to = str(row["sealed_to"])
    return sealed_to if row["words"] or sealed_to != SealedTo.NOBODY else "plain"
