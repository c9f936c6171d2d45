"""What a browser is told when a page cannot be given: what happened, and what to do now."""

from typing import Final

from central.api.words import Language

_VI: Final = {
    401: (
        "Lượt đăng nhập đã hết.",
        "Chưa có gì được ghi. Hãy đăng nhập lại, rồi làm lại việc vừa làm.",
    ),
    403: ("Vai trò của bạn không được làm việc này.", "Nếu cần làm, hãy hỏi bộ phận CNTT."),
    404: (
        "Không tìm thấy trang hoặc mục này.",
        "Địa chỉ có thể gõ sai hoặc đã cũ. Hãy về trang đầu rồi chọn lại.",
    ),
    405: (
        "Trang này không mở được bằng cách đó.",
        "Hãy về trang đầu rồi mở lại.",
    ),
    413: (
        "Tệp quá lớn.",
        "Chưa có gì được ghi. Hãy chia thành nhiều tệp nhỏ hơn rồi gửi từng tệp.",
    ),
    422: (
        "Thông tin gửi lên chưa dùng được.",
        "Chưa có gì được ghi. Hãy quay lại trang trước, xem ô nào còn trống, quá dài hoặc ghi sai dạng, rồi gửi lại.",
    ),
    503: (
        "Trung tâm đang không trả lời.",
        "Hãy đợi một lát. Nếu vừa gửi một biểu mẫu, hãy quay lại xem đã được ghi chưa rồi hãy gửi lại.",
    ),
    0: ("Yêu cầu này không thực hiện được.", "Hãy quay lại trang trước và thử lại."),
}
_EN: Final = {
    401: (
        "Your log-in has ended.",
        "Nothing was written. Log in again, then do it once more.",
    ),
    403: ("Your role may not do this.", "If you need to, ask IT."),
    404: (
        "There is no such page or entry.",
        "The address may be mistyped or old. Go to the first page and choose again.",
    ),
    405: ("This page does not open in that way.", "Go to the first page and open it again."),
    413: (
        "The file is too large.",
        "Nothing was written. Make several smaller files of it and send them one by one.",
    ),
    422: (
        "What was sent cannot be used.",
        "Nothing was written. Go back, look for a field that is empty, too long or of the wrong form, and send it again.",
    ),
    503: (
        "The centre does not answer.",
        "Wait a moment. If you have just sent a form, go back and see whether it was written before you send it again.",
    ),
    0: ("This cannot be done.", "Go back and try again."),
}
ERRORS: Final[dict[Language, dict[int, tuple[str, str]]]] = {"vi": _VI, "en": _EN}


def error_words(language: Language, status: int) -> tuple[str, str]:
    """Return what happened and what to do, for an answer of this status."""
    return ERRORS[language].get(413 if status == 411 else status, ERRORS[language][0])
