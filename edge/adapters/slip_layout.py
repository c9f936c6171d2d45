"""What stands on each kind of slip, from top to bottom, before anybody draws it.

Sizes are in dots at 203 dpi, eight to the millimetre. A slip is Vietnamese, with a second line in
English where a person has to do something: nobody has to say which language they read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from edge.ports import Slip

TITLE_SIZE: Final = 34
"""The longest title still fits 58 mm."""

NUMBER_LABEL: Final = "SỐ THỨ TỰ · NUMBER"
GO_TO: Final = "Mời đến · Please go to"
REPRINT: Final = "BẢN IN LẠI"
ON_PHONE: Final = "Xem lượt chờ trên điện thoại"
ON_PHONE_ENGLISH: Final = "Your place in the queue, on a phone"
KEEP: Final = "Xin giữ phiếu này đến khi ra về"
KEEP_ENGLISH: Final = "Please keep this slip until you leave"
COMPANION: Final = "Đi cùng nhóm, người thứ {place}"
COMPANION_ENGLISH: Final = "In a group, person {place}"
TO_CORRECT: Final = "CẦN SỬA THÔNG TIN"
TO_CORRECT_ENGLISH: Final = "Details to put right"
ON_CARD: Final = "Trên thẻ · Card"
ON_LIST: Final = "Danh sách · List"
"""Short enough for one line of large type on 58 mm."""
NOTHING: Final = "(để trống · empty)"
SHOW_AT: Final = "Đưa phiếu và thẻ tại"
SHOW_AT_ENGLISH: Final = "Show this slip and your card at"
COMPLAINT: Final = "PHIẾU PHẢN ÁNH"
COMPLAINT_LABEL: Final = "MÃ PHẢN ÁNH · COMPLAINT"
PROMISE: Final = "Được giải quyết trong 48 giờ"
PROMISE_ENGLISH: Final = "Settled within 48 hours"
LATEST: Final = "Chậm nhất: {time}"
LATEST_ENGLISH: Final = "At the latest: {time}"
ASK_AT: Final = "Hỏi kết quả tại"
ASK_AT_ENGLISH: Final = "Ask for the result at"
MORE_AT: Final = "Hỏi thêm tại"
MORE_AT_ENGLISH: Final = "Ask more at"
CERTIFICATE: Final = "CHỨNG NHẬN TIÊM CHỦNG"
CERTIFICATE_ENGLISH: Final = "Vaccination certificate"
PENDING: Final = "CHƯA CÓ CHỨNG NHẬN"
PENDING_ENGLISH: Final = "No certificate yet"
PENDING_KEEP: Final = "Xin giữ phiếu này đến khi nhận được giấy chứng nhận"
PENDING_KEEP_ENGLISH: Final = "Please keep this slip until you have the certificate"
OF_THE_PLATFORM: Final = "Do Nền tảng quốc gia cấp, ký số trong mã QR."
OF_THE_PLATFORM_ENGLISH: Final = "Issued by the national Platform; the QR code holds its signature."
NEWEST_COUNTS: Final = "Chỉ dùng bản này; xin bỏ các bản in trước."
NEWEST_COUNTS_ENGLISH: Final = "Use this one only; please throw earlier prints away."
PLATFORM_ONLY: Final = "Giấy này chỉ có giá trị cùng giấy tờ tùy thân."
PLATFORM_ONLY_ENGLISH: Final = "Valid only together with an identity document."
TEST: Final = "IN THỬ"
TEST_ENGLISH: Final = "Test print"
NO_NUMBER: Final = "Đây không phải số thứ tự"
NO_NUMBER_ENGLISH: Final = "This is no queue number"
LETTERS: Final = (
    "aàảãáạ ăằẳẵắặ âầẩẫấậ eèẻẽéẹ êềểễếệ i ì ỉ ĩ í ị oòỏõóọ ôồổỗốộ ơờởỡớợ uùủũúụ ưừửữứự yỳỷỹýỵ đ"
)
"""Every vowel with every tone; i stands alone, for its marks are wider than it is."""
SQUARES: Final = "Mỗi ô vuông: 10 × 10 mm"
SQUARES_ENGLISH: Final = "Each square is 10 × 10 mm"

HANDLED_WITHIN: Final = timedelta(hours=48)
"""Source: the letter of Ninh Thuận, November 2021: complaints are handled within 48 h."""

LARGER: Final = 1.5
"""The large-type variant: every word half as large again."""


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph, centred.

    Attributes:
        personal: True for what concerns one person: it is never kept in memory once drawn.
        needed: False for what a slow line may leave out.
    """

    text: str
    size: int
    bold: bool = False
    inverted: bool = False
    personal: bool = False
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Number:
    """A number as large as the paper allows, or ``part`` of that."""

    text: str
    part: float = 1.0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR."""

    text: str


@dataclass(frozen=True, slots=True)
class Space:
    """White paper, or a black rule."""

    rows: int
    ink: Literal["white", "black"] = "white"


@dataclass(frozen=True, slots=True)
class Code:
    """The code of a certificate, by the measures of its specification."""

    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Squares of 10 mm, to be measured with a ruler."""


Block = Words | Number | Symbol | Code | Scale | Space

RULE: Final = (Space(10), Space(2, "black"), Space(12))


def layout(slip: Slip, zone: ZoneInfo) -> list[Block]:
    """Return the blocks of ``slip``; times are those of ``zone``."""
    kinds = {
        "queue": _queue,
        "correction": _correction,
        "complaint": _complaint,
        "certificate": _certificate,
        "pending": _pending,
        "test": _test,
    }
    blocks: list[Block] = []
    if slip.reprint:
        blocks.append(Words(REPRINT, 40, bold=True, inverted=True))
    if slip.certificate is not None and (slip.reprint or slip.certificate.reissued):
        blocks += [Words(NEWEST_COUNTS, 24, bold=True), Words(NEWEST_COUNTS_ENGLISH, 20)]
    blocks += [Words(slip.site, 34, bold=True), *RULE, *kinds[slip.kind](slip, zone), *RULE]
    at = slip.printed_at.astimezone(zone)
    blocks.append(Words(at.strftime("%H:%M   %d/%m/%Y"), 28, personal=True))
    if slip.kind not in {"certificate", "pending", "test"}:
        blocks += [Words(KEEP, 24, needed=False), Words(KEEP_ENGLISH, 20, needed=False)]
    return [_larger(block) for block in blocks] if slip.large else blocks


def _queue(slip: Slip, _: ZoneInfo) -> Iterator[Block]:
    yield Words(NUMBER_LABEL, 28, needed=False)
    yield Space(12)
    yield Number(slip.ticket)
    yield Space(20)
    yield from _place(GO_TO, slip.stage)
    yield from _name(slip)
    if slip.companions:
        place = slip.companions + 1
        yield Words(COMPANION.format(place=place), 28)
        yield Words(COMPANION_ENGLISH.format(place=place), 22, needed=False)
    if slip.corrections:
        yield Space(14)
        yield Words(TO_CORRECT, 32, bold=True, inverted=True)
        yield from _corrections(slip)
    yield from _further(slip)
    if slip.phone:
        yield Space(16)
        yield Words(ON_PHONE, 26, bold=True)
        yield Words(ON_PHONE_ENGLISH, 22, needed=False)
        yield Symbol(slip.phone)


def _correction(slip: Slip, _: ZoneInfo) -> Iterator[Block]:
    yield Words(TO_CORRECT, TITLE_SIZE, bold=True, inverted=True)
    yield Words(TO_CORRECT_ENGLISH, 28, bold=True, needed=False)
    yield Space(14)
    yield Number(slip.ticket, 0.5)
    yield from _name(slip)
    yield from _corrections(slip)
    yield Space(16)
    yield from _place(SHOW_AT, slip.stage, SHOW_AT_ENGLISH)
    yield from _further(slip)


def _complaint(slip: Slip, zone: ZoneInfo) -> Iterator[Block]:
    latest = (slip.printed_at + HANDLED_WITHIN).astimezone(zone).strftime("%H:%M %d/%m/%Y")
    yield Words(COMPLAINT, TITLE_SIZE, bold=True, inverted=True)
    yield Space(10)
    yield Words(COMPLAINT_LABEL, 28, needed=False)
    yield Space(12)
    yield Number(slip.ticket, 0.8)
    yield from _name(slip)
    yield Space(12)
    yield Words(PROMISE, 28)
    yield Words(PROMISE_ENGLISH, 22, needed=False)
    yield Words(LATEST.format(time=latest), 28, personal=True)
    yield Words(LATEST_ENGLISH.format(time=latest), 22, personal=True, needed=False)
    yield Space(12)
    yield from _place(ASK_AT, slip.stage, ASK_AT_ENGLISH)
    yield from _further(slip)


def _pending(slip: Slip, _: ZoneInfo) -> Iterator[Block]:
    yield Words(PENDING, 30, bold=True, inverted=True)
    yield Words(PENDING_ENGLISH, 28, bold=True, needed=False)
    yield from _name(slip)
    for line in slip.lines:
        # What is all ASCII is English.
        english = line.isascii()
        yield Space(4 if english else 10)
        yield Words(line, 22 if english else 28, personal=True, needed=not english)
    yield Space(12)
    yield from _place(MORE_AT, slip.stage, MORE_AT_ENGLISH)
    yield Space(8)
    yield from (
        Words(PENDING_KEEP, 24, needed=False),
        Words(PENDING_KEEP_ENGLISH, 20, needed=False),
    )


def _certificate(slip: Slip, _: ZoneInfo) -> Iterator[Block]:
    yield Words(CERTIFICATE, TITLE_SIZE, bold=True, inverted=True)
    yield Words(CERTIFICATE_ENGLISH, 28, bold=True)
    if slip.certificate is None:
        return
    yield Space(8)
    yield Code(slip.certificate.code)
    for label, vietnamese, english in slip.certificate.fields:
        yield Words(label, 22)
        yield Words(vietnamese, 28, bold=True, personal=True)
        if english != vietnamese:
            yield Words(english, 24, personal=True)
        yield Space(6)
    yield from (Space(2, "black"), Space(8))
    yield Words(OF_THE_PLATFORM, 22)
    yield Words(OF_THE_PLATFORM_ENGLISH, 20)
    yield Words(PLATFORM_ONLY, 22)
    yield Words(PLATFORM_ONLY_ENGLISH, 20)


def _test(slip: Slip, _: ZoneInfo) -> Iterator[Block]:
    yield Words(TEST, TITLE_SIZE, bold=True, inverted=True)
    yield Words(TEST_ENGLISH, 28, bold=True)
    yield from (Words(NO_NUMBER, 28, bold=True), Words(NO_NUMBER_ENGLISH, 22))
    yield Space(12)
    yield Number(slip.ticket)
    yield Space(12)
    for line in slip.lines:
        yield Words(line, 26)
    yield Space(12)
    yield from (Words(LETTERS, 30), Words(LETTERS.upper(), 30))
    yield Space(16)
    yield Scale()
    yield from (Words(SQUARES, 22), Words(SQUARES_ENGLISH, 20, needed=False))
    if slip.qr:
        yield Symbol(slip.qr)
    yield from (Words(NO_NUMBER, 28, bold=True), Words(NO_NUMBER_ENGLISH, 22))


def _place(before: str, stage: str, english: str = "") -> Iterator[Block]:
    yield Words(before, 28)
    if english:
        yield Words(english, 22, needed=False)
    yield Words(stage, 48, bold=True)


def _name(slip: Slip) -> Iterator[Block]:
    if slip.masked_name:
        yield Space(8)
        yield Words(slip.masked_name, 32, personal=True, needed=slip.kind != "queue")


def _corrections(slip: Slip) -> Iterator[Block]:
    for label, english, on_card, on_list in slip.corrections:
        yield Space(12)
        yield Words(label, 32, bold=True)
        yield Words(english, 22, needed=False)
        for where, value in ((ON_CARD, on_card), (ON_LIST, on_list)):
            yield Words(where, 22)
            yield Words(value or NOTHING, 32, personal=True)


def _further(slip: Slip) -> Iterator[Block]:
    for line in slip.lines:
        yield Space(8)
        yield Words(line, 30, personal=True)
    if slip.qr:
        yield Space(8)
        yield Symbol(slip.qr)


def _larger(block: Block) -> Block:
    match block:
        case Words(text, size, bold, inverted, personal, needed):
            return Words(text, round(size * LARGER), bold, inverted, personal, needed)
        case _:
            return block
