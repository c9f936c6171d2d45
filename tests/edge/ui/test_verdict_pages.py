"""What a verify station shows of real signed certificates of each kind, and of what it judged them by."""

import base64
import json
from datetime import UTC, datetime

import pytest
from factories.certificates import DATA, NOW, dcc_of_dose, ec_key, hc1, signer_certificate
from factories.earlier import verdict
from factories.kiosks import ZONE

from edge.domain.earlier import Doubt, Judged
from edge.domain.screen import Screen, Verified, VerifyReady
from edge.services.display import Bar, Shown
from edge.services.judging import CertificateJudge
from edge.services.trust import JudgedBy, ListsState
from edge.ui.pages import Pages

AT = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
LATE = datetime(2026, 11, 9, 2, tzinfo=UTC)


def judged(case: str, doubt: Doubt = "") -> Judged:
    """Return the verdict on one of the EU's common test cases, at the moment that it names."""
    held = json.loads((DATA / "dgc-common" / f"{case}.json").read_text())
    context = held["TESTCTX"]
    at = datetime.fromisoformat(context["VALIDATIONCLOCK"])
    signer = base64.b64decode(context["CERTIFICATE"])
    by = JudgedBy((signer,), None, at, at.date(), doubt, "22/11/2026", "21/11/2026")
    return CertificateJudge()(held["PREFIX"].encode(), None, by)


def drawn(screen: Screen, lists: ListsState | None = None) -> dict[str, str]:
    """Return a page in both languages, as it is sent."""
    pages = Pages(device="kiosk-0001", site_name="Trạm", zone=ZONE)
    shown = Shown(1, screen, bar=Bar(0, AT, lists=lists))
    return {
        **json.loads(pages.message(shown))["html"],
        "bar": json.loads(pages.message(shown))["bar"]["vi"],
    }


@pytest.mark.parametrize(
    ("case", "mark", "vietnamese", "english"),
    [
        ("CO13", '"tick"', "Giấy chứng nhận tiêm hợp lệ.", "A valid vaccination certificate."),
        (
            "CO12",
            '"sign other"',
            "giấy xét nghiệm, không phải chứng nhận tiêm",
            "a test certificate, not",
        ),
        (
            "CO14",
            '"sign other"',
            "khỏi bệnh, không phải chứng nhận tiêm",
            "a recovery certificate, not",
        ),
        (
            "CO15",
            '"sign other"',
            "khỏi bệnh, không phải chứng nhận tiêm",
            "a recovery certificate, not",
        ),
        ("CO5", '"sign"', "Chữ ký trên giấy chứng nhận không đúng.", "is false"),
    ],
)
def test_the_green_mark_is_a_vaccinations_alone(case, mark, vietnamese, english):
    page = drawn(Verified(judged(case)))

    assert f"<h1><span class={mark}" in page["vi"]
    assert vietnamese in page["vi"]
    assert english in page["en"]


@pytest.mark.parametrize(
    ("case", "days"),
    [("CO12", "Theo giấy: lấy mẫu ngày 20/02/2021."), ("CO14", "04/04/2021 đến 04/10/2021")],
)
def test_a_test_and_a_recovery_say_the_days_that_stand_on_them(case, days):
    assert days in drawn(Verified(judged(case)))["vi"]


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ("URN:UVCI:01:AT:858CC18CFCF5965EF82F60E493349AA5#K", False),
        ("URN:UVCI:01:AT:858CC18CFCF5965EF82F60E493349AA5#L", True),
        ("URN:UVCI:01:VN:0123", False),
    ],
)
def test_a_wrong_check_letter_is_a_hint_to_staff_and_no_part_of_the_verdict(identifier, told):
    signed = hc1(ec_key(), dcc_of_dose(ci=identifier)).encode()
    by = JudgedBy((signer_certificate(ec_key()),), None, NOW, NOW.date(), "", "22/11/2026")
    verdict = CertificateJudge()(signed, None, by)
    page = drawn(Verified(verdict))

    assert (verdict.verdict, verdict.good) == ("valid", True)
    assert ("Mã UVCI sai ký tự kiểm tra" in page["vi"]) is told
    assert ("wrong check letter" in page["en"]) is told


@pytest.mark.parametrize(("case", "compared"), [("CO13", True), ("CO5", False), ("Z2", False)])
def test_there_is_a_name_to_compare_only_where_a_signer_vouches_for_it(case, compared):
    verdict, page = judged(case), drawn(Verified(judged(case)))["vi"]

    assert ("So tên và ngày sinh" in page) is compared
    assert ('class="who"' in page) is bool(verdict.birth) is compared


@pytest.mark.parametrize(("doubt", "counted"), [("", True), ("clock", False)])
def test_days_since_a_dose_are_counted_by_a_clock_that_is_believed_alone(doubt, counted):
    assert ("days since" in drawn(Verified(judged("CO13", doubt)))["en"]) is counted


def test_a_verdict_names_the_days_of_both_lists():
    page = drawn(Verified(verdict(fit=None)))["vi"]

    assert "Danh sách nơi ký: ngày 22/11/2026." in page
    assert "Danh sách thu hồi: ngày 21/11/2026." in page


@pytest.mark.parametrize("doubt", ["no_revocations", "clock"])
def test_a_verdict_without_a_list_of_revoked_ones_says_so_once_and_is_not_green(doubt):
    page = drawn(Verified(verdict(fit=None, doubt=doubt, revoked_of="")))["vi"]

    assert page.count("chưa biết giấy có bị thu hồi không") == 1
    assert '<h1><span class="sign quiet"' in page


@pytest.mark.parametrize(
    ("lists", "said", "unsaid"),
    [
        (None, (), ("Danh sách", "danh sách")),
        (ListsState(), ("chưa có danh sách nơi ký: chưa kiểm được giấy nào",), ("thu hồi",)),
        (
            ListsState(AT),
            ("Danh sách nơi ký: ngày 22/11/2026.", "chưa biết giấy nào đã bị thu hồi"),
            (),
        ),
        (
            ListsState(AT, revocations_as_of=LATE, revocations_too_old=True),
            ("ngày 22/11/2026.", "Danh sách thu hồi đã cũ (ngày 09/11/2026)"),
            ("nơi ký đã cũ",),
        ),
        (
            ListsState(LATE, True, AT),
            ("Danh sách nơi ký đã cũ (ngày 09/11/2026)", "thu hồi: ngày 22/11/2026."),
            ("thu hồi đã cũ",),
        ),
    ],
)
def test_a_station_that_waits_says_what_it_would_judge_by(lists, said, unsaid):
    page = drawn(VerifyReady(), lists)["vi"]

    assert [words for words in said if words not in page] == []
    assert [words for words in unsaid if words in page] == []


@pytest.mark.parametrize(
    "lists",
    [
        ListsState(AT, revocations_as_of=LATE, revocations_too_old=True),
        ListsState(LATE, True, AT),
        ListsState(AT, True, LATE, True),
    ],
)
def test_the_bar_says_since_when_a_list_is_too_old(lists):
    assert "Danh sách kiểm giấy đã cũ (09/11/2026)" in drawn(VerifyReady(), lists)["bar"]


@pytest.mark.parametrize("lists", [None, ListsState(), ListsState(AT, revocations_as_of=AT)])
def test_the_bar_says_nothing_of_lists_that_are_fresh(lists):
    assert "Danh sách" not in drawn(VerifyReady(), lists)["bar"]
