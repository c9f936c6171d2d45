"""Every word that the kiosk's screen says, Vietnamese first. One table, ready for catalogues.

Short sentences, no word that a person of 75 would have to ask about. Facts come from the domain.
"""

from typing import Final, Literal, NamedTuple

from edge.services.display import PrinterMood
from protocol.documents.model import Reason

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")


class Words(NamedTuple):
    """One thing said in each language."""

    vi: str
    en: str


WORDS: Final[dict[str, Words]] = {
    "title": Words("Lấy số thứ tự tiêm chủng", "Vaccination check-in"),
    "call_staff": Words("Gọi nhân viên", "Call staff"),
    "back": Words("Quay lại", "Back"),
    "attract.title": Words(
        "Đưa thẻ căn cước\nvào trước máy quét", "Hold your ID card\nup to the scanner"
    ),
    "attract.how": Words(
        "Mã QR hướng về phía máy. Giữ yên một chút.", "QR code facing the machine. Hold still."
    ),
    "attract.picture": Words(
        "Hình vẽ: bàn tay cầm thẻ có mã QR trước máy quét",
        "Drawing: a hand holds a card with a QR code up to the scanner",
    ),
    "attract.keypad": Words("Không có mã QR? Bấm số căn cước", "No QR code? Type the ID number"),
    "attract.camera": Words("Máy quét đang hỏng", "The scanner is not working"),
    "attract.camera_how": Words(
        "Xin bấm số căn cước ở nút bên dưới, hoặc gọi nhân viên.",
        "Please type your ID number with the button below, or call staff.",
    ),
    "busy.title": Words("Đang ghi tên, xin chờ…", "One moment, please…"),
    "done.title": Words("Số của ông/bà", "Your number"),
    "done.again": Words(
        "Ông/bà đã lấy số rồi. Số của ông/bà là", "You already have a number. It is"
    ),
    "done.next": Words(
        "Xin ngồi chờ. Khi gọi đến số này, mời đến bàn đón tiếp.",
        "Please take a seat. When this number is called, go to reception.",
    ),
    "done.take_card": Words("Nhớ cất thẻ.", "Don't forget your card."),
    "slip.printing": Words(
        "Phiếu đang in, xin chờ lấy phiếu.", "Your slip is printing, please wait for it."
    ),
    "slip.printed": Words("Xin lấy phiếu ở khe in.", "Please take your slip."),
    "slip.doubtful": Words(
        "Nếu phiếu không ra hoặc bị rách, xin nhớ số này.",
        "If no slip came out, or it is torn, remember this number.",
    ),
    "slip.failed": Words(
        "Máy không in được phiếu. Xin nhớ số này và nói số với nhân viên ở bàn đón tiếp.",
        "No slip could be printed. Remember this number and tell it to the staff at reception.",
    ),
    "slip.again": Words(
        "Không in thêm phiếu. Mất phiếu thì gọi nhân viên.",
        "No second slip. If you lost yours, call staff.",
    ),
    "refused.title": Words("Chưa lấy được số", "No number yet"),
    "refused.keypad": Words("Bấm số căn cước", "Type the ID number"),
    "two.title": Words("Máy thấy hai thẻ", "The scanner sees two cards"),
    "two.how": Words("Xin đưa từng thẻ một.", "One card at a time, please."),
    "keypad.title": Words("Bấm 12 số căn cước", "Type the 12 digits of the ID"),
    "keypad.where": Words(
        "Số in ngay dưới chữ CĂN CƯỚC trên thẻ.",
        "The number is printed on the card, below the words CĂN CƯỚC.",
    ),
    "keypad.erase": Words("Xóa", "Erase"),
    "keypad.next": Words("Tiếp tục", "Continue"),
    "keypad.digits": Words("Số đã bấm", "Digits typed"),
    "confirm.title": Words("Số này đúng chưa?", "Is this number right?"),
    "confirm.how": Words("Xin so với số trên thẻ.", "Compare it with your card."),
    "confirm.yes": Words("Đúng", "Yes"),
    "confirm.no": Words("Sửa lại", "Change it"),
    "help.title": Words("Cần nhân viên giúp ở máy này", "Help is needed at this machine"),
    "help.how": Words(
        "Xin giơ tay hoặc gọi nhân viên gần nhất. Máy này không tự báo đi được.",
        "Raise your hand or call the nearest staff member. This machine cannot send for them.",
    ),
    "out.title": Words("Máy này tạm ngừng", "This machine is out of order"),
    "out.how": Words(
        "Mời ông/bà cầm thẻ sang bàn đón tiếp. Ở đó vẫn nhận như thường.",
        "Please take your card to the reception desk. They will serve you as usual.",
    ),
    "out.staff": Words("Nhân viên", "Staff"),
    "out.D01": Words(
        "Thẻ nhớ của máy đã đầy. Đưa người dân sang bàn đón tiếp, báo kỹ thuật mã D01.",
        "The machine's storage is full. Send people to reception and report code D01.",
    ),
    "out.D02": Words(
        "Máy không ghi được sổ. Tắt nguồn, đợi 10 giây, bật lại; nếu còn, báo kỹ thuật mã D02.",
        "The journal cannot be written. Switch off, wait 10 seconds, switch on; if it stays, report code D02.",
    ),
    "bar.unknown": Words(
        "Chưa rõ còn bao nhiêu lượt ghi chưa gửi", "Not known how many records are unsent"
    ),
    "bar.sent": Words(
        "Trung tâm đã nhận hết, lúc {time}", "The centre has received everything, at {time}"
    ),
    "bar.unsent": Words(
        "Còn {count} lượt ghi chưa gửi về trung tâm, lúc {time}",
        "{count} records not yet sent to the centre, at {time}",
    ),
    "bar.clock": Words("Đồng hồ máy chưa chắc đúng", "This clock may be wrong"),
    "bar.lost": Words(
        "Màn hình mất liên lạc với máy, đang nối lại…", "The screen lost the machine, reconnecting…"
    ),
}

REASONS: Final[dict[Reason, Words]] = {
    Reason.MASKED_NUMBER: Words(
        "Mã này che mất một phần số căn cước. Xin đưa thẻ căn cước.",
        "Part of the ID number is hidden in this code. Please show your ID card.",
    ),
    Reason.HEALTH_INSURANCE: Words(
        "Đây là thẻ bảo hiểm y tế. Xin đưa thẻ căn cước.",
        "This is a health insurance card. Please show your ID card.",
    ),
    Reason.CERTIFICATE_NOT_IDENTITY: Words(
        "Đây là giấy chứng nhận tiêm chủng. Xin đưa thẻ căn cước.",
        "This is a vaccination certificate. Please show your ID card.",
    ),
    Reason.WEB_ADDRESS: Words(
        "Đây là mã của một trang mạng. Xin đưa thẻ căn cước.",
        "This code is a web address. Please show your ID card.",
    ),
    Reason.IMPOSSIBLE_DATE: Words(
        "Mã này ghi một ngày không có trên lịch. Xin bấm số căn cước.",
        "This code holds a date that does not exist. Please type the ID number.",
    ),
    Reason.BAD_NUMBER: Words(
        "Số căn cước phải có đủ 12 chữ số. Xin xem lại số trên thẻ.",
        "An ID number has 12 digits. Please check the number on the card.",
    ),
    Reason.BAD_CHECK_DIGIT: Words(
        "Số hộ chiếu đọc chưa khớp. Xin gọi nhân viên.",
        "The passport number does not add up. Please call staff.",
    ),
    Reason.SEVERAL_NUMBERS: Words(
        "Mã này có nhiều số khác nhau. Xin bấm số căn cước.",
        "This code holds several numbers. Please type the ID number.",
    ),
    Reason.WRONG_ENCODING: Words(
        "Máy không đọc được chữ trong mã này. Xin bấm số căn cước.",
        "The letters in this code cannot be read. Please type the ID number.",
    ),
    Reason.TOO_LONG: Words(
        "Đây không phải mã của thẻ căn cước. Xin đưa thẻ căn cước.",
        "This is not the code of an ID card. Please show your ID card.",
    ),
    Reason.NOT_RECOGNISED: Words(
        "Đây không phải mã của thẻ căn cước. Xin đưa thẻ căn cước.",
        "This is not the code of an ID card. Please show your ID card.",
    ),
}

PRINTER: Final[dict[PrinterMood, Words]] = {
    PrinterMood.READY: Words("", ""),
    PrinterMood.UNKNOWN: Words("", ""),
    PrinterMood.PAPER_LOW: Words("Sắp hết giấy in", "Paper is running low"),
    PrinterMood.PAPER_OUT: Words("Hết giấy in", "Out of paper"),
    PrinterMood.COVER_OPEN: Words("Nắp máy in đang mở", "The printer's cover is open"),
    PrinterMood.UNREACHABLE: Words("Không gọi được máy in", "The printer does not answer"),
}


def say(key: str, language: Language, **values: object) -> str:
    """Return what ``key`` says in ``language``, with ``values`` filled in."""
    return str(getattr(WORDS[key], language)).format(**values)
