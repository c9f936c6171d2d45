"""Vials on paper: keyed in once, at the paper's hours; doses have their vaccine, lot and expiry from them."""

import re

import pytest
from factories.care_desks import COMIRNATY, care_hub
from factories.paper_slips import DONE, PACK, SITE, written

from edge.domain.paper_pack import slip
from edge.ui.site.desk_head import Machine
from edge.ui.site.paper import paper_routes
from protocol.events import decode_body


@pytest.fixture
async def hub(tmp_path):
    async with care_hub(tmp_path, more=lambda site: paper_routes(site, SITE)) as found:
        found.clock.advance(4 * 3600)
        yield found


async def test_a_vial_of_the_papers_list_gives_its_vaccine_and_its_doses_add_up(hub):
    vial = {
        "vial": "1", "pack": PACK, "day": "2026-11-22", "opened": "08:00", "vaccine": COMIRNATY,
        "lot": "fk0112", "expiry": "2027-03-31", "doses": "6",
    }  # fmt: skip
    thrown = {"discard_doses": "5", "discarded": "10:30", "discard_reason": "time_over"}
    by_vial = {name: text for name, text in DONE.items() if name not in ("vaccine", "lot")}
    async with hub.at("data_entry") as http:
        first = await http.post("/paper/vials", data=vial)
        given = await http.post("/paper/enter", data=written(**by_vial, vial="1"))
        following = (await http.get(given.headers["location"])).text
        await http.post("/paper/vials", data={**vial, **thrown})
        again = await http.post("/paper/vials", data={**vial, **thrown})
        page = (await http.get(first.headers["location"])).text

    assert (first.status_code, given.status_code, again.status_code) == (303, 303, 303)
    stands = hub.queue.state.vials["K7MQ-1"]
    assert (stands.given, stands.discarded, stands.left) == (1, 5, 0)
    (opened,) = [decode_body(each) for each in hub.hub.events() if each.type == "vial_opened"]
    (gone,) = [decode_body(each) for each in hub.hub.events() if each.type == "vial_discarded"]
    assert (opened.happened_at, gone.happened_at) == (
        "2026-11-22T08:00:00+07:00",
        "2026-11-22T10:30:00+07:00",
    )
    (dose,) = hub.visit(slip(SITE, PACK, 12).visit).doses
    assert (dose.vial, dose.lot, dose.expiry) == ("K7MQ-1", "FK0112", "2027-03-31")
    assert 'name="vial" type="text" value="K7MQ-1"' in following
    assert 'name="injector" type="text" value="tiem-1"' in following
    assert "Đã nhập lọ K7MQ-1" in page


async def test_a_vial_keyed_in_again_with_something_else_is_told(hub):
    vial = {"vial": "1-1", "day": "2026-11-22", "opened": "08:00", "lot": "FK0112", "doses": "6"}
    vial |= {"vaccine": COMIRNATY}
    thrown = {"discard_doses": "2", "discard_reason": "broken"}
    other = {"opened": "08:05", "lot": "FL8094", "discard_doses": "3"}
    async with hub.at("injection") as http:
        await http.post("/paper/vials", data={**vial, **thrown})
        answer = await http.post("/paper/vials", data={**vial, **thrown, **other})

    assert answer.status_code == 422
    assert re.findall(r'<th scope="row">(.*?)</th>', answer.text) == [
        "Số lô trên lọ", "Giờ mở lọ", "Số liều bỏ",
    ]  # fmt: skip
    assert hub.queue.state.vials["1-1"].discarded == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"vial": ""}, "Chưa có tên lọ"),
        ({"vial": "3"}, "Xin ghi mã bộ giấy"),
        ({"opened": ""}, "Xin ghi ngày và giờ"),
        ({"opened": "23:00"}, "Giờ này chưa tới"),
        ({"discard_doses": "1"}, "Vì sao"),
        ({"discard_doses": "1", "discard_reason": "Bà Mẫu"}, "Vì sao"),
        ({"expiry": "2026-01-31"}, "hạn"),
    ],
)
async def test_what_is_wrong_with_a_vial_is_said_and_nothing_is_written(hub, fields, said):
    vial = {"vial": "1-1", "day": "2026-11-22", "opened": "08:00", "lot": "FK0112", "doses": "6"}
    async with hub.at("data_entry") as http:
        answer = await http.post("/paper/vials", data={**vial, "vaccine": COMIRNATY, **fields})

    assert answer.status_code == 422
    assert said in answer.text
    assert hub.queue.state.vials == {}


async def test_doses_of_yesterdays_paper_stand_beside_the_heads_sum(hub):
    hub.clock.advance(22 * 3600)
    hub.facts["machine"] = Machine(unsent=0, printer="ready")
    vial = {"vial": "1", "pack": PACK, "day": "2026-11-22", "opened": "08:00", "doses": "6"}
    async with hub.at("data_entry") as http:
        await http.post("/paper/vials", data={**vial, "vaccine": COMIRNATY, "lot": "FK0112"})
        await http.post("/paper/enter", data=written(**DONE, vial="1", left="09:05"))
    async with hub.at("head") as http:
        page = (await http.get("/head")).text

    assert "0 mũi = 0 từ lọ trong sổ + 0 không theo lọ" in page
    assert "Ngoài ra 1 mũi từ các lọ này là của phiếu giấy ngày trước" in page
