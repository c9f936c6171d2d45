"""Texts of identity documents of invented people."""

from datetime import date

TODAY = date(2026, 11, 22)

CARD_2021 = (
    "058185000123|264000456|Nguyễn Thị Mẫu|17081985|Nữ"
    "|Thôn 3, Phước Dinh, Thuận Nam, Ninh Thuận|05052021"
)
LEAP_DAY = (
    "058200000015||Chamaléa Văn Thử|29022000|Nam"
    "|Thôn Ma Hoa, Phước Đại, Bác Ái, Ninh Thuận|05052021"
)
NO_ISSUE_DATE = (
    "058200000015||Chamaléa Văn Thử|29022000|Nam|Thôn Ma Hoa, Phước Đại, Bác Ái, Ninh Thuận"
)
DIRTY_ADDRESS = (
    "058185000124||Đổng Thị Giả|17081985|Nữ"
    "|KDC, - Hưng Phú 1 , Phan Rang-Tháp Chàm ,, Ninh Thuận|05052021"
)
CARD_2024 = (
    "058200000015||Chamaléa Văn Thử|29022000|Nam"
    "|Thôn Ma Hoa, Phước Đại, Bác Ái, Ninh Thuận|05072024||||"
)
PERSONAL_QR = "******000123|NGUYEN THI MAU|1985-08-17|1|7F0A|"
HEALTH_INSURANCE = "|".join(
    [
        "DN4580123456789",
        "Nguyễn Thị Mẫu".encode().hex(),
        "17/08/1985",
        "2",
        "Ninh Thuận".encode().hex(),
        "58 - 005",
        "-",
        "01/01/2021",
    ]
)
PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)
"""The specimen of ICAO Doc 9303, part 4, appendix B."""


def card(
    *,
    number: str = "058185000123",
    old_number: str = "",
    name: str = "Nguyễn Thị Mẫu",
    birth: str = "17081985",
    sex: str = "Nữ",
    address: str = "Thôn 3, Phước Dinh, Thuận Nam, Ninh Thuận",
    issued: str = "05052021",
) -> bytes:
    """Return the bytes of a card of 2021 with some fields changed."""
    return "|".join([number, old_number, name, birth, sex, address, issued]).encode()
