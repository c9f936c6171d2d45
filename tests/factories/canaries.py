"""An invented person who must leave no trace, and every form in which a trace could be left."""

import base64
import json
import unicodedata
import urllib.parse
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from factories.certificates import VACCINATION, ec_key, hc1

from protocol.certificates.writing import dcc_fields, vietnamese_person
from protocol.documents.model import PartialDate

NUMBER, OLD_NUMBER, PHONE = "058185900871", "264900871", "0987654321"
NAME, LISTED_NAME = "Bạch Thị Chim Yến", "Bạch Thị Chim Én"
ADDRESS = f"Thôn Vĩnh Trường, ĐT {PHONE}"
CARD = f"{NUMBER}|{OLD_NUMBER}|{NAME}|17081985|Nữ|{ADDRESS}|05052021"
ROSTER = (
    "STT,Số CCCD,Họ và tên,Ngày sinh,Giới tính,Quốc tịch,Tình trạng xác minh,Khung giờ,"
    "Số mũi đã tiêm,Ngày tiêm gần nhất,Bàn\n"
    f"1,{NUMBER},{LISTED_NAME},18/07/1985,Nữ,Việt Nam,Đã xác minh,08:00-09:00,1,02/10/2021,\n"
)
UVCI = "URN:UVCI:01:VN:CANARY9871CANARY9871CANARY98"
CERTIFICATE = hc1(
    ec_key(),
    dcc_fields(
        vietnamese_person(NAME, PartialDate(1985, 8, 17)),
        VACCINATION._replace(identifier=UVCI),
    ),
    expires_at=datetime(2046, 1, 1, tzinfo=UTC),
)
SECRETS = (
    NUMBER, OLD_NUMBER, PHONE, NAME, LISTED_NAME, "Vĩnh Trường", "17081985", "1985-08-17",
    UVCI, "CANARY9871", CERTIFICATE[4:44], "2021-11-15",
)  # fmt: skip
"""The last ones are of the certificate: its identifier, the code itself, and the day of its dose."""


def traces(secret: str) -> Iterator[bytes]:
    """Yield the forms of ``secret`` that a program might have written."""
    plain = unicodedata.normalize("NFC", secret)
    loose = unicodedata.normalize("NFD", secret)
    bare = "".join(c for c in loose if not unicodedata.combining(c))
    texts = {plain, loose, bare, plain.upper(), bare.upper(), bare.lower()}
    for text in texts:
        raw = text.encode()
        yield raw
        yield text.encode("utf-16-le")
        yield json.dumps(text).strip('"').encode()
        yield urllib.parse.quote(text).encode()
        yield urllib.parse.quote_plus(text).encode()
        yield raw.hex().encode()
        yield from _base64(raw)


def _base64(raw: bytes) -> Iterator[bytes]:
    """Yield the letters of base64 that stand for ``raw`` wherever in a longer text it begins."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).rstrip(b"=")
        yield encoded[-(-before * 8 // 6) : len(encoded) - 1]


FORMS = {form for secret in SECRETS for form in traces(secret) if len(form) >= 7}


def traces_in(data: bytes) -> list[bytes]:
    """Return the traces of the canary in ``data``."""
    return [form for form in FORMS if form in data]


def traces_in_files(paths: Iterable[Path]) -> dict[str, list[bytes]]:
    """Return the files that hold a trace, by name, and what each holds."""
    found = {str(path): traces_in(path.read_bytes()) for path in paths if path.is_file()}
    return {name: what for name, what in found.items() if what}
