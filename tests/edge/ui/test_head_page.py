"""The page of the head of the site over real https."""

from datetime import timedelta

import pytest
from factories.care_desks import COMIRNATY, CareHub, care_hub, form_of
from factories.kept import AT

from edge.domain.queue.commands import CallNext, LetGo, OpenSession
from edge.ports import JournalError
from edge.ui.site.desk_head import Machine


async def opened(hub: CareHub, day: str = "2026-11-22") -> None:
    await hub.do(OpenSession(day=day, staff="truong-tram"))


@pytest.fixture
def machine() -> Machine:
    return Machine(unsent=0, printer="ready")


async def test_the_head_opens_and_closes_the_session(tmp_path, machine):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts["machine"] = machine
        page = (await http.get("/head")).text
        answer = await http.post("/head/open", data={"day": "2026-11-22"})
        after = (await http.get(answer.headers["location"])).text
        await http.post("/head/close")

    assert 'value="2026-11-22"' in page
    assert answer.status_code == 303
    assert "Đã mở buổi tiêm." in after
    assert "22/11/2026" in after
    assert hub.queue.state.session == "closed"


async def test_what_is_open_is_told_before_the_session_closes(tmp_path, machine):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts["machine"] = machine
        await opened(hub)
        await hub.vial()
        visit = await hub.come("screening")
        asked = await http.post("/head/close")
        still = hub.queue.state.session
        await http.post("/head/close", data={"seen": "visits_open,vials_open"})

    assert asked.status_code == 409
    assert "Vẫn còn người chưa về." in asked.text
    assert f"/desk/screening/1?visit={visit}" in asked.text
    assert "mở 6 = tiêm 0 + bỏ 0 + còn 6" in asked.text
    assert still == "open"
    assert hub.queue.state.session == "closed"


async def test_another_day_is_opened_only_once_it_was_read_that_the_hall_is_emptied(
    tmp_path, machine
):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts["machine"] = machine
        await opened(hub)
        await hub.come()
        asked = await http.post("/head/open", data={"day": "2026-11-23"})
        day = hub.queue.state.day
        await http.post("/head/open", data={"day": "2026-11-23", "seen": "clears_hall"})

    assert "rời khỏi hàng chờ" in asked.text
    assert day == "2026-11-22"
    assert hub.queue.state.day == "2026-11-23"


@pytest.mark.parametrize("day", ["", "hôm nay", "2026-02-30"])
async def test_what_is_no_date_opens_nothing(tmp_path, machine, day):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts["machine"] = machine
        answer = await http.post("/head/open", data={"day": day})

    assert "Ngày không đúng." in answer.text
    assert hub.queue.state.session == ""


async def test_figures_equations_and_who_works_where(tmp_path, machine):
    async with care_hub(tmp_path) as hub, hub.at("head") as http, hub.at("screening") as other:
        hub.facts["machine"] = machine
        await hub.vial()
        first, second = await hub.come(), await hub.come("screening")
        await hub.screened(first)
        await hub.vaccinated(first, vial="1-1")
        await hub.do(LetGo(visit=first, staff="x", reason="own_wish", certificate="printed"))
        await hub.do(CallNext(station="screening", desk="2", staff="kham-1"))
        await other.get("/desk/screening/2")
        page = (await http.get("/head")).text

    assert "vào 2 = còn 1 + về 1 + trùng 0" in page
    assert f"{COMIRNATY}: mở 6 = tiêm 1 + bỏ 0 + còn 5" in page
    assert "1 mũi = 1 từ lọ trong sổ + 0 không theo lọ" in page
    assert "Bàn 2: Kator Văn Khám (kham-1)" in page
    assert hub.visit(second).ticket in page


async def test_how_the_machines_are_is_said_in_words(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts["machine"] = Machine(
            unsent=14,
            printer="paper_out",
            clock_ok=False,
            faults=["P01"],
            roster_at=AT,
            news_at=AT + timedelta(minutes=5),
        )
        hub.facts["kiosks"] = {"kiosk-0002": 5, "kiosk-0003": 600}
        page = (await http.get("/head")).text

    for words in (
        "Còn 14 lượt chưa gửi",
        "Máy in hết giấy",
        "Đồng hồ của máy chưa chắc đúng",
        "Mã lỗi P01",
        "Danh sách của điểm tiêm: bản lúc 08:30 22/11",
        "Tin về mũi tiêm và giấy chứng nhận: lúc 08:35 22/11",
        "kiosk-0002: đang nối",
        "kiosk-0003: không nghe thấy đã 10 phút",
    ):
        assert words in page


async def test_a_kiosk_that_is_there_is_made_a_verify_station_and_back(tmp_path, machine):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts |= {"machine": machine, "asked": [], "kiosks": {"kiosk-0002": 5, "kiosk-3": 600}}
        page = (await http.get("/head")).text
        fields = form_of(page, "kiosk-kiosk-0002")
        answers = [
            await http.post("/head/kiosk", data={**fields, "station": station})
            for station in ("verify", "numbers")
        ]
        after = [(await http.get(answer.headers["location"])).text for answer in answers]

    assert hub.facts["asked"] == [("kiosk-0002", True), ("kiosk-0002", False)]
    assert "Máy ấy sẽ kiểm giấy chứng nhận" in after[0]
    assert "Máy ấy sẽ trở lại cấp số" in after[1]
    assert "kiosk-kiosk-3" not in page


@pytest.mark.parametrize("kiosk", ["", "kiosk-9", "<b>"])
@pytest.mark.parametrize("station", ["verify", "", "off"])
async def test_what_is_no_machine_or_no_wish_is_refused_in_words(tmp_path, machine, kiosk, station):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts |= {"machine": machine, "asked": []}
        answer = await http.post("/head/kiosk", data={"kiosk": kiosk, "station": station})

    assert (answer.status_code, hub.facts["asked"]) == (409, [])
    assert "Không có máy nào tên như vậy đang nối" in answer.text


async def test_only_the_head_says_what_a_machine_is(tmp_path, machine):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        hub.facts |= {"machine": machine, "asked": [], "kiosks": {"kiosk-0002": 5}}
        answer = await http.post("/head/kiosk", data={"kiosk": "kiosk-0002", "station": "verify"})

    assert (answer.status_code, hub.facts["asked"]) == (403, [])


async def test_a_full_disk_is_told_and_nothing_changes(tmp_path, machine):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts["machine"] = machine
        hub.hub.journal.fail_with(JournalError("no room"))
        answer = await http.post("/head/open", data={"day": "2026-11-22"})

    assert answer.status_code == 503
    assert "không ghi được" in answer.text
    assert hub.queue.state.session == ""


async def test_the_form_asks_for_nothing_but_the_day(tmp_path, machine):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts["machine"] = machine
        page = (await http.get("/head")).text

    assert form_of(page, "open") == {}


async def test_a_day_by_a_clock_that_nobody_vouches_for_is_to_be_looked_at(tmp_path, machine):
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts["machine"] = machine
        hub.clock.set_wall(hub.clock.now(), ok=False)
        page = (await http.get("/head")).text

    assert 'value="2026-11-22"' in page
    assert "xem lại ngày trước khi mở" in page
