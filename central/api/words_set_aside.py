"""Words of the list of messages that could not be taken: why each was set aside, and what to do."""

from typing import Final

from central.api.words import Language

SET_ASIDE: Final[dict[Language, dict[str, str]]] = {
    "vi": {
        "title": "Bản tin bị cách ly",
        "lead": (
            "Bản tin không nhận được thì để riêng từng bản, giữ nguyên, không tính vào số liệu và không "
            "chặn bản tin nào phía sau. Thiết bị vẫn giữ dữ liệu và gửi lại cho đến khi trung tâm ký nhận."
        ),
        "when": "Nhận lúc",
        "device": "Tự xưng là thiết bị",
        "why": "Vì sao",
        "what_to_do": "Việc cần làm",
        "times": "Số lần",
        "size": "Kích thước",
        "none": "Không có bản tin nào bị cách ly.",
        "newest_of": "Mới nhất trước; tổng cộng",
    },
    "en": {
        "title": "Messages in quarantine",
        "lead": (
            "A message that cannot be taken is set aside alone, kept as it came, is in no figure and holds up "
            "nothing behind it. The device keeps its data and sends again until the centre has signed for it."
        ),
        "when": "Received",
        "device": "Says it is device",
        "why": "Why",
        "what_to_do": "What to do",
        "times": "Times",
        "size": "Size",
        "none": "No message is in quarantine.",
        "newest_of": "The newest first; in all",
    },
}
_LOOK_VI: Final = "Xem máy này: có thể phần mềm hoặc thẻ nhớ hỏng"
_LOOK_EN: Final = "Look at this device: perhaps its software or its card is broken"
_FORGED_VI: Final = "Có thể là giả mạo: báo bộ phận CNTT, kiểm tra ai vào được mạng và máy chủ MQTT"
_FORGED_EN: Final = "Perhaps forged: tell IT, see who can reach the network and the broker"
_REASONS: Final[dict[Language, dict[str, tuple[str, str]]]] = {
    "vi": {
        "unknown_device": ("Khóa ký không có trong sổ thiết bị", "Máy mới: chép registry.cose mới cho trung tâm"),
        "revoked_device": ("Thiết bị đã bị thu hồi", "Tìm máy này; cấp mã mới nếu còn dùng"),
        "bad_signature": ("Chữ ký không đúng: bản tin bị sửa hoặc giả mạo", _FORGED_VI),
        "wrong_topic": ("Ký bởi một thiết bị khác", _FORGED_VI),
        "wrong_device": ("Nói nhân danh một thiết bị khác", _FORGED_VI),
        "bad_topic": ("Gửi đến nơi không phải của thiết bị nào", _FORGED_VI),
        "bad_device_id": ("Tên thiết bị không hợp lệ", _FORGED_VI),
        "too_large": ("Quá lớn", _LOOK_VI),
        "bad_cose": ("Không đọc được: hỏng, bị cắt cụt hoặc không phải bản tin của Trạm", _LOOK_VI),
        "bad_batch": ("Đã ký nhưng nội dung không đúng khuôn", _LOOK_VI),
        "bad_epoch": ("Đã ký nhưng mã nhật ký không đúng khuôn", _LOOK_VI),
    },
    "en": {
        "unknown_device": ("Signed by a key that the registry does not know", "A new device: bring registry.cose to the centre"),
        "revoked_device": ("The device was revoked", "Find it; issue a new id if it is still used"),
        "bad_signature": ("The signature is wrong: altered or forged", _FORGED_EN),
        "wrong_topic": ("Signed by another device", _FORGED_EN),
        "wrong_device": ("Speaks in the name of another device", _FORGED_EN),
        "bad_topic": ("Sent to where no device speaks", _FORGED_EN),
        "bad_device_id": ("The device's name is none", _FORGED_EN),
        "too_large": ("Too large", _LOOK_EN),
        "bad_cose": ("Unreadable: damaged, cut off, or no message of Trạm's", _LOOK_EN),
        "bad_batch": ("Signed, but not of the right form", _LOOK_EN),
        "bad_epoch": ("Signed, but names no journal", _LOOK_EN),
    },
}  # fmt: skip


def reason_words(language: Language, code: str) -> tuple[str, str]:
    """Return why a message was set aside and what to do; a code of a later version stands as it is."""
    return _REASONS[language].get(code, (code, _LOOK_VI if language == "vi" else _LOOK_EN))
