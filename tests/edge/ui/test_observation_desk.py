"""The desk of observation over real https: who may go, who leaves early, who fell ill."""

from dataclasses import replace

from factories.care_desks import POLICY, care_hub, form_of
from factories.site_desks import observed

from edge.domain.queue.visit import Phase
from protocol.site_events import ReactionNote


async def test_who_sat_long_enough_goes_with_one_press_and_the_state_of_the_paper(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("observation") as http:
        visit = await observed(hub)
        desk = f"/desk/observation/1?visit={visit}"
        early = (await http.get(desk)).text
        refused = await http.post(
            "/desk/observation/1/home", data=form_of(early, "home") | {"certificate": "pending"}
        )
        hub.clock.advance(seconds=30 * 60)
        page = (await http.get(desk)).text
        await http.post(
            "/desk/observation/1/home", data=form_of(page, "home") | {"certificate": "pending"}
        )

    assert "30" in refused.text
    assert refused.status_code == 409
    left = hub.visit(visit)
    assert (left.phase, left.certificate, left.left_early) == (Phase.LEFT, "pending", False)
    assert left.certificate_why == "not_said"
    assert "ĐỦ GIỜ" in page


async def test_a_desk_where_observation_is_short_says_that_it_is_for_training(tmp_path):
    short = replace(POLICY, observation_minutes=2, training=True)
    async with care_hub(tmp_path, policy=short) as hub, hub.at("observation") as http:
        tried_out = (await http.get("/desk/observation/1")).text
    (tmp_path / "real").mkdir()
    async with care_hub(tmp_path / "real") as hub, hub.at("observation") as http:
        real = (await http.get("/desk/observation/1")).text

    assert "CHẾ ĐỘ TẬP HUẤN: theo dõi 2 phút." in tried_out
    assert "TẬP HUẤN" not in real


async def test_who_leaves_early_needs_a_reason_and_somebody_who_answers_for_it(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("observation") as http:
        visit = await observed(hub)
        desk = "/desk/observation/1"
        page = (await http.get(f"{desk}?visit={visit}")).text
        form = form_of(page, "early") | {"certificate": "none", "certificate_why": "printer"}
        without = await http.post(f"{desk}/early", data=form | {"leave_reason": ""})
        asked = await http.post(f"{desk}/early", data=form | {"leave_reason": "own_wish"})
        still = hub.visit(visit).phase
        await http.post(f"{desk}/early", data=form_of(asked.text, "repeat"))

    assert "Chưa chọn lý do" in without.text
    assert "Tên của anh chị được ghi" in asked.text
    assert still is Phase.OBSERVING
    left = hub.visit(visit)
    assert (left.leave_reason, left.left_early, left.changed_by) == ("own_wish", True, "theo-doi-1")
    assert (left.certificate, left.certificate_why) == ("none", "printer")


async def test_whoever_goes_to_hospital_goes_at_once(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("observation") as http:
        visit = await observed(hub)
        page = (await http.get(f"/desk/observation/1?visit={visit}")).text
        told = {"certificate": "pending", "leave_reason": "to_hospital"}
        await http.post("/desk/observation/1/early", data=form_of(page, "early") | told)

    assert hub.visit(visit).leave_reason == "to_hospital"


async def test_a_reaction_is_sealed_and_read_again_by_staff(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("observation") as http:
        visit = await observed(hub)
        desk = "/desk/observation/1"
        page = (await http.get(f"{desk}?visit={visit}")).text
        told = {
            "severity": "moderate",
            "sign_rash": "yes",
            "sign_breath": "yes",
            "treatment": "Adrenalin theo phác đồ",
        }
        answer = await http.post(f"{desk}/reaction", data=form_of(page, "reaction") | told)
        after = (await http.get(answer.headers["location"])).text
        event = hub.site.people.reactions(visit)[0]
        note = hub.site.people.form(event, ReactionNote)
        entries = hub.hub.journal.entries(0, most=1000, most_bytes=1 << 20)

    assert hub.visit(visit).reactions == ("moderate",)
    assert note == ReactionNote(signs=("rash", "breath"), treatment="Adrenalin theo phác đồ")
    assert "Adrenalin theo phác đồ" in after
    assert b"Adrenalin" not in b"".join(entry.data for entry in entries)


async def test_an_empty_reaction_is_none(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("observation") as http:
        visit = await observed(hub)
        page = (await http.get(f"/desk/observation/1?visit={visit}")).text
        answer = await http.post(
            "/desk/observation/1/reaction", data=form_of(page, "reaction") | {"severity": "mild"}
        )

    assert "Chưa ghi dấu hiệu nào" in answer.text
    assert hub.visit(visit).reactions == ()


async def test_observation_is_longer_for_whoever_needs_it(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("observation") as http:
        visit = await observed(hub)
        page = (await http.get(f"/desk/observation/1?visit={visit}")).text
        await http.post(
            "/desk/observation/1/observe", data=form_of(page, "observe") | {"minutes": "60"}
        )
        refused = await http.post(
            "/desk/observation/1/observe",
            data=form_of((await http.get(f"/desk/observation/1?visit={visit}")).text, "observe")
            | {"minutes": "5"},
        )

    assert hub.visit(visit).observed_minutes == 60
    assert refused.status_code == 409


async def test_who_sits_without_a_dose_is_seen(tmp_path):
    async with care_hub(tmp_path) as hub, hub.at("observation") as http:
        await hub.come("observation")
        page = (await http.get("/desk/observation/1")).text

    assert "Chưa có mũi tiêm nào được ghi" in page
