"""Paper: printed in the morning, keyed in afterwards, each person once."""

import io
import re
from datetime import timedelta

import pytest
import zxingcpp
from axe_playwright_python.async_playwright import Axe
from factories.care_desks import COMIRNATY, STAFF, care_hub
from factories.chromium import ALWAYS, program
from factories.paper_slips import DONE, OTHER, PACK, SITE, written
from factories.pictures import pictures
from factories.queues import MORNING
from PIL import Image
from playwright.async_api import async_playwright

from edge.domain.paper_pack import slip
from edge.domain.queue.visit import Phase
from edge.domain.roster import Match, Standing
from edge.ui.site.paper import paper_routes
from protocol.documents.model import PartialDate
from protocol.events import CheckedIn, decode_body

PICTURES = pictures("paper")


@pytest.fixture
async def hub(tmp_path):
    async with care_hub(tmp_path, more=lambda site: paper_routes(site, SITE)) as found:
        found.clock.advance(4 * 3600)
        yield found


def check_ins(hub) -> list[CheckedIn]:
    return [decode_body(each) for each in hub.hub.events() if each.type == "checked_in"]


async def test_what_was_written_becomes_a_visit_with_the_papers_number_and_hour(hub):
    async with hub.at("data_entry") as http:
        answer = await http.post("/paper/enter", data=written())

    assert answer.status_code == 303
    visit = hub.visit(slip(SITE, PACK, 12).visit)
    (body,) = check_ins(hub)
    assert (visit.ticket, visit.phase, visit.station) == ("GY012", Phase.WAITING, "reception")
    assert (body.source, body.happened_at) == ("paper", "2026-11-22T08:05:00+07:00")
    assert body.staff == STAFF["data_entry"].login
    assert hub.queue.now_ms() - visit.arrived_ms > 3 * 3_600_000


async def test_the_name_on_the_paper_stands_beside_the_number(hub):
    async with hub.at("data_entry") as http:
        await http.post("/paper/enter", data=written(name="Nguyễn Thị Mẫu", birth_year="1985"))

    await hub.site.people.refresh()
    who = hub.site.people.identity(hub.visit(slip(SITE, PACK, 12).visit))
    assert (who.number, who.name, who.birth) == ("058185000123", "Nguyễn Thị Mẫu", "1985")


async def test_the_same_slip_keyed_in_twice_scanned_or_typed_is_one_visit(hub):
    async with hub.at("data_entry") as http:
        await http.post("/paper/enter", data=written())
        await http.post("/paper/enter", data=written())
        scanned = written(paper=slip(SITE, PACK, 12).code, pack="")
        answer = await http.post("/paper/enter", data=scanned)

    assert answer.status_code == 303
    assert len(check_ins(hub)) == len(hub.queue.state.visits) == 1


async def test_a_slip_of_another_person_is_not_lost_in_the_first_ones_visit(hub):
    async with hub.at("data_entry") as http:
        await http.post("/paper/enter", data=written())
        answer = await http.post("/paper/enter", data=written(**OTHER))

    assert answer.status_code == 422
    assert "đã được nhập cho một người khác" in answer.text
    assert 'value="058185000124"' in answer.text


async def test_all_that_was_done_on_paper_is_written_once_and_at_its_time(hub):
    done = {
        "conclusion": "eligible", "vaccine": COMIRNATY, "lot": "fk0112", "dose_number": "1",
        "injector": "tiem-1", "given": "08:30", "left": "09:05",
    }  # fmt: skip
    async with hub.at("data_entry") as http:
        first = await http.post("/paper/enter", data=written(**done))
        await http.post("/paper/enter", data=written(**done))

    assert first.status_code == 303
    visit = hub.visit(slip(SITE, PACK, 12).visit)
    assert (visit.phase, visit.conclusion, visit.left_early) == (Phase.LEFT, "eligible", False)
    assert [(dose.lot, dose.happened_at) for dose in visit.doses] == [
        ("FK0112", "2026-11-22T08:30:00+07:00")
    ]


@pytest.mark.parametrize("late", ["a day later", "after a power failure"])
async def test_paper_keyed_in_late_stays_true(hub, late):
    if late == "a day later":
        hub.clock.advance(22 * 3600)
    else:
        hub.clock.set_wall(MORNING - timedelta(days=900), ok=False)
        hub.clock.reboot("boot-2")
    done = {"conclusion": "eligible", "vaccine": COMIRNATY, "lot": "fk0112", "dose_number": "1",
            "injector": "tiem-1", "given": "08:30", "left": "09:05"}  # fmt: skip
    async with hub.at("data_entry") as http:
        answer = await http.post("/paper/enter", data=written(**done))
        page = (await http.get(answer.headers["location"])).text

    (left,) = [decode_body(each) for each in hub.hub.events() if each.type == "left"]
    assert (left.reason, left.early) == ("completed", False)
    assert ("Đã nhập số GY012 vào ngày 22/11/2026" in page) == (late == "a day later")


async def test_a_slip_of_yesterday_without_an_end_is_not_in_todays_line(hub):
    hub.clock.advance(22 * 3600)
    async with hub.at("data_entry") as http:
        await http.post("/paper/enter", data=written())
        desk = (await http.get(f"/desk/data_entry/1?visit={slip(SITE, PACK, 12).visit}")).text
        answer = await http.post("/paper/enter", data=written(left="08:00"))

    assert "Nhập lại từ phiếu giấy của ngày 22/11/2026" in desk
    assert hub.queue.state.open_visits() == 0
    assert "không thể trước giờ đến" in answer.text


async def test_a_second_entry_that_says_something_else_is_told_and_nothing_of_it_is_lost(hub):
    other = {**DONE, "conclusion": "deferred", "lot": "FL8094", "dose_number": "2", "came": "08:10"}
    async with hub.at("data_entry") as http:
        await http.post("/paper/enter", data=written(**DONE))
        before = len(list(hub.hub.events()))
        answer = await http.post("/paper/enter", data=written(**other))

        assert answer.status_code == 422
        rows = dict(
            re.findall(r'<th scope="row">(.*?)</th>(<td>.*?</td><td>.*?</td>)', answer.text)
        )
        assert rows == {
            "Giờ đến": "<td>08:05 22/11/2026</td><td>08:10 22/11/2026</td>",
            "Kết luận khám": "<td>Đủ điều kiện</td><td>Trì hoãn</td>",
            "Số lô": "<td>FK0112</td><td>FL8094</td>",
            "Mũi thứ": "<td>1</td><td>2</td>",
        }
        assert len(list(hub.hub.events())) == before
        # The Enter key presses the first button: what was changed is looked at again.
        assert answer.text.index("Lưu</button>") < answer.text.index('name="keep"')
        kept = await http.post("/paper/enter", data=written(**other, left="09:05", keep="1"))

    assert kept.status_code == 303
    visit = hub.visit(slip(SITE, PACK, 12).visit)
    assert (visit.conclusion, visit.doses[0].lot, visit.phase) == ("eligible", "FK0112", Phase.LEFT)


async def test_another_name_or_another_end_than_before_is_told_too(hub):
    named = {"name": "Nguyễn Thị Mẫu", "birth_year": "1985", "screened": "08:20"}
    async with hub.at("data_entry") as http:
        await http.post("/paper/enter", data=written(**DONE, **named, left="08:40", reason="work"))
        await hub.site.people.refresh()
        same = await http.post("/paper/enter", data=written(**DONE, name="NGUYỄN THỊ MẪU"))
        changed = {"name": "Trần Văn Thử", "screened": "08:21", "left": "08:45", "reason": "family"}
        answer = await http.post("/paper/enter", data=written(**DONE, **changed))

    assert same.status_code == 303
    assert re.findall(r'<th scope="row">(.*?)</th>', answer.text) == [
        "Họ và tên", "Giờ khám", "Giờ về", "Về sớm: lý do",
    ]  # fmt: skip
    assert "<td>Việc công tác</td><td>Việc gia đình</td>" in answer.text


async def test_a_reason_to_leave_is_one_of_the_list_and_nobody_types_what_ails_them(hub):
    async with hub.at("data_entry") as http:
        page = (await http.get("/paper/enter")).text
        answer = await http.post(
            "/paper/enter", data=written(**DONE, left="08:40", reason="Bà Mẫu bị ngất")
        )

    assert '<option value="own_wish">Tự xin về</option>' in page
    assert answer.status_code == 422
    assert check_ins(hub) == []


async def test_the_list_says_that_a_dose_on_paper_is_not_the_one_that_is_due(hub):
    hub.facts["match"] = lambda _: Match(
        Standing.VERIFIED, doses=1, last_dose=PartialDate(2026, 11, 20)
    )
    async with hub.at("data_entry") as http:
        answer = await http.post("/paper/enter", data=written(**DONE))

    assert re.search(r'name="seen" value="([^"]+)"', answer.text)[1].split(",") == [
        "dose_number_unexpected", "interval_too_short",
    ]  # fmt: skip


async def test_what_a_form_has_from_the_slip_before_means_no_dose_by_itself(hub):
    async with hub.at("data_entry") as http:
        await http.post("/paper/enter", data=written(**DONE))
        usual = re.search(r'name="usual" value="([^"]*)"', (await http.get("/paper/enter")).text)[1]
        same = {name: DONE[name] for name in ("vaccine", "lot", "injector")} | {"lot": "FK0112"}
        alone = await http.post("/paper/enter", data=written(13, **OTHER, **same, usual=usual))
        changed = {**same, "lot": "FL8094", "usual": usual}
        asked = await http.post("/paper/enter", data=written(14, **OTHER, **changed))

    assert alone.status_code == 303
    assert hub.visit(slip(SITE, PACK, 13).visit).doses == ()
    assert "Xin ghi ngày và giờ" in asked.text


async def test_doubts_about_a_dose_are_told_and_passed_and_the_person_is_there_meanwhile(hub):
    done = {
        "conclusion": "eligible", "vaccine": COMIRNATY, "lot": "ABX3214", "dose_number": "1",
        "injector": "tiem-1", "given": "08:30",
    }  # fmt: skip
    async with hub.at("data_entry") as http:
        asked = await http.post("/paper/enter", data=written(**done))
        seen = re.search(r'name="seen" value="([^"]+)"', asked.text)
        assert asked.status_code == 422
        assert hub.visit(slip(SITE, PACK, 12).visit).doses == ()
        await http.post("/paper/enter", data=written(**done, seen=seen[1]))

    visit = hub.visit(slip(SITE, PACK, 12).visit)
    assert visit.station == "observation"
    assert visit.doses[0].warnings == ("lot_of_other_vaccine",)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"paper": "GY012 AA"}, "Không đúng số phiếu"),
        ({"pack": "AAAAAAAA"}, "Không đúng số phiếu"),
        ({"came": ""}, "Xin ghi ngày và giờ"),
        ({"day": "22/11"}, "Xin ghi ngày và giờ"),
        ({"came": "23:00"}, "Giờ này chưa tới"),
        ({"again": "058185000999"}, "không giống"),
        ({"vaccine": COMIRNATY}, "Xin ghi ngày và giờ"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_written(hub, fields, said):
    async with hub.at("data_entry") as http:
        answer = await http.post("/paper/enter", data=written(**fields))

    assert answer.status_code == 422
    assert said in answer.text
    assert check_ins(hub) == []


async def test_a_new_pack_goes_on_after_the_numbers_of_today(hub):
    async with hub.at("data_entry") as http:
        await http.post("/paper/enter", data=written(57))
    async with hub.at("head") as http:
        assert 'value="58"' in (await http.get("/paper")).text
        made = await http.post("/paper", data={"count": "20", "first": "58"})
        page = (await http.get(made.headers["location"])).text

    assert made.status_code == 303
    assert page.count('<article class="slip">') == 20
    assert "GY058" in page
    assert "GY077" in page
    assert "GY078" not in page


async def test_nobody_but_the_head_prints_and_nobody_else_keys_in(hub):
    async with hub.at("screening") as http:
        assert (await http.get("/paper")).status_code == 403
        assert (await http.get("/paper/enter")).status_code == 403
        assert (await http.post("/paper/enter", data=written())).status_code == 403


@pytest.mark.system
async def test_the_printed_pack_is_a4_and_every_code_of_it_can_be_read(hub):
    async with hub.at("head") as http, async_playwright() as playwright:
        made = await http.post("/paper", data={"count": "12", "first": "1"})
        browser = await playwright.chromium.launch(executable_path=program(), args=ALWAYS)
        context = await browser.new_context(ignore_https_errors=True, device_scale_factor=2)
        await context.add_cookies(
            [{"name": name, "value": value, "url": hub.url} for name, value in http.cookies.items()]
        )
        page = await context.new_page()
        await page.goto(hub.url + made.headers["location"])
        found = await Axe().run(page)
        pdf = await page.pdf(prefer_css_page_size=True, print_background=True)
        await page.emulate_media(media="print")
        shots = [
            Image.open(io.BytesIO(await section.screenshot()))
            for section in await page.locator("main > section").all()
        ]
        await page.emulate_media(media="screen")
        await page.goto(f"{hub.url}/paper/enter")
        entry = await Axe().run(page)
        await page.screenshot(path=PICTURES / "enter.png", full_page=True)
        await page.goto(f"{hub.url}/paper/vials")
        of_vials = await Axe().run(page)
        await page.screenshot(path=PICTURES / "vials-enter.png", full_page=True)
        await browser.close()

    assert [each["id"] for each in found.response["violations"]] == []
    assert [each["id"] for each in entry.response["violations"]] == []
    assert [each["id"] for each in of_vials.response["violations"]] == []
    sheets = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    millimetres = [tuple(round(float(side) / 72 * 25.4) for side in sheet) for sheet in sheets]
    assert millimetres == [(210, 297), (210, 297), (297, 210), (297, 210), (297, 210)]
    codes = [{each.text for each in zxingcpp.read_barcodes(shot)} for shot in shots]
    pack = made.headers["location"].split("/")[2].split("?")[0]
    every = {slip(SITE, pack, number).code for number in range(1, 13)}
    assert codes[0] | codes[1] == every
    assert codes[2] | codes[3] == every
    for shot, name in ((shots[0], "slips"), (shots[2], "list"), (shots[4], "vials")):
        shot.convert("L").save(PICTURES / f"{name}.png", optimize=True)
