"""The minutes of a site's day as PDF, drawn by typst from the very content that was hashed."""

import json
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final, Literal

from central.domain.closing import Reason
from central.domain.closing_words import EQUATIONS, REASONS
from central.domain.sign_off import Batch
from central.ports.sign_off import MinutesError

FONTS: Final = ("Noto Sans", "DejaVu Sans Mono")
_TEMPLATE: Final = Path(__file__).with_name("minutes.typ")
_NAMES: Final = {"visits": "Người đến", "doses": "Mũi tiêm", "vials": "Vắc xin (liều)"}


class TypstMinutes:
    """``ports.sign_off.MinutesPrinter``.

    Args:
        title: Returns what people call a site; the name is not part of what was hashed.
    """

    def __init__(self, zone: tzinfo, title: Callable[[str], str] = str) -> None:
        self._zone = zone
        self._title = title

    def draw(self, batch: Batch, content: dict[str, Any]) -> bytes:
        return self.pages(batch, content, "pdf")[0]

    def pages(
        self, batch: Batch, content: dict[str, Any], form: Literal["pdf", "png"]
    ) -> list[bytes]:
        """Return the PDF, or each page as a picture.

        Raises:
            MinutesError: A font is missing, or typst does not draw.
        """
        # 30 MB to load, for what is drawn once or twice a day.
        import typst  # noqa: PLC0415

        fonts = typst.Fonts()
        missing = [name for name in FONTS if name not in fonts.families()]
        if missing:
            # typst would take any other font, and leave letters out where it has none.
            raise MinutesError(f"no font {missing[0]!r} here: install fonts-noto-core")
        said = json.dumps(self._said(batch, content), ensure_ascii=False)
        try:
            made = typst.compile(
                str(_TEMPLATE), format=form, font_paths=fonts, sys_inputs={"said": said},
                timestamp=int(batch.made_at.timestamp()),
            )  # fmt: skip
        except typst.TypstError as error:
            raise MinutesError("the minutes cannot be drawn") from error
        # The stubs know of one page only.
        several: bytes | list[bytes] = made
        return several if isinstance(several, list) else [several]

    def _said(self, batch: Batch, content: dict[str, Any]) -> dict[str, Any]:
        digest = batch.sha256.upper()
        groups = " ".join(digest[place : place + 4] for place in range(0, 64, 4))
        return {
            "site": self._title(batch.site),
            "day": batch.day.strftime("%d/%m/%Y"),
            "made_at": batch.made_at.astimezone(self._zone).strftime("%H:%M ngày %d/%m/%Y"),
            "sha256": batch.sha256,
            "hash_lines": [groups[:39], groups[40:]],
            "doses": len(content["doses"]),
            "equations": [_equation(name, content["equations"][name]) for name in _NAMES],
            "exceptions": [
                {
                    "ticket": each["ticket"],
                    "reason": REASONS["vi"][Reason(each["reason"])],
                    "subject": each["subject"],
                }
                for each in content["exceptions"]
            ],
        }


def _equation(name: str, numbers: dict[str, Any]) -> dict[str, Any]:
    left, *parts = EQUATIONS["vi"][name]
    return {
        "name": _NAMES[name],
        "left": left,
        "total": numbers["total"],
        "parts": [
            {"name": part, "number": number}
            for part, number in zip(parts, numbers["parts"], strict=True)
        ],
        "difference": numbers["total"] - sum(numbers["parts"]),
    }
