"""Every desk and the head's page show where staff are wanted, until somebody is there."""

from pathlib import Path

from factories.care_desks import care_hub
from factories.waiting import until

from edge.domain.lan import StaffCall
from edge.ui.site.desk_head import Machine


async def test_a_call_stands_on_the_pages_until_somebody_says_that_they_are_there(
    tmp_path: Path,
) -> None:
    call = {"kiosk": "kiosk-0002", "call": "c1"}
    async with care_hub(tmp_path) as hub, hub.at("head") as http:
        hub.facts["machine"] = Machine()
        quiet = (await http.get("/desk/reception/1")).text
        hub.site.calls.say("kiosk-0002", StaffCall(call="c1", seconds=60))
        pages = [
            (await http.get(path)).text
            for path in ("/desk/choose", "/desk/reception/1", "/desk/injection/2", "/head")
        ]
        went = await http.post("/desk/arrived", data=call | {"back": "/desk/injection/2"})
        elsewhere = await http.post("/desk/arrived", data=call | {"back": "//example.org"})
        after = (await http.get("/desk/reception/1")).text

    assert "cần người" not in quiet
    assert all("Máy kiosk-0002 cần người, từ 07:29." in page for page in pages)
    assert went.headers["location"] == "/desk/injection/2"
    assert elsewhere.headers["location"] == "/desk"
    assert "cần người" not in after


async def test_pages_that_are_open_hear_of_a_call_at_once(tmp_path: Path) -> None:
    heard: list[str] = []
    async with (
        care_hub(tmp_path) as hub,
        hub.at("reception") as http,
        http.stream("GET", "/desk/events?at=/desk/reception/1") as stream,
    ):
        async for line in stream.aiter_lines():
            if not line.startswith("data:"):
                continue
            heard.append(line)
            if len(heard) == 2:
                break
            hub.site.calls.say("kiosk-0002", StaffCall(call="c1"))
        await until(lambda: len(heard) == 2)

    assert [line.rsplit(".", 1)[1] for line in heard] == ["0", "1"]


async def test_whoever_is_not_logged_in_ends_no_call(tmp_path: Path) -> None:
    async with care_hub(tmp_path) as hub, hub.at("reception") as http:
        hub.site.calls.say("kiosk-0002", StaffCall(call="c1"))
        http.cookies.clear()
        await http.post("/desk/arrived", data={"kiosk": "kiosk-0002", "call": "c1"})
        still = hub.site.calls.now()

    assert [each.device for each in still] == ["kiosk-0002"]
