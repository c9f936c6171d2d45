"""A site's day signed: one form, its hash, signatures of files and tokens, minutes, what changed."""

import json
import os
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from factories.carried_sheets import PROVINCE
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.signers import PASSPHRASE, official
from factories.site_days import at_desk, dose
from factories.wire import CENTRE_SEAL
from PIL import Image

from central.adapters.audit_sql import SqlAudit
from central.adapters.closing_sql import SqlDays
from central.adapters.dose_store import SqlDoseRecords
from central.adapters.minutes_typst import TypstMinutes
from central.adapters.sign_off_sql import SqlSignOffs
from central.adapters.signature_checker import CmsChecker
from central.adapters.signature_cms import Pkcs11Signer, Pkcs12Signer
from central.adapters.visit_store import SqlProjection
from central.domain import records
from central.domain.records import PlatformReceipt
from central.domain.sign_off import (
    ChangeKind,
    ContentError,
    canonical,
    read_content,
    sha256_of,
)
from central.ports import KeysError, StoreError
from central.ports.sign_off import SignatureRefused, SignerUnavailable
from central.services.closing import ClosingDesk
from central.services.projection import Projector
from central.services.sign_off import SignOffDesk
from protocol import site_events as site

SITE, ON = "phuoc-dinh", date(2026, 11, 22)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = AT + timedelta(minutes=30)
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


class At:
    def now(self):
        return NOW


@pytest.fixture(scope="module")
def head(tmp_path_factory):
    return official(tmp_path_factory.mktemp("official"))


def project(engine):
    Projector(SqlProjection(engine), CENTRE_SEAL).step()


@pytest.fixture
def journal(engine):
    journal = Journal(engine)
    eligible = [at_desk(n, site.Screened(conclusion="eligible", staff="minh"), n) for n in (1, 2)]
    journal.add(check_in(1), check_in(2), check_in(3), *eligible)
    journal.add(dose(11, visit=1, vial="V1"), dose(12, visit=2, vial="V1"))
    project(engine)
    return journal


def desk_of(engine, authorities=None):
    days = SqlDays(engine)
    return SignOffDesk(
        days=days, store=SqlSignOffs(engine), checker=CmsChecker(authorities),
        minutes=TypstMinutes(ZONE), closings=ClosingDesk(days, At(), ZONE), clock=At(),
    )  # fmt: skip


@pytest.fixture
def desk(engine, journal, head):  # noqa: ARG001 - fills the day
    return desk_of(engine, head.authorities)


@pytest.fixture
def batch(desk):
    return desk.make(SITE, ON, PROVINCE)


def by_openssl(head, content, signature, folder):
    """Return what openssl says of a detached signature, which it never made."""
    (folder / "batch.json").write_bytes(content)
    (folder / "batch.p7s").write_bytes(signature)
    return subprocess.run(
        ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder / "batch.p7s",
         "-content", folder / "batch.json", "-CAfile", head.authorities, "-purpose", "any",
         "-out", os.devnull],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_content_has_one_form_and_names_nobody(desk, batch):
    content = json.loads(batch.content)

    assert batch.content == canonical(content)
    assert batch.content.startswith(b'{"day":"2026-11-22","doses":[{"dose":"')
    assert batch.sha256 == sha256_of(batch.content)
    assert [one["dose"] for one in content["doses"]] == sorted([dose(11).id, dose(12).id])
    assert content["equations"]["visits"] == {"total": 3, "parts": [2, 0, 0]}
    assert "VX Một" in batch.content.decode()
    for person in ("058185", "Nguyễn Thị Mẫu", "1985"):
        assert person not in batch.content.decode()
    assert desk.make(SITE, ON, PROVINCE) == batch


def test_the_form_is_that_of_rfc_8785_as_far_as_ours_goes():
    said = {"b": '\u20ac$\u000f\nA\'B"\\\\"/', "a": [1, True, None, "Đổng"]}

    assert canonical(said).decode() == (
        '{"a":[1,true,null,"Đổng"],"b":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no tram-sign-off"),
        (b'{"format":"tram-sign-off","version":2}', "later version"),
        (b'{"format": "tram-sign-off","version":1}', "written anew"),
    ],
)
def test_a_file_that_is_no_batch_is_told_from_one(content, why):
    with pytest.raises(ContentError, match=why):
        read_content(content)


def test_a_file_that_is_too_large_is_no_batch():
    with pytest.raises(ContentError, match="larger"):
        read_content(b" " * ((64 << 20) + 1))


def test_a_pkcs12_file_signs_and_openssl_agrees(desk, batch, head, tmp_path):
    signature = Pkcs12Signer(head.p12, PASSPHRASE).sign(batch.content)

    assert by_openssl(head, batch.content, signature, tmp_path).returncode == 0
    changed = by_openssl(head, batch.content + b" ", signature, tmp_path)
    assert changed.returncode != 0
    signed = desk.attach(batch.sha256, signature, PROVINCE)
    assert (signed.signer, signed.trusted) == ("Common Name: Đổng Thị Giả", True)


@pytest.fixture
def token(head, tmp_path, monkeypatch):
    """A real token in software, with the official's key and certificate on it."""
    (tmp_path / "tokens").mkdir()
    settings = tmp_path / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tmp_path}/tokens\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    pins = ["--so-pin", "87654321", "--pin", "1234"]
    make = ["softhsm2-util", "--init-token", "--free", "--label", "tram", *pins]
    subprocess.run(make, check=True, capture_output=True)
    bring = ["softhsm2-util", "--import", head.key_der, "--token", "tram", "--label", "official"]
    subprocess.run([*bring, "--id", "01", *pins[2:]], check=True, capture_output=True)
    with_certificate(head)
    return SOFTHSM


def with_certificate(head):
    import pkcs11
    from cryptography.hazmat.primitives.serialization import Encoding
    from pkcs11.util.x509 import decode_x509_certificate

    library = pkcs11.lib(str(SOFTHSM))
    library.reinitialize()
    with library.get_token(token_label="tram").open(user_pin="1234", rw=True) as session:
        said = decode_x509_certificate(head.certificate.public_bytes(Encoding.DER))
        said |= {
            pkcs11.Attribute.TOKEN: True,
            pkcs11.Attribute.LABEL: "official",
            pkcs11.Attribute.ID: b"\x01",
        }
        session.create_object(said)


def test_a_token_signs_and_openssl_agrees(desk, batch, head, token, tmp_path):
    signature = Pkcs11Signer(token, "tram", "official", "1234").sign(batch.content)

    assert by_openssl(head, batch.content, signature, tmp_path).returncode == 0
    assert desk.attach(batch.sha256, signature, PROVINCE).trusted
    with pytest.raises(SignerUnavailable, match="does not sign"):
        Pkcs11Signer(token, "tram", "official", "9999").sign(batch.content)
    with pytest.raises(SignerUnavailable, match="does not sign"):
        Pkcs11Signer(token, "another", "official", "1234").sign(batch.content)


def test_a_signature_made_by_openssl_is_taken_in_both_shapes(desk, batch, head, tmp_path):
    (tmp_path / "b.json").write_bytes(batch.content)
    certificate = tmp_path / "c.pem"
    from cryptography.hazmat.primitives.serialization import Encoding

    certificate.write_bytes(head.certificate.public_bytes(Encoding.PEM))
    for form in ("DER", "PEM"):
        subprocess.run(
            ["openssl", "cms", "-sign", "-binary", "-in", tmp_path / "b.json", "-signer",
             certificate, "-inkey", head.key_der, "-outform", form, "-out", tmp_path / form],
            check=True, capture_output=True,
        )  # fmt: skip
        assert desk.attach(batch.sha256, (tmp_path / form).read_bytes(), PROVINCE).trusted


def test_what_is_no_signature_over_the_batch_is_refused_and_changes_nothing(
    desk, batch, head, tmp_path
):
    good = Pkcs12Signer(head.p12, PASSPHRASE).sign(batch.content)
    stranger = official(tmp_path / "stranger", "Lê Văn Bịa")
    attached = tmp_path / "attached"
    (tmp_path / "b.json").write_bytes(batch.content)
    subprocess.run(
        ["openssl", "pkcs12", "-in", head.p12, "-passin", f"pass:{PASSPHRASE}", "-nodes",
         "-out", tmp_path / "both.pem"], check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        ["openssl", "cms", "-sign", "-nodetach", "-binary", "-in", tmp_path / "b.json",
         "-signer", tmp_path / "both.pem", "-outform", "DER", "-out", attached],
        check=True, capture_output=True,
    )  # fmt: skip
    for signature, why in (
        (b"", "no CMS"),
        (b"\x30\x80garbage", "no CMS"),
        (good[:-20], "no CMS"),
        (b"x" * ((1 << 20) + 1), "larger"),
        (attached.read_bytes(), "not detached"),
        (Pkcs12Signer(head.p12, PASSPHRASE).sign(batch.content + b" "), "another content"),
        (Pkcs12Signer(stranger.p12, PASSPHRASE).sign(batch.content), "no authority"),
    ):
        with pytest.raises(SignatureRefused, match=why):
            desk.attach(batch.sha256, signature, PROVINCE)
    assert desk.signed_day(SITE, ON).signatures == ()
    with pytest.raises(SignatureRefused, match="no batch of this hash"):
        desk.attach("0" * 64, good, PROVINCE)


def test_every_byte_of_a_signature_turned_is_refused_or_still_good(batch, head):
    # A few bytes are not covered by anything; none may break the program.
    good = Pkcs12Signer(head.p12, PASSPHRASE).sign(batch.content)
    checker = CmsChecker(head.authorities)
    refused = 0
    for place in range(0, len(good), 37):
        turned = good[:place] + bytes([good[place] ^ 0x41]) + good[place + 1 :]
        try:
            checker.verify(batch.content, turned, NOW)
        except SignatureRefused:
            refused += 1
    assert refused > len(good) // 37 // 2


def test_an_expired_certificate_is_refused(batch, tmp_path):
    old = official(tmp_path / "old", days=30)
    signature = Pkcs12Signer(old.p12, PASSPHRASE).sign(batch.content)

    with pytest.raises(SignatureRefused, match="no authority"):
        CmsChecker(old.authorities).verify(batch.content, signature, NOW)
    assert (
        CmsChecker(old.authorities)
        .verify(batch.content, signature, datetime(2026, 1, 15, tzinfo=UTC))
        .trusted
    )


@pytest.mark.usefixtures("journal")
def test_without_authorities_a_good_signature_is_shown_as_of_nobody_whom_we_know(engine, tmp_path):
    desk = desk_of(engine)
    batch = desk.make(SITE, ON, PROVINCE)
    stranger = official(tmp_path / "stranger")

    signed = desk.attach(
        batch.sha256, Pkcs12Signer(stranger.p12, PASSPHRASE).sign(batch.content), PROVINCE
    )

    assert not signed.trusted


def test_a_key_file_that_does_not_open_says_why(head, tmp_path):
    with pytest.raises(SignerUnavailable, match="password"):
        Pkcs12Signer(head.p12, "another").sign(b"x")
    with pytest.raises(SignerUnavailable, match="cannot read"):
        Pkcs12Signer(tmp_path / "none.p12", "x").sign(b"x")
    with pytest.raises(SignerUnavailable, match="does not sign"):
        Pkcs11Signer(tmp_path / "none.so", "t", "l", "1").sign(b"x")
    for content in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        (tmp_path / "a.pem").write_bytes(content)
        with pytest.raises(KeysError):
            CmsChecker(tmp_path / "a.pem")


def accept(engine, seq, entry="i1"):
    store = SqlDoseRecords(engine)
    for one in store.due(NOW, 10):
        if one.record.subject == dose(seq).id:
            store.save(records.accepted(one.record, PlatformReceipt("p", entry), NOW), None, NOW)


def test_a_signed_day_that_changes_says_which_lines(engine, journal, desk, batch, head):
    desk.attach(batch.sha256, Pkcs12Signer(head.p12, PASSPHRASE).sign(batch.content), PROVINCE)
    assert desk.signed_day(SITE, ON).changes == ()

    accept(engine, 11)
    journal.add(dose(13, visit=3), dose(14, visit=2, lot="ZZ", replaces=dose(12).id))
    project(engine)

    day = desk.signed_day(SITE, ON)
    assert day.batch == batch
    assert [(one.kind, one.dose, one.fields) for one in day.changes] == [
        (ChangeKind.PLATFORM, dose(11).id, ("platform",)),
        (ChangeKind.GONE, dose(12).id, ()),
        (ChangeKind.ADDED, dose(13).id, ()),
        (ChangeKind.ADDED, dose(14).id, ()),
    ]
    assert day.closing_changed


def test_a_fact_that_is_another_is_named_by_its_fields(batch):
    from central.domain.sign_off import changes_between

    content = json.loads(batch.content)
    content["doses"][0] |= {"lot": "ZZ", "injector": "tam"}

    (change,) = changes_between(batch.content, canonical(content))
    assert (change.kind, change.fields) == (ChangeKind.FACTS, ("lot", "injector"))


def test_a_signature_that_cannot_be_written_down_is_not_taken(engine, desk, batch, head):
    signature = Pkcs12Signer(head.p12, PASSPHRASE).sign(batch.content)
    said = [row.act.what for row in SqlAudit(engine).newest(9)]
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO kept")

    with pytest.raises(StoreError):
        desk.attach(batch.sha256, signature, PROVINCE)

    assert said == ["batch_made"]
    assert desk.signed_day(SITE, ON).signatures == ()


def test_a_newer_batch_that_nobody_signed_does_not_hide_the_signed_one(engine, desk, batch):
    desk.vouch(batch.sha256, "Đổng Thị Giả, Trưởng điểm tiêm", PROVINCE)
    accept(engine, 11)
    newer = desk.make(SITE, ON, PROVINCE)

    day = desk.signed_day(SITE, ON)

    assert newer.sha256 != batch.sha256
    assert day.batch == batch
    assert [one.means for one in day.signatures] == ["minutes"]
    assert desk.signed_day(SITE, ON - timedelta(days=1)) is None
    with pytest.raises(SignatureRefused, match="name who"):
        desk.vouch(batch.sha256, " ", PROVINCE)


def test_the_minutes_say_hash_equations_and_exceptions_in_right_vietnamese(desk, batch, tmp_path):
    pdf = tmp_path / "minutes.pdf"
    pdf.write_bytes(desk.draw(batch))

    out = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True)
    text = " ".join(out.stdout.decode().split())
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Xác nhận số liệu tiêm chủng trong ngày 22/11/2026",
        "Đã vào: 3 = đã khám, đủ điều kiện: 2 + đã khám, không tiêm: 0 + ra về, chưa khám: 0",
        "Lệch 1",
        "Đã tiêm: 2 = Nền tảng đã nhận: 0 + Nền tảng chưa nhận: 2",
        "Các trường hợp cần giải thích: 4",
        "Đã vào, chưa có kết luận khám sàng lọc và chưa ra về",
        "Lọ đã dùng nhiều liều hơn số đã mở",
        "TRƯỞNG ĐIỂM TIÊM",
        "CHỦ TỊCH UBND CẤP XÃ",
        batch.sha256,
    ):
        assert words in text
    assert desk.draw(batch) == pdf.read_bytes()


def test_what_somebody_typed_is_no_markup_in_the_minutes(batch, tmp_path):
    content = json.loads(batch.content)
    content["exceptions"] = content["exceptions"][:1] * 60
    content["exceptions"][0] |= {"ticket": '#panic("x") *đậm* $x$ [', "subject": "\\ ] `"}
    day = replace(batch, site="#eval(1)")

    pages = TypstMinutes(ZONE).pages(day, content, "png")

    assert len(pages) > 1
    (tmp_path / "p.png").write_bytes(pages[0])
    with Image.open(tmp_path / "p.png") as picture:
        assert picture.size == (1191, 1684)
        assert len(picture.convert("L").getcolors()) > 20
