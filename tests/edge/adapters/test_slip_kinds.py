"""Each kind of slip: what stands on it, and that scanners read it off the paper."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from factories.printers import a_slip, in_process
from factories.wire import DEVICE, DEVICE_KEY
from PIL import Image
from pyzbar import pyzbar

from edge.adapters import slip_raster
from edge.adapters.slip_fonts import Fonts
from edge.adapters.slip_layout import LARGER, ON_CARD, ON_LIST, Number, Space, Symbol, Words, layout
from edge.adapters.slip_low import LowSlipRenderer
from edge.adapters.slip_pillow import WIDTH_DOTS, PillowSlipRenderer
from edge.adapters.slip_qr import qr_rows
from edge.adapters.slip_scale import scale_rows
from edge.adapters.slip_text import text_rows, wrap
from edge.domain.answers import Item, Why
from edge.ports import Slip, SlipUnreadable
from edge.services.pending_words import WHY, pending_lines
from edge.services.test_print import code_text
from protocol import reentry
from protocol.errors import WireError
from protocol.messages import Signer

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CORRECTIONS = (
    ("Ngày sinh", "Date of birth", "17/08/1985", "18/07/1985"),
    ("Họ và tên", "Name", "Nguyễn Thị Mẫu", "Nguyễn Thị Mậu"),
    ("Giới tính", "Sex", "Nữ · Female", ""),
)
KINDS = {
    "queue": a_slip(companions=1),
    "correction": a_slip(kind="correction", corrections=CORRECTIONS),
    "complaint": a_slip(kind="complaint", ticket="PA013", stage="Bàn nhập liệu"),
}
LATE = Item("d-1", 1, date(2026, 11, 20), "Comirnaty", why=Why.LATE)
UNSIGNED = Item("d-2", 2, date(2026, 11, 22), "Comirnaty", why=Why.UNSIGNED)
KINDS["pending"] = a_slip(
    kind="pending", ticket="", masked_name="N. T. M***", lines=pending_lines([LATE])
)
KINDS["test"] = a_slip(
    kind="test", ticket="A000", masked_name=None, lines=("Máy · Device: kiosk-0001",)
)
DOTS_A_MM = 203 / 25.4


@pytest.fixture(scope="module", params=[58, 80])
def width_mm(request) -> int:
    return request.param


@pytest.fixture(scope="module")
def signed() -> str:
    state = reentry.Reentry(
        DEVICE, "A012", "019aa000-0000-7000-8000-0000000000aa", "Bàn đón tiếp", 1_795_309_323
    )
    return reentry.encode(state, Signer(DEVICE_KEY, bytes(range(32))))


def paper(data: bytes, width_mm: int) -> Image.Image:
    with in_process(WIDTH_DOTS[width_mm]) as wired:
        wired.printer.send(data)
        return wired.slip(1).convert("L")


def words(slip: Slip) -> list[str]:
    return [block.text for block in layout(slip, ZONE) if isinstance(block, Words | Number)]


def test_two_scanners_read_the_signed_state_off_the_paper(width_mm, signed):
    image = paper(PillowSlipRenderer(width_mm).render(a_slip(qr=signed)), width_mm)

    assert [code.text for code in zxingcpp.read_barcodes(image)] == [signed]
    assert [code.data.decode() for code in pyzbar.decode(image)] == [signed]
    assert reentry.decode(signed).state.ticket == "A012"


def test_every_module_of_the_qr_is_the_same_whole_number_of_dots(width_mm, signed):
    width = WIDTH_DOTS[width_mm]
    rows = qr_rows(signed, width)
    image = Image.frombytes("1", (width, len(rows) * 8 // width), rows)
    left, top, right, bottom = image.getbbox()
    code = image.crop((left, top, right, bottom))
    modules = 57  # version 10

    dots, rest = divmod(code.width, modules)

    assert (code.width, rest) == (code.height, 0)
    assert dots >= 4
    small = code.resize((modules, modules), Image.Resampling.NEAREST)
    assert small.resize(code.size, Image.Resampling.NEAREST).tobytes() == code.tobytes()
    assert left >= 4 * dots
    assert top == 4 * dots


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_fits_the_paper_in_usual_and_large_type(kind, large, width_mm):
    slip = a_slip(
        **{f: getattr(KINDS[kind], f) for f in ("kind", "ticket", "corrections", "lines")}
    )
    slip = Slip(slip.ticket, slip.stage, slip.site, slip.printed_at, kind=slip.kind, large=large,
                corrections=slip.corrections, lines=slip.lines)  # fmt: skip
    renderer = PillowSlipRenderer(width_mm)
    rows = renderer.rows(slip)
    black_to_the_edge = [
        block for block in layout(slip, ZONE)
        if (isinstance(block, Words) and block.inverted) or (isinstance(block, Space) and block.ink == "black")
    ]  # fmt: skip

    assert len(rows) % (WIDTH_DOTS[width_mm] // 8) == 0
    assert black_to_the_edge
    assert renderer.paper_mm(renderer.render(slip)) < 320


def test_the_number_is_readable_at_arms_length(width_mm):
    """12 mm is what a 20/40 eye reads at three metres; an arm is less than one."""
    number = PillowSlipRenderer(width_mm)._number(Number("A012"))

    assert len(number) * 8 / WIDTH_DOTS[width_mm] / DOTS_A_MM >= 12


def test_large_type_is_half_as_large_again():
    usual = [block.size for block in layout(a_slip(), ZONE) if isinstance(block, Words)]
    large = [block.size for block in layout(a_slip(large=True), ZONE) if isinstance(block, Words)]

    assert large == [round(size * 1.5) for size in usual]


def test_a_correction_slip_shows_field_card_and_list_in_both_languages():
    found = words(KINDS["correction"])

    title = found.index("CẦN SỬA THÔNG TIN")
    assert found[title + 1 : title + 3] == ["Details to put right", "A012"]
    start = found.index("Ngày sinh")
    assert found[start : start + 6] == [
        "Ngày sinh", "Date of birth",
        "Trên thẻ · Card", "17/08/1985", "Danh sách · List", "18/07/1985",
    ]  # fmt: skip
    sex = found.index("Giới tính")
    assert found[sex + 3 : sex + 6] == ["Nữ · Female", "Danh sách · List", "(để trống · empty)"]
    show = found.index("Đưa phiếu và thẻ tại")
    assert found[show + 1] == "Show this slip and your card at"


def test_whatever_a_person_has_to_do_or_to_know_is_on_every_slip_in_english_too():
    complaint, companion = words(KINDS["complaint"]), words(KINDS["queue"])

    assert complaint[complaint.index("Hỏi kết quả tại") + 1] == "Ask for the result at"
    assert (
        complaint[complaint.index("Được giải quyết trong 48 giờ") + 1] == "Settled within 48 hours"
    )
    assert "At the latest: 08:05 24/11/2026" in complaint
    assert companion[companion.index("Đi cùng nhóm, người thứ 2") + 1] == "In a group, person 2"


@pytest.mark.parametrize("text", [ON_CARD, ON_LIST])
def test_where_a_value_stands_takes_one_line_of_large_type_on_the_narrowest_paper(text):
    assert len(wrap(text, Fonts().font(round(22 * LARGER)), WIDTH_DOTS[58])) == 1


def test_a_complaint_slip_promises_48_hours_and_says_where_to_ask():
    found = words(KINDS["complaint"])

    assert found[found.index("PHIẾU PHẢN ÁNH") :][:3] == [
        "PHIẾU PHẢN ÁNH", "MÃ PHẢN ÁNH · COMPLAINT", "PA013",
    ]  # fmt: skip
    assert "Được giải quyết trong 48 giờ" in found
    assert "Chậm nhất: 08:05 24/11/2026" in found
    assert found[found.index("Hỏi kết quả tại") + 2] == "Bàn nhập liệu"


def test_a_companion_is_told_their_place_in_the_group():
    assert "Đi cùng nhóm, người thứ 2" in words(KINDS["queue"])
    assert not any("Đi cùng" in text for text in words(a_slip()))


def test_a_pending_slip_says_why_of_each_dose_what_to_do_and_where_to_ask():
    found = words(replace(KINDS["pending"], lines=pending_lines([LATE, UNSIGNED])))

    assert found[1:4] == ["CHƯA CÓ CHỨNG NHẬN", "No certificate yet", "N. T. M***"]
    first, second = (
        found.index("Mũi 1 · Dose 1 · 20/11/2026"),
        found.index("Mũi 2 · Dose 2 · 22/11/2026"),
    )
    assert tuple(found[first + 1 : second]) == WHY[Why.LATE]
    assert tuple(found[second + 1 : second + 3]) == WHY[Why.UNSIGNED]
    assert "Hỏi thêm tại" in found
    # Who waits in vain is not told to come back: the staff are asked.
    assert any("hỏi nhân viên" in text for text in found)
    assert not any("quay lại" in text for text in found)


def test_who_only_has_to_wait_is_told_to_come_back_with_the_card():
    lines = pending_lines([UNSIGNED])

    assert any("quay lại" in text and "thẻ" in text for text in lines)
    assert not any("hỏi nhân viên" in text for text in lines)


def test_who_gets_their_certificate_elsewhere_is_told_where_and_not_to_come_back():
    lines = pending_lines([replace(LATE, why=Why.ELSEWHERE), replace(LATE, why=Why.ELSEWHERE)])

    assert any("trên Nền tảng" in text for text in lines)
    assert not any("quay lại" in text for text in lines)


def test_there_is_a_word_for_every_reason_and_nothing_of_a_vaccine():
    assert set(WHY) == set(Why)
    said = [pending_lines([replace(LATE, why=why, dose=0)]) for why in Why]
    assert all("Mũi tiêm · Dose" in lines[0] for lines in said)
    undated = replace(LATE, on=date.min, dose=0)
    assert pending_lines([undated])[0] == "Mũi tiêm · Dose"
    assert not any("Comirnaty" in text for lines in said for text in lines)


@pytest.mark.parametrize("kind", KINDS)
def test_a_reprint_of_any_kind_says_so_first(kind):
    slip = KINDS[kind]
    again = Slip(slip.ticket, slip.stage, slip.site, slip.printed_at, kind=slip.kind, reprint=True)

    assert words(again)[0] == "BẢN IN LẠI"
    assert "BẢN IN LẠI" not in words(slip)


def test_every_word_that_concerns_one_person_is_marked_so():
    """What is marked is never kept in memory once it is drawn."""
    one = a_slip(kind="correction", corrections=CORRECTIONS, masked_name="Đ*** T** G**")
    other = a_slip(
        kind="correction",
        corrections=tuple((label, english, "X", "Y") for label, english, _, _ in CORRECTIONS),
        masked_name="N***** T** M**",
        printed_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
    )
    kept = [
        {block for block in layout(slip, ZONE) if isinstance(block, Words) and not block.personal}
        for slip in (one, other)
    ]

    assert kept[0] == kept[1]


def test_every_letter_of_every_text_of_ours_is_in_the_font():
    fonts = Fonts()
    missing = text_rows("\U0010fffe", fonts.font(32), 64)
    letters = {letter for slip in KINDS.values() for text in words(slip) for letter in text}

    assert [x for x in sorted(letters) if text_rows(x, fonts.font(32), 64) == missing] == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "test"])
def test_a_serial_slip_of_each_kind_for_a_person_crosses_the_line_in_a_second_or_so(kind, width_mm):
    slip = KINDS[kind]
    data = LowSlipRenderer(width_mm).render(slip)

    assert len(data) * 10 / 115_200 < 1.1
    assert paper(data, width_mm).width == WIDTH_DOTS[width_mm]


def test_a_serial_slip_leaves_the_qr_out(signed):
    low = LowSlipRenderer(80)

    assert low.render(a_slip(qr=signed)) == low.render(a_slip())


@pytest.mark.parametrize("renderer", [PillowSlipRenderer, LowSlipRenderer])
@pytest.mark.parametrize("kind", KINDS)
def test_the_paper_that_a_slip_pulls_is_what_the_printer_used(kind, renderer, width_mm):
    made = renderer(width_mm)
    data = made.render(KINDS[kind])

    printed = paper(data, width_mm).height / 8

    knife = 12.5
    assert abs(made.paper_mm(data) - printed - knife) <= 3


def test_a_test_slip_says_twice_that_it_is_no_number_and_shows_every_vowel_with_every_tone():
    found = words(KINDS["test"])

    assert found[1:3] == ["IN THỬ", "Test print"]
    assert found.count("Đây không phải số thứ tự") == 2
    assert "Xin giữ phiếu này đến khi ra về" not in found
    tones = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    vowels = {unicodedata.normalize("NFC", v + tone) for v in "aăâeêioôơuưy" for tone in tones}
    shown = set("".join(found))
    assert vowels | {letter.upper() for letter in vowels} | set("đĐ") <= shown


def test_the_code_of_a_test_slip_is_as_large_as_a_queue_slips_and_no_way_back_to_a_visit(
    width_mm, signed
):
    text, width = code_text("kiosk-0001"), WIDTH_DOTS[width_mm]

    assert len(qr_rows(text, width)) == len(qr_rows(signed, width))
    with pytest.raises(WireError):
        reentry.decode(text)


def test_a_test_slip_whose_code_cannot_be_read_back_is_never_printed(width_mm):
    unreadable = a_slip(kind="test", qr="TRAM-TEST", phone=None, lines=("",))
    renderer = PillowSlipRenderer(width_mm)
    renderer.rows = lambda _: bytes(WIDTH_DOTS[width_mm])  # a head that draws nothing

    with pytest.raises(SlipUnreadable):
        renderer.render(unreadable)


@pytest.mark.parametrize("renderer", [PillowSlipRenderer, LowSlipRenderer])
def test_the_squares_of_a_test_slip_are_ten_millimetres_each_way(renderer, width_mm):
    width = WIDTH_DOTS[width_mm]
    rows = scale_rows(width)
    picture = Image.frombytes("1", (width, len(rows) * 8 // width), rows)
    box = picture.getbbox()

    assert rows in b"".join(raster_rows(renderer(width_mm).render(KINDS["test"])))
    assert box is not None
    assert (box[2] - box[0]) % 80 == 0
    assert (box[3] - box[1]) / DOTS_A_MM == pytest.approx(10, abs=0.02)
    assert all(picture.getpixel((box[0] + 80 * n + 40, 40)) == (n % 2 == 0) * 255 for n in range(4))


def raster_rows(data: bytes) -> list[bytes]:
    return [command[8:] for command in slip_raster.commands(data) if command.startswith(b"\x1dv")]


def test_a_symbol_stands_once_on_a_queue_slip_and_on_no_other(signed):
    symbols = {
        kind: sum(isinstance(block, Symbol) for block in layout(slip, ZONE))
        for kind, slip in (KINDS | {"signed": a_slip(qr=signed)}).items()
    }

    assert symbols == dict.fromkeys(KINDS, 0) | {"signed": 1}
