"""Codes that are no identity card: notices are read tolerantly, all else is named and explained."""

import pytest
from factories.documents import CARD_2021, HEALTH_INSURANCE, PASSPORT, PERSONAL_QR, TODAY

from protocol.documents.model import Claim, DocumentClass, PartialDate, Reason, Refusal
from protocol.documents.model import Warning as Doubt
from protocol.documents.reader import MAX_PAYLOAD_BYTES, read_code

NOTICE = DocumentClass.IDENTITY_NOTICE
UNKNOWN = DocumentClass.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "058185000123",
        "Số định danh cá nhân: 058185000123",
        "CCCD:058185000123",
        "Thông báo số 12/2021 ngày 05/11/2021, ông (bà) có số 058185000123.",
        "058185000123;Nguyễn Thị Mẫu;17/08/1985;058185000123",
        "264000456|058185000123|Nguyễn Thị Mẫu",
        "058185000123|264000456|Nguyễn Thị M",
        "058185000123||Nguyễn Thị Mẫu|ngày 17 tháng 8",
        "058185000123,17081985,Nguyễn Thị Mẫu",
        "058185000123 999999999999",
        "Số 058185000123 ĐT +84912345678",
    ],
)
def test_a_notice_is_taken_when_exactly_one_number_stands_in_it(text):
    reading = read_code(text.encode(), TODAY)

    assert reading == Claim(document=NOTICE, number="058185000123", warnings=(Doubt.NAME_MISSING,))


def test_a_notice_that_begins_like_a_card_is_read_like_one():
    text = "058185000123|264000456|Nguyễn Thị Mẫu|17081985|Nữ"

    reading = read_code(text.encode(), TODAY)

    assert reading == Claim(
        document=NOTICE,
        number="058185000123",
        name="Nguyễn Thị Mẫu",
        birth=PartialDate(1985, 8, 17),
        sex="female",
        old_number="264000456",
    )


def test_a_notice_that_begins_like_a_card_and_has_no_sex_is_taken_with_a_doubt():
    reading = read_code("058185000123||Nguyễn Thị Mẫu|1985".encode(), TODAY)

    assert isinstance(reading, Claim)
    assert reading.warnings == (Doubt.BIRTH_INCOMPLETE, Doubt.SEX_UNREADABLE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("058185000123 058185000124", Reason.SEVERAL_NUMBERS),
        ("Cha 058085000120, mẹ 058185000123", Reason.SEVERAL_NUMBERS),
        ("058185000123||Nguyễn Thị Mẫu|31022000", Reason.IMPOSSIBLE_DATE),
        ("000000000000", Reason.BAD_NUMBER),
        ("058985000123", Reason.BAD_NUMBER),
        ("Số: ******000123", Reason.MASKED_NUMBER),
        ("Số: 058*****0123", Reason.MASKED_NUMBER),
    ],
)
def test_a_notice_with_no_number_or_with_several_is_refused(text, reason):
    assert read_code(text.encode(), TODAY) == Refusal(NOTICE, reason)


@pytest.mark.parametrize(
    ("text", "document", "reason"),
    [
        (PERSONAL_QR, DocumentClass.PERSONAL_QR, Reason.MASKED_NUMBER),
        (
            "058185000123|NGUYEN THI MAU|1985-08-17|1|7F0A|",
            DocumentClass.PERSONAL_QR,
            Reason.NOT_RECOGNISED,
        ),
        ("******0123|NGUYEN THI MAU|?|1|", DocumentClass.PERSONAL_QR, Reason.MASKED_NUMBER),
        (HEALTH_INSURANCE, DocumentClass.HEALTH_INSURANCE, Reason.HEALTH_INSURANCE),
        (
            "058185000123|4e677579e1bb856e|1985|2|4e696e68|58 - 005",
            DocumentClass.HEALTH_INSURANCE,
            Reason.HEALTH_INSURANCE,
        ),
        (
            "HC1:6BFOXN*TS0BI$ZD-P3U87",
            DocumentClass.VACCINATION_CERTIFICATE,
            Reason.CERTIFICATE_NOT_IDENTITY,
        ),
        ("https://example.test/?id=058185000123", DocumentClass.URL, Reason.WEB_ADDRESS),
        ("HTTP://EXAMPLE.TEST", DocumentClass.URL, Reason.WEB_ADDRESS),
        ("www.example.test", DocumentClass.URL, Reason.WEB_ADDRESS),
        ("dichvu.example.vn/058185000123", DocumentClass.URL, Reason.WEB_ADDRESS),
        ("zalo://qr/058185000123", DocumentClass.URL, Reason.WEB_ADDRESS),
        ("BEGIN:VCARD\nTEL:058185000123\nEND:VCARD", UNKNOWN, Reason.NOT_RECOGNISED),
        ("WIFI:S:tram;P:058185000123;;", UNKNOWN, Reason.NOT_RECOGNISED),
        ("tel:058185000123", UNKNOWN, Reason.NOT_RECOGNISED),
        (
            "00020101021138540010A00000072701240006970436 058185000123",
            UNKNOWN,
            Reason.NOT_RECOGNISED,
        ),
        ("+840123456789", UNKNOWN, Reason.NOT_RECOGNISED),
        ("Xin chào", UNKNOWN, Reason.NOT_RECOGNISED),
        ("", UNKNOWN, Reason.NOT_RECOGNISED),
        ("|||||||||||", UNKNOWN, Reason.NOT_RECOGNISED),
        ("264000456|Nguyễn Thị Mẫu", UNKNOWN, Reason.NOT_RECOGNISED),
        ("058185000123456", UNKNOWN, Reason.NOT_RECOGNISED),
        ("a58185000123b0f3", UNKNOWN, Reason.NOT_RECOGNISED),
    ],
)
def test_a_code_that_is_no_identity_is_named_and_refused(text, document, reason):
    assert read_code(text.encode(), TODAY) == Refusal(document, reason)


@pytest.mark.parametrize(
    "payload",
    [
        CARD_2021.encode("utf-16"),
        "058185000123||Tên có dấu".encode("cp1258", errors="replace") + b"\xea",
        CARD_2021.encode()[:-60][: CARD_2021.encode().index("ễ".encode()) + 1],
        "058185000123||Nguy\ufffdn|17081985|N\ufffd|Ninh Thu\ufffdn|05052021".encode(),
        b"\xff\xfe\xfd",
        b"\xed\xa0\x80",
    ],
)
def test_bytes_that_are_not_utf_8_or_lost_letters_before_are_refused_as_wrongly_encoded(payload):
    assert read_code(payload, TODAY) == Refusal(UNKNOWN, Reason.WRONG_ENCODING)


def test_a_payload_longer_than_any_code_is_refused_unread():
    payload = CARD_2021.encode().ljust(MAX_PAYLOAD_BYTES + 1, b" ")

    assert read_code(payload, TODAY) == Refusal(UNKNOWN, Reason.TOO_LONG)
    assert isinstance(read_code(payload[:-1], TODAY), Claim)


def test_the_foot_of_a_passport_read_by_an_engine_is_a_passport():
    reading = read_code(PASSPORT.encode(), TODAY)

    assert isinstance(reading, Claim)
    assert reading.document is DocumentClass.PASSPORT
