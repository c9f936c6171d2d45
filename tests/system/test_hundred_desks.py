"""A hundred desks press "next" at the same moment, over real https, at a real hub."""

import asyncio
import re
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

import httpx
import msgspec
import pytest
from factories.site_hubs import PASSWORD, STAFF, SiteHub, hidden, running_hub

pytestmark = pytest.mark.system

DESKS = 100
PEOPLE = 110
_NUMBER = re.compile(r"<h1>.*?<b>(\w+)</b>", re.DOTALL)
_HUNDRED_DESKS = f"""
[[stations]]
id = "reception"
name = "Đón tiếp"
kind = "reception"
desks = [{", ".join(f'"{desk}"' for desk in range(1, DESKS + 1))}]

[[stations]]
id = "screening"
name = "Khám sàng lọc"
kind = "screening"
"""


def test_a_hundred_desks_that_press_next_at_once_get_a_hundred_different_numbers(
    tmp_path: Path,
) -> None:
    with running_hub(tmp_path, settings=_HUNDRED_DESKS) as hub:
        given = _fill_the_hall(hub)
        first, again = asyncio.run(_press_all(hub))
        hub.kill()
        called = [body["ticket"] for body in _journalled(hub, "called")]

    assert len(given) == PEOPLE
    assert len(set(first)) == DESKS
    assert set(first) == set(sorted(given)[:DESKS])  # Nobody was passed over.
    assert again == first  # The same press sent again calls nobody else.
    assert sorted(called) == sorted(first)


def _fill_the_hall(hub: SiteHub) -> list[str]:
    """Check people in at one desk; return their numbers."""
    numbers = []
    with hub.logged_in(STAFF[0].login) as http:
        desk = http.get("/desk/reception/1").text
        for person in range(PEOPLE):
            card = f"0581850{person:05d}||Nguyễn Thị Mẫu|17081985|Nữ|Thôn 3|05052021"
            read = http.post(
                "/desk/reception/1/read", data=hidden(desk, "read") | {"how": "code", "code": card}
            )
            form = hidden(read.text, "check-in") | {"then": "wait"}
            done = http.post("/desk/reception/1/check-in", data=form)
            slip = http.get(done.headers["location"]).text
            numbers += re.findall(r'class="ticket-number">(\w+)<', slip)
    return numbers


async def _press_all(hub: SiteHub) -> tuple[list[str], list[str]]:
    """Press at all desks at once, then send each press a second time; return what each got."""
    trust = hub.trust()
    async with AsyncExitStack() as open_now:
        browsers = [
            await open_now.enter_async_context(
                # The hub ends a connection that was idle for 5 s; a browser would ask once more,
                # this client would not, so it lets go earlier.
                httpx.AsyncClient(
                    verify=trust,
                    base_url=hub.url,
                    headers={"origin": hub.url},
                    timeout=120,
                    limits=httpx.Limits(keepalive_expiry=2),
                )
            )
            for _ in range(DESKS)
        ]
        forms = [await _ready(http, desk) for desk, http in enumerate(browsers, start=1)]
        await _at_once(browsers, forms)
        first = [await _before(http, desk) for desk, http in enumerate(browsers, start=1)]
        await _at_once(browsers, forms)
        again = [await _before(http, desk) for desk, http in enumerate(browsers, start=1)]
    return first, again


async def _ready(http: httpx.AsyncClient, desk: int) -> dict[str, str]:
    login = {"login": STAFF[0].login, "password": PASSWORD}
    assert (await http.post("/login", data=login)).status_code == 303
    return hidden((await http.get(f"/desk/reception/{desk}")).text, "next")


async def _at_once(browsers: list[httpx.AsyncClient], forms: list[dict[str, str]]) -> None:
    start = asyncio.Event()

    async def press(http: httpx.AsyncClient, desk: int, form: dict[str, str]) -> None:
        await start.wait()
        answer = await http.post(f"/desk/reception/{desk}/next", data=form)
        assert answer.status_code == 303, answer.text

    async with asyncio.TaskGroup() as group:
        for desk, (http, form) in enumerate(zip(browsers, forms, strict=True), start=1):
            group.create_task(press(http, desk, form))
        start.set()


async def _before(http: httpx.AsyncClient, desk: int) -> str:
    found = _NUMBER.search((await http.get(f"/desk/reception/{desk}")).text)
    assert found is not None, f"nobody is at desk {desk}"
    return found[1]


def _journalled(hub: SiteHub, kind: str) -> list[dict[str, str]]:
    with closing(sqlite3.connect(hub.folder / "data" / "journal.db")) as connection:
        rows = connection.execute("SELECT data FROM entries ORDER BY place").fetchall()
    events = [msgspec.json.decode(row[0]) for row in rows]
    return [event["body"] for event in events if event["type"] == kind]
