"""Whoever is sent to where nobody works is called by nobody: told at pressing, and on the head's page."""

from factories.care_desks import CareHub, care_hub, form_of

from edge.domain.queue.commands import CallNext, Transfer
from edge.ui.site.desk_head import Machine

TOLD = "Ở đó chưa có người trực: chưa ai mời người này."


async def called(hub: CareHub, station: str) -> str:
    visit = await hub.come(station)
    await hub.do(CallNext(station=station, desk="1", staff="lan"))
    return visit


async def test_a_transfer_to_where_nobody_works_is_asked_first_and_done_when_read(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = await called(hub, "screening")
        page = (await http.get("/desk/screening/1")).text
        told = form_of(page, "transfer") | {"to": "injection", "reason": "easier_way"}
        asked = await http.post("/desk/screening/1/transfer", data=told)
        still = hub.visit(visit).station
        await http.post("/desk/screening/1/transfer", data=form_of(asked.text, "repeat"))

    assert TOLD in asked.text
    assert still == "screening"
    assert hub.visit(visit).station == "injection"


async def test_a_table_where_nobody_sits_is_asked_about_though_the_station_is_staffed(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("injection") as there, hub.at("screening") as http:
        await there.get("/desk/injection/2")
        visit = await called(hub, "screening")
        page = (await http.get("/desk/screening/1")).text
        form = form_of(page, "transfer")
        asked = await http.post(
            "/desk/screening/1/transfer", data=form | {"to": "injection/1", "once": "1"}
        )
        await http.post("/desk/screening/1/transfer", data=form | {"to": "injection/2"})

    assert TOLD in asked.text
    assert (hub.visit(visit).station, hub.visit(visit).to_desk) == ("injection", "2")


async def test_to_observation_nobody_is_called_so_nothing_is_asked(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        visit = await called(hub, "screening")
        page = (await http.get("/desk/screening/1")).text
        told = form_of(page, "transfer") | {"to": "observation"}
        await http.post("/desk/screening/1/transfer", data=told)

    assert hub.visit(visit).station == "observation"


async def test_sending_back_to_where_nobody_works_is_asked_first(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("injection") as http:
        await called(hub, "injection")
        page = (await http.get("/desk/injection/1")).text
        told = form_of(page, "send-back") | {"to": "screening", "reason": "measure_again"}
        asked = await http.post("/desk/injection/1/send-back", data=told)

    assert TOLD in asked.text


async def test_the_heads_page_names_who_waits_where_nobody_works(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("injection") as there, hub.at("head") as http:
        hub.facts["machine"] = Machine(unsent=0, printer="ready")
        await there.get("/desk/injection/2")
        await hub.come("screening")
        visit = await hub.come()
        await hub.do(Transfer(visit=visit, to="injection", to_desk="1", staff="lan"))
        await hub.come("injection")
        page = (await http.get("/head")).text

    assert "Khám sàng lọc: 1 người đợi mà không bàn nào có người trực." in page
    assert "Tiêm: 1 người chỉ bàn 1 được mời, mà bàn đó không có người trực." in page
    assert page.count("có người trực.") == 2
