"""What the closing says, in the words of those who sign it; pages and minutes say the same."""

from collections.abc import Mapping
from typing import Final

from central.domain.closing import DosePlace, Reason

EQUATIONS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "vi": {
        "visits": ("Đã vào", "đã khám, đủ điều kiện", "đã khám, không tiêm", "ra về, chưa khám"),
        "doses": ("Đã tiêm", "Nền tảng đã nhận", "Nền tảng chưa nhận"),
        "vials": ("Liều đã mở", "đã tiêm", "đã hủy"),
    },
    "en": {
        "visits": ("Checked in", "screened, eligible", "screened, refused", "left unscreened"),
        "doses": ("Injected", "accepted by the Platform", "open"),
        "vials": ("Doses opened", "given", "discarded"),
    },
}
"""Each equation's side, then the parts of the other."""

REASONS: Final[Mapping[str, Mapping[Reason, str]]] = {
    "vi": {
        Reason.NO_CONCLUSION: "Đã vào, chưa có kết luận khám sàng lọc và chưa ra về",
        Reason.NO_CHECK_IN: "Có khám hoặc ra về, không có lượt vào tại điểm tiêm này",
        Reason.TWO_CONCLUSIONS: "Có hai kết luận khám sàng lọc khác nhau",
        Reason.NO_DOSE: "Đủ điều kiện tiêm, không có mũi tiêm",
        Reason.NOT_ELIGIBLE: "Có mũi tiêm, không có kết luận đủ điều kiện",
        Reason.OPEN_DOSE: "Mũi tiêm chưa có trên Nền tảng",
        Reason.REFUSED_DOSE: "Nền tảng từ chối mũi tiêm",
        Reason.DIFFERENT_DOSE: "Nền tảng lưu khác với điểm tiêm",
        Reason.NO_VIAL: "Mũi tiêm không ghi lọ vắc xin",
        Reason.LEFT_IN_VIAL: "Lọ còn liều chưa tiêm và chưa hủy",
        Reason.TOO_MANY_FROM_VIAL: "Lọ đã dùng nhiều liều hơn số đã mở",
        Reason.VIAL_OF_ANOTHER_DAY: "Lọ được mở vào ngày khác",
    },
    "en": {
        Reason.NO_CONCLUSION: "Checked in, with no screening conclusion, and did not leave",
        Reason.NO_CHECK_IN: "Screened or left, without a check-in at this site",
        Reason.TWO_CONCLUSIONS: "Two different screening conclusions",
        Reason.NO_DOSE: "Eligible, and no dose",
        Reason.NOT_ELIGIBLE: "A dose without the conclusion 'eligible'",
        Reason.OPEN_DOSE: "The dose is not on the Platform yet",
        Reason.REFUSED_DOSE: "The Platform refused the dose",
        Reason.DIFFERENT_DOSE: "The Platform holds something else than the site",
        Reason.NO_VIAL: "The dose names no vial",
        Reason.LEFT_IN_VIAL: "Doses in the vial, neither given nor discarded",
        Reason.TOO_MANY_FROM_VIAL: "More doses were used than the vial held",
        Reason.VIAL_OF_ANOTHER_DAY: "The vial was opened on another day",
    },
}

PLACES: Final[Mapping[str, Mapping[DosePlace, str]]] = {
    "vi": {
        DosePlace.ACCEPTED: "Nền tảng đã nhận",
        DosePlace.DIFFERS: "khác với Nền tảng",
        DosePlace.REFUSED: "Nền tảng từ chối",
        DosePlace.OPEN: "Nền tảng chưa nhận",
    },
    "en": {
        DosePlace.ACCEPTED: "accepted",
        DosePlace.DIFFERS: "differs",
        DosePlace.REFUSED: "refused",
        DosePlace.OPEN: "open",
    },
}
