"""What a kiosk found of an earlier certificate, at the desks over real https."""

import msgspec
import pytest
from factories.care_desks import CareHub, care_hub

from edge.domain.queue.commands import CallNext
from edge.domain.roster import Match, Standing
from edge.ports import Draft
from protocol.events import CertificateSeen, EarlierDoses, encode_earlier_doses
from protocol.site_events import CertificateNoted

DOSES = EarlierDoses(
    kind="vaccination", dose=2, doses=2, day="2026-05-22", product="EU/1/20/1528", country="VN"
)
TOLD = "Mũi 2/2, ngày 22/05/2026 (184 ngày)."


async def hold_up(
    hub: CareHub, visit: str, verdict="valid", fit="fits", doubt="", doses=DOSES, name="cert-1"
) -> None:
    """Let the hub's own kiosk judge a certificate."""
    sealed = hub.hub.keys.seal(encode_earlier_doses(doses), name)
    body = CertificateSeen(verdict=verdict, fit=fit, doubt=doubt)
    hub.hub.journal.append([Draft(name, body, visit=visit, sealed=sealed)])
    await hub.queue.look()


async def called_to_screening(hub: CareHub) -> str:
    visit = await hub.come("screening")
    await hub.do(CallNext(station="screening", desk="1", staff="lan"))
    return visit


async def test_the_screener_reads_verdict_fit_and_newest_dose(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        await hold_up(hub, await called_to_screening(hub))
        page = (await http.get("/desk/screening/1")).text

    assert f"Giấy trước: còn giá trị. Đúng người. {TOLD}" in page
    assert 'class="good" data-verdict="valid"' in page


async def test_of_several_the_one_with_the_latest_dose_is_the_hint(tmp_path):
    older = msgspec.structs.replace(DOSES, dose=1, day="2026-01-05")
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = await called_to_screening(hub)
        await hold_up(hub, visit)
        await hold_up(hub, visit, doses=older, name="cert-2")
        await hold_up(hub, visit, verdict="revoked", name="cert-3")
        page = (await http.get("/desk/screening/1")).text

    assert TOLD in page
    assert "05/01/2026" not in page


@pytest.mark.parametrize(
    ("kind", "said"),
    [("test", "là giấy xét nghiệm thật"), ("recovery", "là giấy khỏi bệnh thật")],
)
async def test_a_certificate_of_no_vaccination_is_said_to_be_none(tmp_path, kind, said):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = await called_to_screening(hub)
        await hold_up(hub, visit, doses=EarlierDoses(kind=kind))
        page = (await http.get("/desk/screening/1")).text

    assert f"Giấy trước: {said}, không phải chứng nhận tiêm. Đúng người." in page
    assert 'class="alert" data-verdict="valid"' in page


async def test_another_kiosks_certificate_is_read_alike(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = await called_to_screening(hub)
        sealed = hub.hub.site_keys.only_to_site(
            hub.hub.keys.seal(encode_earlier_doses(DOSES), "k-9")
        )
        body = CertificateNoted(
            event="k-9",
            device="kiosk-0002",
            hlc="019aa0000000-0000",
            verdict="valid",
            fit="fits",
            sealed=sealed,
        )
        hub.hub.journal.append([Draft("h-9", body, visit=visit)])
        await hub.queue.look()
        page = (await http.get("/desk/screening/1")).text

    assert TOLD in page


async def test_while_locked_there_is_the_verdict_without_doses(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        await hold_up(hub, await called_to_screening(hub))
        hub.hub.site_keys.lock()
        page = (await http.get("/desk/screening/1")).text

    assert (
        "Giấy trước: còn giá trị. Đúng người. Nội dung giấy hiện ra khi có người đăng nhập." in page
    )
    assert '<li data-verdict="valid">' in page
    assert "22/05/2026" not in page


@pytest.mark.parametrize(
    ("verdict", "fit", "doubt", "words"),
    [
        ("valid", "name_differs", "", "còn giá trị. Tên khác với thẻ."),
        ("bad_signature", "fits", "", "chữ ký không đúng. Đúng người."),
        ("malformed", "", "", "máy không đọc được."),
        ("of_a_later_version", "", "", "of_a_later_version"),
    ],
)
async def test_a_certificate_in_doubt_is_said_in_words_and_tells_no_dose(
    tmp_path, verdict, fit, doubt, words
):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        await hold_up(hub, await called_to_screening(hub), verdict, fit, doubt)
        page = (await http.get("/desk/screening/1")).text

    assert f"Giấy trước: {words}" in page
    assert 'class="alert" data-verdict=' in page
    assert "22/05/2026" not in page


async def test_an_old_list_and_a_list_that_counts_otherwise_are_told_with_the_dose(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        hub.facts["match"] = lambda _: Match(Standing.VERIFIED, doses=1)
        await hold_up(hub, await called_to_screening(hub), doubt="old_list")
        page = (await http.get("/desk/screening/1")).text

    assert f"Danh sách nơi ký ở máy lấy số đã cũ. {TOLD} Số mũi khác với danh sách." in page


async def test_nothing_of_the_doses_is_in_the_journal_in_plain(tmp_path):
    async with care_hub(tmp_path) as hub:
        await hold_up(hub, await called_to_screening(hub))
        entries = hub.hub.journal.entries(0, most=1000, most_bytes=1 << 20)

    kept = b"".join(entry.data for entry in entries)
    assert b'"verdict":"valid"' in kept
    assert b"2026-05-22" not in kept
    assert b"EU/1/20/1528" not in kept
