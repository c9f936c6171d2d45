"""Certificates at the desks of observation and reception, over real https: told, printed, or why not."""

import asyncio
import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from factories.care_desks import CareHub, care_hub, form_of
from factories.certificates import NOW, ec_key, hc1
from factories.desk_papers import NUMBER, Papers
from factories.site_desks import observed
from factories.waiting import until

from edge.domain.answers import Answer, Found, Item, Why
from edge.domain.commands import PrintCertificate, PrintPending
from edge.ports import JournalError
from edge.ui.site.desk_certificates import state_of
from protocol.events import CertificatePrinted, decode_body
from protocol.site_events import Left

DESK, RECEPTION = "/desk/observation/1", "/desk/reception/1"
CODE = hc1(ec_key())
THERE = Item("dose-1", 2, date(2026, 11, 22), "Comirnaty", "v", certificate=CODE)
UNSIGNED = replace(THERE, certificate="", why=Why.UNSIGNED)


def bodies(hub: CareHub, kind: type) -> list:
    found = [decode_body(event) for event in hub.hub.events()]
    return [body for body in found if isinstance(body, kind)]


async def looked(hub: CareHub, http, papers: Papers) -> tuple[str, str]:
    """Have somebody sit in observation, asked for once; return their visit and the desk's page."""
    visit = await observed(hub)
    await papers.desk.look_at_all()
    return visit, (await http.get(f"{DESK}?visit={visit}")).text


async def test_the_desk_says_of_everybody_who_waits_how_far_the_certificate_is(tmp_path):
    papers = Papers(UNSIGNED, found=Found.PENDING)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        visit, page = await looked(hub, http, papers)
        papers.tell(THERE)
        again = await http.post(f"{DESK}/certificates", data=form_of(page, "certificates"))
        after = (await http.get(again.headers["location"])).text
        line = (await http.get(DESK)).text

    assert "chờ người phụ trách ký" in page
    assert 'data-certificate="unsigned"' in page
    assert 'data-certificate="ready"' in after
    assert "Giấy: có, chưa in" in line
    assert papers.desk.known(visit).items[0].certificate == ""


def test_an_older_dose_says_nothing_of_who_leaves_without_a_certificate_of_today():
    today = replace(THERE, printed=True)
    older = replace(THERE, id="dose-0", visit="", on=date(2026, 10, 20))
    refused = replace(older, certificate="", why=Why.NOT_ACCEPTED)

    def told(*items: Item) -> str:
        return state_of(Answer(Found.AVAILABLE, items), "v")

    assert [told(older, today), told(refused, today), told(older, UNSIGNED)] == [
        "printed",
        "printed",
        "unsigned",
    ]
    assert [told(older), told(refused)] == ["ready", "not_accepted"]


async def test_what_somebody_asked_for_stays_on_the_page_while_the_desk_looks_again(
    tmp_path, monkeypatch
):
    papers, asked = Papers(THERE), []
    answer = papers.records.ask

    def ask(asker):
        asked.append(asker.watched)
        return answer(asker)

    monkeypatch.setattr(papers.records, "ask", ask)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        visit = await observed(hub)
        papers.tell(replace(THERE, visit=visit))
        await papers.desk.look_at_all()
        await papers.desk.look_at_all()
        papers.tell(THERE, replace(THERE, id="dose-2", visit=visit))
        page = (await http.get(f"{DESK}?visit={visit}")).text
        await http.post(f"{DESK}/certificates", data=form_of(page, "certificates"))
        await papers.desk.look_at_all()

    assert asked == [True, True, False, False]


async def test_a_page_on_a4_stands_in_the_journal_before_it_is_shown_and_the_next_one_is_marked(
    tmp_path,
):
    papers = Papers(THERE)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        visit, page = await looked(hub, http, papers)
        form = form_of(page, "certificate-sheet")
        first = await http.post(f"{DESK}/certificate-sheet", data=form)
        sent_again = await http.post(f"{DESK}/certificate-sheet", data=form)
        sheet = (await http.get(first.headers["location"])).text
        page = (await http.get(f"{DESK}?visit={visit}")).text
        second = await http.post(
            f"{DESK}/certificate-sheet", data=form_of(page, "certificate-sheet")
        )
        copy = (await http.get(second.headers["location"])).text
        events = bodies(hub, CertificatePrinted)
        async with hub.at("reception") as other:
            elsewhere = await other.get(first.headers["location"])

    assert first.headers["location"] == sent_again.headers["location"]
    assert [(e.dose, e.reprint, e.paper, e.staff, e.proof) for e in events] == [
        ("dose-1", False, "a4", "theo-doi-1", "doubtful"),
        ("dose-1", True, "a4", "theo-doi-1", "doubtful"),
    ]
    for words in ("Nguyễn Thị Mẫu", "17/08/1985", "URN:UVCI:01:VN:", "Comirnaty", "Date of birth"):
        assert words in sheet
    assert len(re.findall(r'<th scope="row">', sheet)) == 11
    assert "BẢN IN LẠI" not in sheet
    assert "BẢN IN LẠI" in copy
    assert "In lại trang A4" in page
    # Only who made it sees it.
    assert elsewhere.status_code == 303


async def test_nothing_of_a_certificate_is_kept_but_ids(tmp_path):
    papers = Papers(THERE)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        _, page = await looked(hub, http, papers)
        made = await http.post(f"{DESK}/certificate-sheet", data=form_of(page, "certificate-sheet"))
        written = b"".join(
            entry.data for entry in hub.hub.journal.entries(0, most=1000, most_bytes=1 << 20)
        )
        hub.clock.advance(seconds=5 * 60)
        late = await http.get(made.headers["location"])
        await papers.desk.look_at_all()

    assert papers.desk._sheets == {}
    for secret in (b"HC1:", b"UVCI", "Mẫu".encode()):
        assert secret not in written
    assert late.status_code == 303


async def test_what_was_revoked_or_is_gone_meanwhile_is_not_printed_and_says_why(tmp_path):
    papers = Papers(THERE)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        _, page = await looked(hub, http, papers)
        form = form_of(page, "certificate-sheet")
        papers.revoke(CODE)
        revoked = await http.post(f"{DESK}/certificate-sheet", data=form)
        papers.by = replace(papers.by, certificates=())
        unknown = await http.post(
            f"{DESK}/certificate-sheet", data=form_of(revoked.text, "certificate-sheet")
        )
        papers.tell(replace(THERE, certificate="", why=Why.REVOKED), found=Found.PENDING)
        gone = await http.post(
            f"{DESK}/certificate-sheet", data=form_of(unknown.text, "certificate-sheet")
        )
        events = bodies(hub, CertificatePrinted)

    assert "đã bị thu hồi nên không in" in revoked.text
    assert "chưa kiểm tra được nên không in" in unknown.text
    assert "Hiện không có giấy chứng nhận của mũi này" in gone.text
    assert 'data-certificate="revoked"' in gone.text
    assert events == []


async def test_a_corrected_certificate_takes_the_place_of_the_earlier_one(tmp_path):
    papers = Papers(THERE)
    corrected = hc1(ec_key(), None, issued_at=NOW)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        visit, page = await looked(hub, http, papers)
        form = form_of(page, "certificate-sheet")
        papers.tell(replace(THERE, certificate=corrected, reissued=True))
        made = await http.post(f"{DESK}/certificate-sheet", data=form)
        printed = (await http.get(made.headers["location"])).text
        page = (await http.get(f"{DESK}?visit={visit}")).text
        job = made.headers["location"].split("/")[-1].split("?")[0]
        sheet = papers.desk.kept_sheet(job, "theo-doi-1")
        [event] = bodies(hub, CertificatePrinted)

    assert corrected != CODE
    assert sheet.paper.code == corrected
    assert "Bản cấp lại. Chỉ dùng bản này" in printed
    assert "thu các bản in trước, in bản mới" in page
    assert len(event.certificate) == 16


async def test_a_full_disk_prints_nothing_and_says_so(tmp_path):
    papers = Papers(THERE)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        _, page = await looked(hub, http, papers)
        hub.hub.journal.fail_with(JournalError("no room"))
        answer = await http.post(
            f"{DESK}/certificate-sheet", data=form_of(page, "certificate-sheet")
        )

    assert "Không ghi được vào máy chủ nên chưa in" in answer.text


async def test_who_waits_is_asked_for_without_anybody_pressing_anything(tmp_path):
    papers = Papers(THERE)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        visit = await observed(hub)
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(papers.desk.run())
            await until(lambda: papers.desk.known(visit) is not None)
            watch.cancel()
        page = (await http.get(DESK)).text

    assert "Giấy: có, chưa in" in page


async def test_slips_go_to_the_hubs_printer_where_it_has_one(tmp_path):
    papers = Papers(THERE, replace(UNSIGNED, id="dose-2"))
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        _, page = await looked(hub, http, papers)
        await http.post(f"{DESK}/certificate-slip", data=form_of(page, "certificate-slip"))
        await http.post(f"{DESK}/certificate-word", data=form_of(page, "certificate-word"))

    certificate, word = papers.slips
    assert certificate == PrintCertificate(THERE, staff="theo-doi-1")
    assert word == PrintPending((replace(UNSIGNED, id="dose-2"),), "N. T. M***", staff="theo-doi-1")


async def test_a_hub_without_a_printer_offers_a4_alone(tmp_path):
    papers = Papers(THERE, replace(UNSIGNED, id="dose-2"), prints=False)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        _, page = await looked(hub, http, papers)
        form = form_of(page, "certificate-sheet")
        answers = [
            await http.post(f"{DESK}/{action}", data=form)
            for action in ("certificate-slip", "certificate-word")
        ]

    assert "certificate-slip" not in page
    assert ["không có máy in phiếu" in answer.text for answer in answers] == [True, True]


async def test_a_centre_that_does_not_answer_says_nothing_about_the_certificate(tmp_path):
    papers = Papers(THERE)
    papers.records.reachable = False
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        other = await observed(hub)
        _, page = await looked(hub, http, papers)
        answer = await http.post(f"{DESK}/certificates", data=form_of(page, "certificates"))
        papers.records.reachable = True
        again = await http.post(f"{DESK}/certificates", data=form_of(answer.text, "certificates"))

    assert "không có nghĩa là chưa có giấy" in page
    assert "Chưa hỏi được trung tâm. Xin thử lại sau." in answer.text
    assert again.status_code == 303
    assert papers.desk.known(other).found is Found.NOT_REACHABLE


@pytest.mark.parametrize(
    ("pressed", "why"),
    [
        ({"certificate": "pending"}, "unsigned"),
        ({"certificate": "none", "certificate_why": "no_time"}, "no_time"),
        ({"certificate": "none", "certificate_why": "typed by hand"}, "unsigned"),
        ({"certificate": "refused"}, "not_wanted"),
        ({"certificate": "printed", "certificate_why": "printer"}, ""),
    ],
)
async def test_who_leaves_without_one_leaves_with_the_reason_and_a_name(tmp_path, pressed, why):
    papers = Papers(UNSIGNED, found=Found.PENDING)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        visit, _ = await looked(hub, http, papers)
        hub.clock.advance(seconds=30 * 60)
        page = (await http.get(f"{DESK}?visit={visit}")).text
        await http.post(f"{DESK}/home", data=form_of(page, "home") | pressed)
        [left] = bodies(hub, Left)
        after = (await http.get(f"{DESK}?visit={visit}")).text

    assert (left.certificate, left.certificate_why, left.staff) == (
        pressed["certificate"],
        why,
        "theo-doi-1",
    )
    assert ("Chờ người phụ trách ký" in unescape(after)) is (why == "unsigned")


async def test_where_nobody_knows_why_there_is_none_it_is_asked(tmp_path):
    papers = Papers(THERE)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        visit, _ = await looked(hub, http, papers)
        hub.clock.advance(seconds=30 * 60)
        page = (await http.get(f"{DESK}?visit={visit}")).text
        answer = await http.post(
            f"{DESK}/home", data=form_of(page, "home") | {"certificate": "none"}
        )

    assert "Chưa chọn vì sao không có giấy chứng nhận" in answer.text
    assert hub.visit(visit).is_open


async def test_a_complaint_is_opened_from_the_observation_desk(tmp_path):
    papers, complaints = Papers(UNSIGNED, found=Found.PENDING), []
    made = care_hub(tmp_path, papers=papers, complaints=complaints)
    async with made as hub, hub.at("observation") as http:
        visit, page = await looked(hub, http, papers)
        answer = await http.post(
            f"{DESK}/complain", data=form_of(page, "complain") | {"subject": "dose_missing"}
        )
        number = (await http.get(answer.headers["location"])).text

    assert [(subject, who.number, about) for subject, who, about in complaints] == [
        ("dose_missing", NUMBER, visit)
    ]
    assert "PA001" in number


async def test_reception_prints_for_who_comes_back_later(tmp_path):
    papers = Papers(THERE)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("reception") as http:
        visit = await observed(hub)
        desk = "/desk/reception/1"
        page = (await http.get(f"{desk}?visit={visit}")).text
        asked = await http.post(f"{desk}/certificates", data=form_of(page, "certificates"))
        page = (await http.get(asked.headers["location"])).text
        made = await http.post(f"{desk}/certificate-sheet", data=form_of(page, "certificate-sheet"))
        sheet = await http.get(made.headers["location"])
        [event] = bodies(hub, CertificatePrinted)

    assert event.staff == "don-1"
    assert "Nguyễn Thị Mẫu" in sheet.text
    # Its QR as the page has it: scanners are shown the print in tests/edge/adapters/test_sheet_code.py.
    assert 'shape-rendering="crispEdges"' in sheet.text


async def test_the_heads_page_counts_who_left_without_one_by_the_reason(tmp_path):
    from edge.ui.site.desk_head import Machine

    papers = Papers(UNSIGNED, found=Found.PENDING)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        hub.facts["machine"] = Machine(unsent=0)
        visit, _ = await looked(hub, http, papers)
        hub.clock.advance(seconds=30 * 60)
        page = (await http.get(f"{DESK}?visit={visit}")).text
        await http.post(f"{DESK}/home", data=form_of(page, "home") | {"certificate": "pending"})
        async with hub.at("head") as head:
            figures = (await head.get("/head")).text

    assert "<dt>Ra về không có giấy chứng nhận</dt><dd>1</dd>" in figures
    assert "Chờ người phụ trách ký: 1" in figures


async def test_somebody_who_comes_for_a_certificate_alone_gets_it_and_no_number(tmp_path):
    papers = Papers(replace(THERE, visit="", id="p-1"))
    form = {"how": "number", "number": NUMBER, "again": NUMBER}
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("reception") as http:
        start = (await http.get(RECEPTION)).text
        read = await http.post(f"{RECEPTION}/read", data=form_of(start, "read") | form)
        asked = await http.post(
            f"{RECEPTION}/certificates-of", data=form_of(read.text, "certificates-of")
        )
        made = await http.post(
            f"{RECEPTION}/certificate-sheet-of", data=form_of(asked.text, "certificate-sheet-of")
        )
        sheet = (await http.get(made.headers["location"])).text
        events = list(hub.hub.events())

    [event] = [each for each in events if each.type == "certificate_printed"]
    printed = decode_body(event)
    assert "có giấy, chưa in" in asked.text
    assert "Nguyễn Thị Mẫu" in sheet
    assert (printed.dose, printed.staff, event.visit) == ("p-1", "don-1", None)
    assert "checked_in" not in {each.type for each in events}


async def test_of_somebody_in_the_queue_earlier_doses_are_asked_for_when_somebody_presses(tmp_path):
    papers = Papers(replace(THERE, visit="", id="p-1"))
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("reception") as http:
        visit = await hub.come()
        page = (await http.get(f"{RECEPTION}?visit={visit}")).text
        await papers.desk.look_at_all()
        by_itself = papers.desk.known(visit)
        await http.post(f"{RECEPTION}/certificates", data=form_of(page, "certificates"))
        asked = (await http.get(f"{RECEPTION}?visit={visit}")).text

    assert by_itself is None
    assert "Giấy chứng nhận của mũi trước" in page
    assert 'data-certificate="ready"' in asked


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Found.UNKNOWN, "Nền tảng đến nay chưa cho thấy mũi tiêm nào"),
        (Found.NOT_HERE, "Không có nghĩa là chưa có giấy"),
        (None, "Như vậy không có nghĩa là chưa có giấy"),
    ],
)
async def test_a_desk_tells_apart_that_there_is_none_and_that_nobody_here_knows(
    tmp_path, found, words
):
    papers = Papers(found=found or Found.UNKNOWN)
    papers.records.reachable = found is not None
    form = {"how": "number", "number": NUMBER, "again": NUMBER}
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("reception") as http:
        start = (await http.get(RECEPTION)).text
        read = await http.post(f"{RECEPTION}/read", data=form_of(start, "read") | form)
        asked = await http.post(
            f"{RECEPTION}/certificates-of", data=form_of(read.text, "certificates-of")
        )

    assert words in unescape(asked.text)


async def test_what_was_told_of_people_who_left_is_forgotten(tmp_path):
    papers = Papers(UNSIGNED, found=Found.PENDING)
    async with care_hub(tmp_path, papers=papers) as hub, hub.at("observation") as http:
        visit, page = await looked(hub, http, papers)
        hub.clock.advance(seconds=30 * 60)
        await papers.desk.look_at_all()
        await http.post(f"{DESK}/home", data=form_of(page, "home") | {"certificate": "pending"})
        hub.clock.advance(seconds=31 * 60)
        await papers.desk.look_at_all()
        held = papers.desk.known(visit)
        hub.clock.advance(seconds=30 * 60)
        await papers.desk.look_at_all()

    assert held is not None
    assert papers.desk.known(visit) is None
