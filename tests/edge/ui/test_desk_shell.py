"""What all desks share, over real https: choosing a desk, news, a full disk, doors that stay shut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest
from factories.care_desks import CareHub, care_hub, form_of
from factories.vaults import HEAD

from edge.domain.queue.commands import CallNext
from edge.domain.roster import Difference, Match, Standing
from edge.ports import DiskFull


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[CareHub]:
    async with care_hub(tmp_path) as running:
        yield running


async def news_of(http: httpx.AsyncClient) -> AsyncIterator[str]:
    """The words of the stream, without blanks."""
    async with http.stream("GET", "/desk/events") as stream:
        async for line in stream.aiter_lines():
            if line:
                yield line


async def test_a_browser_remembers_its_desk_and_only_desks_of_the_role_are_offered(
    site: CareHub,
) -> None:
    async with site.at("screening") as http:
        first = await http.get("/desk")
        offered = (await http.get("/desk/choose")).text
        wrong = await http.post("/desk/choose", data={"place": "/desk/reception/1"})
        chosen = await http.post("/desk/choose", data={"place": "/desk/screening/2"})
        again = await http.get("/desk")
        shut = await http.get("/desk/reception/1")
        pressed = await http.post("/desk/reception/1/next", data={"once": "1"})

    assert first.headers["location"] == wrong.headers["location"] == "/desk/choose"
    assert "/desk/screening/1" in offered
    assert "/desk/reception/1" not in offered
    assert chosen.headers["location"] == again.headers["location"] == "/desk/screening/2"
    assert (shut.status_code, pressed.status_code) == (403, 403)


async def test_the_head_may_work_at_every_desk(site: CareHub) -> None:
    async with site.at("head") as http:
        pages = [
            (await http.get(f"/desk/{station.id}/1")).status_code
            for station in site.queue.state.policy.stations
        ]

    assert pages == [200] * 5


@pytest.mark.parametrize(
    "path", ["/desk/nowhere/1", "/desk/reception/a.b", "/desk/reception/123456789"]
)
async def test_a_desk_that_is_none_leads_to_the_choice(site: CareHub, path: str) -> None:
    async with site.at("head") as http:
        answer = await http.get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/choose")


async def test_what_nobody_may_press_is_not_found(site: CareHub) -> None:
    async with site.at("head") as http:
        assert (await http.post("/desk/reception/1/dance", data={})).status_code == 404


async def test_the_language_is_the_browsers_and_leads_back_to_these_pages_alone(
    site: CareHub,
) -> None:
    async with site.at("head") as http:
        answers = [
            await http.post("/desk/language", data={"language": "en", "back": back})
            for back in (
                "/desk/screening/1",
                "//evil.example/desk",
                "https://evil.example",
                "/desk//x",
            )
        ]
        page = (await http.get("/desk/screening/1")).text

    assert [each.headers["location"] for each in answers] == [
        "/desk/screening/1", "/desk", "/desk", "/desk",
    ]  # fmt: skip
    assert '<html lang="en"' in page
    assert "Call the next number" in page


async def test_on_a_full_disk_what_was_typed_comes_back_and_is_sent_again_with_the_same_id(
    site: CareHub,
) -> None:
    visit = await site.come()
    async with site.at("head") as http:
        page = (await http.get(f"/desk/reception/1?visit={visit}")).text
        form = form_of(page, "hold") | {"reason": "family"}
        site.hub.journal.fail_with(DiskFull("no room"))
        full = await http.post("/desk/reception/1/hold", data=form)
        again = form_of(full.text, "repeat")
        site.hub.journal.fail_with(None)
        done = await http.post("/desk/reception/1/hold", data=again)

    assert full.status_code == 503
    assert "Chờ người nhà" in full.text
    assert again == form
    assert done.status_code == 303
    assert site.visit(visit).hold_reason == "family"


async def test_news_come_with_each_change_and_end_with_the_log_in(site: CareHub) -> None:
    async with site.at("head") as http, aclosing(news_of(http)) as news:
        hello = [await anext(news), await anext(news)]
        await site.come()
        changed = await anext(news)
        await site.hub.door.log_out_everywhere(HEAD.login)
        await site.come()
        ended = await anext(news)

    assert hello == ["retry: 1000", "data: 0.0.0"]
    assert changed == "data: 1.0.0"
    assert ended == "event: ended"


async def test_news_end_quietly_when_the_hub_stops(site: CareHub) -> None:
    async with site.at("head") as http, aclosing(news_of(http)) as news:
        hello = [await anext(news), await anext(news)]
        site.site.ended.set()
        async with asyncio.timeout(5):
            rest = [line async for line in news]

    assert len(hello) == 2
    assert rest == []


async def test_a_hub_that_was_restarted_knows_who_is_where_as_soon_as_their_page_hears_it(
    site: CareHub,
) -> None:
    now = site.site.now_ms
    async with site.at("screening") as http:
        for at in ("/desk/screening/2", "/desk/reception/1", "", "/desk/nowhere/1"):
            async with http.stream("GET", "/desk/events", params={"at": at}) as stream:
                await anext(stream.aiter_lines())

    at_work = [(each.station, each.desk) for each in site.site.at_work.now(now())]
    assert at_work == [("screening", "2")]


async def test_a_desk_with_nobody_before_it_says_that_names_are_locked_and_leads_to_the_log_in(
    site: CareHub,
) -> None:
    async with site.at("head") as http:
        await site.hub.door.day_ended()
        page = (await http.get("/desk/reception/1")).text

    assert '<a href="/login">Tên trở lại sau khi có người đăng nhập.' in page


async def test_what_differs_from_the_list_is_written_as_people_write_it(tmp_path):
    found = (Difference("birth", "2000-02-29", "1999"), Difference("sex", "female", "male"))
    async with care_hub(tmp_path) as hub, hub.at("screening") as http:
        hub.facts["match"] = lambda _: Match(Standing.TO_SUPPLEMENT, differences=found)
        await hub.come("screening")
        await hub.do(CallNext(station="screening", desk="1", staff="lan"))
        page = (await http.get("/desk/screening/1")).text

    assert "<td>29/02/2000</td><td>1999</td>" in page
    assert "<td>Nữ</td><td>Nam</td>" in page
