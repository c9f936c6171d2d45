"""One client of the site's network opens more connections than a hub could hold."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

from factories import doors, hub_pages

from edge.ui.crowd import CountedListener, Crowd
from edge.ui.server import listen
from edge.ui.site.server import SiteServer


@contextlib.asynccontextmanager
async def hub(folder: Path, crowd: Crowd) -> AsyncIterator[int]:
    """Serve the log-in page to a crowd; gives the port."""
    there = doors.hub()
    await there.door.open()
    hub_pages.write_hub_certificate(folder, "127.0.0.1")
    server = SiteServer(hub_pages.site_app(there, folder), folder)
    server.config.timeout_keep_alive = 1
    with listen("127.0.0.1", 0, crowd) as listening:
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve([listening]))
            await server.answers.wait()
            yield listening.getsockname()[1]
            server.stop()


async def is_ended(reader: asyncio.StreamReader) -> bool:
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(10):
            return await reader.read() == b""
    return True


async def test_who_opens_connections_without_end_is_sent_away_and_others_are_served(
    tmp_path: Path,
) -> None:
    crowd = Crowd(most=50, most_of_one=20)
    async with hub(tmp_path, crowd) as port:
        silent = [
            await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0))
            for _ in range(30)
        ]
        assert all([await is_ended(reader) for reader, _ in silent[20:]])
        assert len(crowd) == 20
        async with hub_pages.browser(tmp_path, f"https://127.0.0.1:{port}") as http:
            assert (await http.get("/login")).status_code == 200
        for _, writer in silent:
            writer.close()


async def test_who_says_nothing_after_the_handshake_does_not_stay(tmp_path: Path) -> None:
    crowd = Crowd(most=5, most_of_one=5)
    async with hub(tmp_path, crowd) as port:
        trust = ssl.create_default_context(cafile=str(tmp_path / "ca.crt"))
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trust)
        assert await is_ended(reader)
        writer.close()


def test_whoever_left_makes_room() -> None:
    crowd = Crowd(most=2, most_of_one=1)
    with CountedListener(socket.create_server(("127.0.0.1", 0)), crowd) as listening:
        listening.settimeout(10)
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            assert not crowd.enter("127.0.0.1")
            assert crowd.enter("192.0.2.1")
            assert not crowd.enter("192.0.2.2"), "no more than two in all"
            accepted.close()
            accepted.close()
        assert len(crowd) == 1
        assert crowd.enter("127.0.0.1")
