"""What browsers send the hub: too long, too slow or unreadable is told in words; nobody waits for it."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from factories import doors, hub_pages
from factories.vaults import HEAD, NURSE

from edge.ui.site import forms
from edge.ui.site.entry import KNOWN_COOKIE
from edge.ui.site.forms import MOST_BYTES, Patience


@contextlib.asynccontextmanager
async def at_the_pages(folder: Path) -> AsyncIterator[tuple[doors.Hub, httpx.AsyncClient]]:
    hub = doors.hub(HEAD, NURSE)
    async with hub_pages.served(hub, folder) as url, hub_pages.browser(folder, url) as browser:
        yield hub, browser


async def log_in(browser: httpx.AsyncClient, **more: str) -> httpx.Response:
    told = {"login": HEAD.login, "password": HEAD.password, **more}
    return await browser.post("/login", data=told)


@pytest.mark.parametrize("letters", [MOST_BYTES, 200_000])
async def test_a_form_that_is_too_long_is_refused_in_words(tmp_path, letters):
    async with at_the_pages(tmp_path) as (_, browser):
        outside = await log_in(browser, note="x" * letters)
        await log_in(browser)
        inside = await browser.post("/boards", data={"label": "x" * letters})
        boards = (await browser.get("/boards")).text

    for answer in (outside, inside):
        assert answer.status_code == 413
        assert "Nội dung gửi quá dài nên máy không nhận." in answer.text
        assert "<main>" in answer.text
    assert "xxx" not in boards


async def test_the_longest_form_in_vietnamese_letters_is_taken(tmp_path):
    async with at_the_pages(tmp_path) as (_, browser):
        answer = await log_in(browser, note="ỡ" * 1500)

    assert answer.status_code == 303


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"login=%ff&password=x", b"&".join(b"a%d=1" % n for n in range(99))]
)
async def test_what_is_no_form_is_refused_in_words(tmp_path, body):
    async with at_the_pages(tmp_path) as (_, browser):
        answer = await browser.post("/login", content=body)

    assert answer.status_code == 400
    assert "Máy không đọc được nội dung gửi tới." in answer.text


async def slowly(folder: Path, url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Begin to send a form, and stop."""
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    host, port = urlsplit(url).hostname, urlsplit(url).port
    reader, writer = await asyncio.open_connection(host, port, ssl=context)
    head = f"POST /login HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {url}\r\nContent-Length: 99\r\n\r\nlo"
    writer.write(head.encode())
    await writer.drain()
    return reader, writer


async def test_who_sends_slowly_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(forms.Patience.__init__, "__defaults__", (64, 0.1))
    hub = doors.hub(HEAD)
    async with hub_pages.served(hub, tmp_path) as url:
        reader, writer = await slowly(tmp_path, url)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()

    assert b" 408 " in answer.partition(b"\r\n")[0]
    assert "Nội dung tới quá chậm nên máy thôi chờ." in answer.decode()


async def test_the_slowest_go_first_and_who_sends_at_once_comes_in(tmp_path, monkeypatch):
    monkeypatch.setattr(forms.Patience.__init__, "__defaults__", (3, 60.0))
    hub = doors.hub(HEAD)
    async with hub_pages.served(hub, tmp_path) as url, hub_pages.browser(tmp_path, url) as browser:
        slow = [await slowly(tmp_path, url) for _ in range(4)]
        first = await asyncio.wait_for(slow[0][0].read(), 10)
        inside = await log_in(browser)
        for _, writer in slow:
            writer.close()

    assert b" 408 " in first.partition(b"\r\n")[0]
    assert inside.status_code == 303


async def test_so_many_are_waited_for_and_no_more():
    patience, ended = Patience(most=2, seconds=60), []

    async def read(name: int) -> None:
        try:
            async with patience.wait():
                await asyncio.Event().wait()
        except TimeoutError:
            ended.append(name)

    async with asyncio.TaskGroup() as group:
        reading = []
        for name in range(5):
            reading.append(group.create_task(read(name)))
            await asyncio.sleep(0)
            assert len(patience) <= 2
        await asyncio.wait(reading[:3])
        for each in reading:
            each.cancel()

    assert ended == [0, 1, 2]


async def test_who_comes_as_the_time_of_another_ends_is_waited_for():
    patience, ended = Patience(most=1, seconds=60), []

    async def slow() -> None:
        try:
            async with patience.wait():
                await asyncio.Event().wait()
        except TimeoutError:
            ended.append("slow")

    async def quick() -> None:
        async with patience.wait():
            ended.append("quick")

    async with asyncio.TaskGroup() as group:
        group.create_task(slow())
        await asyncio.sleep(0)
        # Its timer runs first, then whoever comes, then the task that the timer ends.
        next(iter(patience._waiting)).reschedule(0)
        group.create_task(quick())

    assert ended == ["quick", "slow"]


async def test_a_browser_is_known_again_by_a_cookie_that_it_gets_once(tmp_path):
    async with at_the_pages(tmp_path) as (_, browser):
        first = await log_in(browser)
        second = await log_in(browser)

    assert KNOWN_COOKIE in first.headers["set-cookie"]
    assert KNOWN_COOKIE not in second.headers["set-cookie"]
