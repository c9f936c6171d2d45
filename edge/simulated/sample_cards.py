"""Sample cards to hold up to a simulated camera: plausible photographs with real QR codes.

Drawn when asked for, never stored. All people on them are invented.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO

import segno
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from edge.simulated import sample_payloads as payloads

PHOTO = (1280, 720)
CARD = (856, 540)
INK, PALE = (30, 34, 40), (96, 102, 110)


@dataclass(frozen=True, slots=True)
class SampleCard:
    """Something to hold up, by name and in words."""

    name: str
    title_vi: str
    title_en: str
    draw: Callable[[], bytes]


def photograph(*sheets: Image.Image, turn: float = -4.0, blur: float = 0.0) -> bytes:
    """Return a JPEG of ``sheets`` held side by side before a wall.

    Args:
        turn: Degrees by which they are held askew.
        blur: Radius in pixels by which the lens is out of focus.
    """
    wall = Image.linear_gradient("L").resize(PHOTO).point(lambda value: 90 + value // 4)
    photo = Image.merge("RGB", (wall, wall.point(lambda v: v - 8), wall.point(lambda v: v - 22)))
    for number, sheet in enumerate(sheets):
        held = sheet.convert("RGBA")
        if len(sheets) > 1:
            held = held.resize(
                (held.width * 7 // 10, held.height * 7 // 10), Image.Resampling.LANCZOS
            )
        held = held.rotate(turn * (1 - 2 * number), Image.Resampling.BICUBIC, expand=True)
        middle = PHOTO[0] * (2 * number + 1) // (2 * len(sheets))
        at = (middle - held.width // 2, (PHOTO[1] - held.height) // 2)
        shadow = held.getchannel("A").filter(ImageFilter.GaussianBlur(14))
        photo.paste((40, 38, 36), (at[0] + 10, at[1] + 14), shadow.point(lambda v: v // 2))
        photo.paste(held, at, held)
    if blur:
        photo = photo.filter(ImageFilter.GaussianBlur(blur))
    return _jpeg(photo)


def card(
    payload: str, title: str, lines: tuple[str, ...], tint: tuple[int, int, int]
) -> Image.Image:
    """Return a plastic card: coloured ground, portrait, print, its code in the upper right corner."""
    ground = Image.radial_gradient("L").resize(CARD)
    sheet = Image.composite(
        Image.new("RGB", CARD, tint),
        Image.new("RGB", CARD, (246, 246, 240)),
        ground.point(lambda v: v // 2),
    )
    draw = ImageDraw.Draw(sheet)
    draw.text((CARD[0] // 2 - 60, 40), title, INK, _font(40), anchor="mm")
    draw.rounded_rectangle((40, 170, 240, 430), 12, fill=(205, 214, 220))
    draw.ellipse((95, 205, 185, 305), fill=(120, 126, 132))
    draw.pieslice((60, 310, 220, 540), 180, 360, fill=(120, 126, 132))
    for row, line in enumerate(lines):
        draw.text(
            (270, 250 + row * 52), line, INK if row == 0 else PALE, _font(34 if row == 0 else 28)
        )
    code = _code(payload, 210)
    sheet.paste(code, (CARD[0] - code.width - 24, 20))
    return _rounded(sheet)


def paper(payload: str, title: str, lines: tuple[str, ...]) -> Image.Image:
    """Return a sheet of paper with print and a large code."""
    sheet = Image.new("RGB", (620, 660), (250, 249, 244))
    draw = ImageDraw.Draw(sheet)
    draw.text((310, 48), title, INK, _font(30), anchor="mm")
    code = _code(payload, 400)
    sheet.paste(code, ((620 - code.width) // 2, 90))
    for row, line in enumerate(lines):
        draw.text((310, 540 + row * 44), line, PALE, _font(26), anchor="mm")
    return sheet


def _code(payload: str, width: int) -> Image.Image:
    code = segno.make_qr(payload, error="m", encoding="utf-8")
    modules = code.symbol_size(border=4)[0]
    buffer = BytesIO()
    code.save(buffer, kind="png", scale=max(1, width // modules), border=4)
    with Image.open(buffer) as drawn:
        return drawn.convert("RGB")


def _rounded(sheet: Image.Image) -> Image.Image:
    mask = Image.new("L", sheet.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *sheet.size), 28, fill=255)
    sheet.putalpha(mask)
    return sheet


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype("NotoSans-Regular.ttf", size)
    except OSError:
        return ImageFont.load_default(size)


def _jpeg(photo: Image.Image) -> bytes:
    buffer = BytesIO()
    photo.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _citizen(
    payload: str, number: str, name: str, tint: tuple[int, int, int] = (150, 205, 220)
) -> Image.Image:
    return card(payload, "CĂN CƯỚC CÔNG DÂN (MẪU)", (number, name, "Ninh Thuận"), tint)


def _old_card() -> Image.Image:
    return _citizen(payloads.CARD_2021, "058185000123", "Nguyễn Thị Mẫu")


def _other_card() -> Image.Image:
    return _citizen(payloads.SECOND_PERSON, "058185000124", "Đổng Thị Giả")


def _new_card() -> bytes:
    lines = ("Chamaléa Văn Thử", "058200000015", "Ninh Thuận")
    return photograph(card(payloads.CARD_2024, "CĂN CƯỚC (MẪU)", lines, (214, 190, 150)), turn=5)


def _insurance() -> bytes:
    lines = ("DN4585800000001", "Nguyễn Thị Mẫu", "Ninh Thuận")
    return photograph(
        card(payloads.HEALTH_INSURANCE, "THẺ BẢO HIỂM Y TẾ (MẪU)", lines, (160, 220, 170))
    )


def _impossible() -> bytes:
    return photograph(_citizen(payloads.IMPOSSIBLE_DATE, "058185000125", "Lê Văn Bịa"))


def _sheet(payload: str, title: str, *lines: str) -> bytes:
    return photograph(paper(payload, title, lines), turn=3)


SAMPLE_CARDS = (
    SampleCard("cccd-2021", "Căn cước công dân gắn chip", "Chip ID card, 2021",
               lambda: photograph(_old_card())),
    SampleCard("can-cuoc-2024", "Thẻ căn cước mới (2024)", "New ID card, 2024", _new_card),
    SampleCard("notice", "Thông báo số định danh", "Police notice of the ID number",
               partial(_sheet, payloads.NOTICE, "THÔNG BÁO SỐ ĐỊNH DANH (MẪU)", "Katơr Thị Ví Dụ")),
    SampleCard("second-person", "Thẻ của một người khác", "Another person's card",
               lambda: photograph(_other_card(), turn=6)),
    SampleCard("two-cards", "Hai thẻ cùng một lúc", "Two cards at once",
               lambda: photograph(_old_card(), _other_card())),
    SampleCard("personal-qr", "Mã QR cá nhân (PC-Covid)", "Personal QR of PC-Covid, number masked",
               partial(_sheet, payloads.PERSONAL_QR, "QR CÁ NHÂN (MẪU)")),
    SampleCard("bhyt", "Thẻ bảo hiểm y tế", "Health insurance card", _insurance),
    SampleCard("certificate", "Chứng nhận tiêm chủng HC1", "Vaccination certificate, HC1",
               partial(_sheet, payloads.CERTIFICATE, "CHỨNG NHẬN TIÊM CHỦNG (MẪU)")),
    SampleCard("url", "Mã của một trang mạng", "A web address",
               partial(_sheet, payloads.WEB_ADDRESS, "QUÉT ĐỂ ĐĂNG KÝ")),
    SampleCard("impossible-date", "Thẻ ghi ngày 31/02", "Born on 31 February", _impossible),
    SampleCard("blurred", "Thẻ bị nhòe", "Blurred card", lambda: photograph(_old_card(), blur=1.5)),
    SampleCard("nothing", "Tay không có thẻ", "A hand without a card",
               lambda: photograph(Image.new("RGB", (300, 420), (222, 170, 136)))),
)  # fmt: skip
