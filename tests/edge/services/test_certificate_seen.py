"""What is written of an earlier certificate: two words in plain, its doses sealed, nothing else anywhere."""

import pytest
from factories.certificates import NOW, dcc, ec_key, hc1, signer_certificate
from factories.documents import CARD_2021
from factories.earlier import verdict
from factories.kiosks import printing_bench

from edge.domain.commands import PrintSlip
from edge.domain.screen import Done
from edge.ports import PrintJob
from edge.services.judging import CertificateJudge
from edge.services.slip_words import EARLIER, SlipWriter, certificate_lines
from edge.services.trust import JudgedBy
from edge.simulated.clock import SimulatedClock
from edge.ui.words import say
from protocol.events import CertificateSeen, EarlierDoses, decode_body, decode_earlier_doses
from protocol.sealing import unseal

CODE = hc1(ec_key()).encode()
CARD = CARD_2021 if isinstance(CARD_2021, bytes) else CARD_2021.encode()
BY = JudgedBy((signer_certificate(ec_key()),), None, NOW, NOW.date(), "", "01/03/2022")
ON_IT = (
    b"0123456789ABCDEF",
    b"HC1:",
    b"1119349007",
    b"EU/1/20/1528",
    b"2021-11-15",
    "Mẫu".encode(),
)


def judge():
    judging = CertificateJudge()
    return lambda code, claim: judging(code, claim, BY)


async def test_it_is_journalled_with_the_visit_and_only_centre_and_site_can_read_the_doses(
    tmp_path,
):
    async with printing_bench(tmp_path, judge=judge()) as bench:
        await bench.scan(CARD)
        await bench.scan(CODE)
        assert isinstance(bench.screen, Done)
        assert bench.screen.earlier.verdict == "valid"
        events = {event.type: event for event in bench.events()}

    seen, checked_in = events["certificate_seen"], events["checked_in"]
    assert decode_body(seen) == CertificateSeen(verdict="valid", fit="fits")
    assert (seen.visit, seen.person) == (checked_in.visit, checked_in.person)
    at_centre = unseal(seen.sealed, seen.id, bench.keys.centre_seal)
    at_site = unseal(seen.sealed, seen.id, bench.keys.site_seal)
    assert at_centre == at_site
    assert decode_earlier_doses(at_site) == EarlierDoses(
        kind="vaccination", dose=2, doses=2, day="2021-11-15", product="EU/1/20/1528", country="VN"
    )


async def test_nothing_of_it_lies_on_the_disk_or_in_the_log(tmp_path, capfd):
    async with printing_bench(tmp_path, judge=judge()) as bench:
        await bench.scan(CARD)
        await bench.scan(CODE)
        written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    told = "".join(capfd.readouterr()).encode()
    assert b"certificate_seen" in written
    assert [part for part in ON_IT if part in written + told] == []


async def test_that_somebody_was_tested_is_sealed_like_a_dose(tmp_path):
    entry = {"tg": "840539006", "co": "VN", "is": "Ban Cơ yếu", "ci": "URN:UVCI:01:VN:1"}
    code = hc1(ec_key(), dcc(v=..., t=[entry | {"sc": "2021-12-01T08:00:00Z"}])).encode()
    async with printing_bench(tmp_path, judge=judge()) as bench:
        await bench.scan(CARD)
        await bench.scan(code)
        seen = next(event for event in bench.events() if event.type == "certificate_seen")

    assert decode_body(seen) == CertificateSeen(verdict="valid", fit="fits")
    at_site = unseal(seen.sealed, seen.id, bench.keys.site_seal)
    assert decode_earlier_doses(at_site) == EarlierDoses(kind="test")


async def test_one_that_cannot_be_read_has_nothing_to_seal(tmp_path):
    async with printing_bench(tmp_path, judge=judge()) as bench:
        await bench.scan(CARD)
        await bench.scan(b"HC1:6BF-BROKEN")
        seen = next(event for event in bench.events() if event.type == "certificate_seen")
        assert isinstance(bench.screen, Done)

    assert decode_body(seen) == CertificateSeen(verdict="malformed")
    assert seen.sealed is None


@pytest.mark.parametrize(("place", "language"), [(0, "vi"), (1, "en")])
@pytest.mark.parametrize("known", EARLIER)
def test_screen_and_slip_tell_the_same_dose(known, place, language):
    values = {"dose": 2, "doses": 2, "date": "15/11/2021", "days": 106}
    on_screen = say(f"verdict_dose.{known}", language, **values)

    assert on_screen.split(":", 1)[1] in EARLIER[known][place].format(**values)


def test_the_slip_tells_the_dose_and_an_old_list_in_both_languages():
    order = PrintSlip("job", "visit", "A012", "N. T. M***", earlier=verdict(doubt="old_list"))
    job = PrintJob("job", "visit", "A012", "2026-11-22T01:05:00Z")

    lines = SlipWriter("Trạm", "Bàn đón tiếp", SimulatedClock()).slip(order, job).lines

    assert lines == (
        "Theo giấy chứng nhận: mũi 2/2, ngày 15/11/2021 (106 ngày). Bác sĩ quyết định."
        " Xin xem lại giấy chứng nhận.",
        "On the certificate: dose 2 of 2, 15/11/2021 (days since: 106). The doctor decides."
        " Please check the certificate.",
    )


def test_a_certificate_in_doubt_is_not_on_the_slip():
    assert certificate_lines(verdict("unknown_signer")) == ()
