"""What the head reads after the hub changed: what the former one alone has, and the day's complaints."""

from datetime import datetime, timedelta

from factories.care_desks import care_hub
from factories.queues import MORNING

from edge.domain.queue.handed import Handed
from edge.services.left_behind import LeftBehind
from edge.ui.site.desk_head import Machine
from protocol import hlc
from protocol.events import ComplaintOpened, Event, encode_body


def complaint(at: datetime, subject: str = "dose_missing") -> Event:
    kind, body = encode_body(ComplaintOpened(subject=subject, ticket="PB012"))
    stamp = str(hlc.Hlc(int(at.timestamp() * 1000), 0))
    return Event(
        id=f"c-{subject}", seq=1, type=kind, at="2026-11-22T00:20:00.000Z", hlc=stamp, boot="b",
        boottime_ns=1, clock_ok=True, visit=f"v-{subject}", body=body,
    )  # fmt: skip


async def test_what_the_former_hub_alone_has_says_what_to_do_and_leads_to_the_person(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts["machine"] = Machine(unsent=0, printer="ready")
        visit = hub.visit(await hub.come("injection"))
        hub.facts["left_behind"] = [
            LeftBehind(visit, visit.ticket, "vaccinated", "dose", "tiem-1", "1", MORNING),
            LeftBehind(None, "1-1", "vial_opened", "vial", "tiem-1", "", MORNING),
        ]
        page = (await http.get("/head")).text

    assert f'<a href="/desk/injection/1?visit={visit.id}">{visit.ticket}</a>' in page
    assert "Đừng tiêm lại: người này đã được tiêm." in page
    assert "lọ 1-1</b> · mở lọ" in page
    assert "Xem lọ, rồi ghi lại ở bàn tiêm." in page


async def test_the_days_complaints_stand_on_the_heads_page_with_what_happens_to_them(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts["machine"] = Machine(unsent=0, printer="ready")
        before = (await http.get("/head")).text
        at = hub.clock.now() - timedelta(minutes=10)
        handed = [complaint(at), complaint(at, "of_a_later_version")]
        await hub.queue.take_arrivals([Handed("kiosk-0002", each) for each in handed])
        page = (await http.get("/head")).text

    assert "Phản ánh hôm nay" not in before
    assert "<b>PB012</b> · Thiếu mũi tiêm · kiosk-0002 · 07:20 22/11" in page
    assert "<b>PB012</b> · of_a_later_version · kiosk-0002" in page
    assert "Trung tâm trả lời từng phản ánh trong 48 giờ" in page
