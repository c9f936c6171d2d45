"""The report of a day for one place as PDF, drawn by typst."""

import json
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final, Literal

from central.domain.levels import NO_COMMUNE, Level, LevelLook, Place
from central.domain.quality import WEIGHTS
from central.ports.sign_off import MinutesError

_FONT: Final = "Noto Sans"
_TEMPLATE: Final = Path(__file__).with_name("report.typ")


class TypstReport:
    """``ports.levels.ReportPrinter``.

    Args:
        shares: Names of the shares of data quality.
    """

    def __init__(self, zone: tzinfo, shares: Mapping[str, str]) -> None:
        self._zone = zone
        self._shares = shares

    def draw(self, look: LevelLook, title: str, kinds: Sequence[tuple[str, int]]) -> bytes:
        return self.pages(look, title, kinds, "pdf")[0]

    def pages(
        self,
        look: LevelLook,
        title: str,
        kinds: Sequence[tuple[str, int]],
        form: Literal["pdf", "png"],
    ) -> list[bytes]:
        """Return the PDF, or each page as a picture.

        Raises:
            MinutesError: The font is missing, or typst does not draw.
        """
        # 30 MB to load, for what is drawn once or twice a day.
        import typst  # noqa: PLC0415

        fonts = typst.Fonts()
        if _FONT not in fonts.families():
            # typst would take any other font, and leave letters out where it has none.
            raise MinutesError(f"no font {_FONT!r} here: install fonts-noto-core")
        said = json.dumps(self._said(look, title, kinds), ensure_ascii=False)
        try:
            made = typst.compile(
                str(_TEMPLATE), format=form, font_paths=fonts, sys_inputs={"said": said},
                timestamp=int(look.now.timestamp()),
            )  # fmt: skip
        except typst.TypstError as error:
            raise MinutesError("the report cannot be drawn") from error
        # The stubs know of one page only.
        several: bytes | list[bytes] = made
        return several if isinstance(several, list) else [several]

    def _said(
        self, look: LevelLook, title: str, kinds: Sequence[tuple[str, int]]
    ) -> dict[str, Any]:
        summed_at = look.summed_at
        at_province = look.scope.level is Level.PROVINCE
        return {
            "place": title,
            "day": look.day.date.strftime("%d/%m/%Y"),
            "summed_at": summed_at.astimezone(self._zone).strftime("%H:%M ngày %d/%m/%Y")
            if summed_at
            else "chưa có",
            "old": look.old,
            "waiting_word": "Đang chờ" if look.today else "Chưa rõ kết quả",
            "whole": _numbers(look.whole),
            "shares": [
                {
                    "name": self._shares[name],
                    "good": share.good,
                    "of": share.of,
                    "percent": share.percent,
                    "weight": WEIGHTS[name],
                }
                for name, share in look.whole.quality.shares.items()
            ],
            "places_title": "Theo xã" if at_province else "Theo điểm tiêm",
            "places_word": "Xã" if at_province else "Điểm tiêm",
            "places": [{"name": _name(one), **_numbers(one)} for one in look.places],
            "left_out": look.number - len(look.places),
            "hours": [
                {
                    "hour": one.hour.astimezone(self._zone).strftime("%H:%M"),
                    "arrivals": one.arrivals,
                    "waiting": "–" if one.waiting is None else one.waiting,
                }
                for one in look.hours
            ],
            "kinds": [{"name": name, "number": number} for name, number in kinds],
        }


def _name(one: Place) -> str:
    return "Chưa thuộc xã nào" if one.name == NO_COMMUNE else one.name


def _numbers(one: Place) -> dict[str, Any]:
    score = one.quality.score
    return {
        "arrivals": one.counted["arrivals"],
        "waiting": "–" if one.waiting is None else one.waiting,
        "doses": one.counted["doses"],
        "visits_matched": one.counted["visits_matched"],
        "doses_matched": one.counted["doses_matched"],
        "discrepancies": one.discrepancies,
        "overdue": one.overdue,
        "devices": one.fleet.devices,
        "silent": one.fleet.silent,
        "troubled": one.fleet.troubled,
        "quality": "–" if score is None else f"{score}/100",
    }
