"""What stands on paper while the Platform has no certificate of a dose: why, and what to do."""

from collections.abc import Sequence
from typing import Final

from edge.domain.answers import Item, Why

WHY: Final[dict[Why, tuple[str, str]]] = {
    Why.NOT_RECORDED: (
        "Mũi tiêm đang được gửi lên Nền tảng, thường mất 30 đến 60 phút.",
        "The dose is on its way to the Platform; this usually takes 30 to 60 minutes.",
    ),
    Why.LATE: (
        "Gửi mũi tiêm lên Nền tảng chậm hơn thường lệ; điểm tiêm phải kiểm tra lại.",
        "The dose takes longer than usual to reach the Platform; the site must check.",
    ),
    Why.NOT_ACCEPTED: (
        "Nền tảng chưa nhận mũi tiêm này; điểm tiêm phải kiểm tra lại.",
        "The Platform has not accepted this dose; the site must check.",
    ),
    Why.UNSIGNED: (
        "Nền tảng đã nhận mũi tiêm, đang chờ người phụ trách ký.",
        "The Platform has the dose; the responsible signature is still outstanding.",
    ),
    Why.UNREAD: (
        "Nền tảng đã nhận mũi tiêm; hiện chưa hỏi được đã cấp giấy chưa.",
        "The Platform has the dose; it cannot be asked now whether the certificate is issued.",
    ),
    Why.EXPIRED: (
        "Giấy chứng nhận của mũi này đã hết hạn nên không in.",
        "The certificate of this dose has expired, so it is not printed.",
    ),
    Why.REVOKED: (
        "Giấy chứng nhận của mũi này đã bị thu hồi nên không in.",
        "The certificate of this dose was revoked, so it is not printed.",
    ),
    Why.DOUBTFUL: (
        "Giấy chứng nhận nhận về chưa kiểm tra được nên không in.",
        "The certificate that came could not be verified, so it is not printed.",
    ),
    Why.CLOSED: (
        "Đã có giấy chứng nhận, máy này chưa mở được.",
        "The certificate is there; this machine cannot open it yet.",
    ),
    Why.ELSEWHERE: (
        "Giấy chứng nhận không in tại đây: Nền tảng cấp giấy và không gửi về điểm tiêm.",
        "Certificates are not printed here: the Platform issues them and sends none to the site.",
    ),
}
LATER: Final = (
    "Xin quay lại sau và mang theo thẻ: máy hoặc bàn đón tiếp sẽ in giấy chứng nhận.",
    "Please come back later with your card: the machine or the reception desk prints the certificate.",
)
ELSEWHERE: Final = (
    "Xin xem giấy chứng nhận trên Nền tảng, hoặc hỏi nhân viên nơi nhận.",
    "Please look for the certificate on the Platform, or ask the staff where you get it.",
)
ASK: Final = (
    "Xin hỏi nhân viên. Điều chưa đúng được giải quyết trong 48 giờ từ khi phản ánh.",
    "Please ask the staff. Complaints are settled within 48 hours.",
)


def pending_lines(items: Sequence[Item]) -> tuple[str, ...]:
    """Return the paragraphs of a slip: each dose with the reason, then what to do, in two languages."""
    lines: list[str] = []
    for item in items:
        if item.why is not None:
            dose = f"Mũi {item.dose} · Dose {item.dose}" if item.dose else "Mũi tiêm · Dose"
            lines += [f"{dose} · {item.dated}" if item.dated else dose, *WHY[item.why]]
    return (*lines, *_advice({item.why for item in items if item.why is not None}))


def _advice(reasons: set[Why]) -> tuple[str, str]:
    if reasons == {Why.ELSEWHERE}:
        return ELSEWHERE
    return LATER if all(why.passes for why in reasons) else ASK
