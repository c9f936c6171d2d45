"""Vials at a desk: what is thrown away counts once, what was left open is told the next day."""

from factories.care_desks import POLICY, CareHub, care_hub, form_of

from edge.domain.queue.commands import OpenSession
from edge.domain.staff import Role, Staff
from edge.ui.site.desk_head import Machine
from edge.ui.site.desk_model import Place, Work
from edge.ui.site.desk_vials import discard_vial


async def test_a_discarded_vial_has_the_id_of_its_press_also_after_the_hubs_restart(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("injection") as http:
        await hub.vial()
        page = (await http.get("/desk/injection/1")).text
        form = form_of(page, "discard-vial")
        told = {"vial": "1-1", "discard_doses": "2", "discard_reason": "broken"}
        await http.post("/desk/injection/1/discard-vial", data=form | told)
        (event,) = hub.queue.state.vials["1-1"].discards

    after_restart = await discard_vial(work_of(hub, form | told))
    other_words = await discard_vial(work_of(hub, form | told | {"discard_doses": "1"}))
    no_id = await discard_vial(work_of(hub, told | {"once": "x"}))

    assert after_restart.commands[0].event == event
    assert len({event, other_words.commands[0].event, no_id.commands[0].event}) == 3


def work_of(hub: CareHub, form: dict[str, str]) -> Work:
    station = POLICY.stations[2]
    return Work(
        site=hub.site,
        staff=Staff("tiem-1", Role.INJECTION),
        place=Place(station, "1"),
        visit=None,
        form=form,
        once=form["once"],
        t=lambda key, **_: key,
    )


async def test_a_vial_that_was_left_open_stands_on_the_next_days_pages(tmp_path):
    async with care_hub(tmp_path) as hub:
        hub.facts["machine"] = Machine(unsent=0, printer="ready")
        await hub.do(OpenSession(day="2026-11-22", staff="truong-tram"))
        await hub.vial()
        hub.clock.advance(86_400)
        await hub.queue.look()
        async with hub.at("injection") as http:
            desk = (await http.get("/desk/injection/1")).text
        async with hub.at("head") as http:
            head = (await http.get("/head")).text

    told = "mở từ 22/11/2026: bỏ phần còn lại rồi ghi vào đây"
    assert hub.queue.state.day == "2026-11-23"
    assert told in desk
    assert told in head
