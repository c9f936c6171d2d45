"""The hub dies while desks are at work; the standby takes its place by one signed command."""

import random
import re
import sqlite3
import subprocess
import threading
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest
from factories import web
from factories.hub_pairs import FIRST, KIOSK, SECOND, STANDBY_GOOD, HubPair, hub_pair, log_in
from factories.kiosk_programs import command_of, screen_of
from factories.site_hubs import PASSWORD, STAFF, hidden
from factories.waiting import wait_until

from protocol.events import decode_body, decode_event
from protocol.site_events import Called, HubPromoted

pytestmark = pytest.mark.system

DESKS, PEOPLE = 40, 60
_NUMBER = re.compile(r"<h1>.*?<b>(\w+)</b>", re.DOTALL)
_MANY_DESKS = f"""
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


def test_what_desks_saw_done_is_in_the_new_hubs_queue_and_nobody_is_called_twice(
    tmp_path: Path,
) -> None:
    with hub_pair(tmp_path, settings=_MANY_DESKS) as pair:
        pair.start(FIRST, SECOND, KIOSK)
        numbers = _fill_the_hall(pair)
        before = _at_kiosk(pair, "058185000777")
        _standby_is_well(pair, FIRST)

        acknowledged = _press_until_the_hub_dies(pair)
        _by_hand(pair, pair.promote(SECOND))

        with pair.head_at(SECOND), pair.logged_in(SECOND) as http:
            kept = {desk: _before(http, desk) for desk in acknowledged}
            later = [_next(http, desk) for desk in range(1, DESKS + 1) if not _before(http, desk)]
            known = _slip_again(pair, "058185000777")
            after = _at_kiosk(pair, "058185000778")
            wait_until(lambda: after in _tickets(pair, SECOND), seconds=30)
            new = _check_in(http, 1, 999)

        pair.start(FIRST)
        with pair.browser(FIRST) as old:
            wait_until(lambda: _is_standby(old), seconds=60)
            assert old.get("/desk").status_code == 404
        _standby_is_well(pair, SECOND)
        pair.kill(FIRST)
        pair.kill(SECOND)

    called = _called(pair, FIRST)
    assert len(acknowledged) > 0
    assert kept == {desk: called[desk] for desk in acknowledged}
    everybody = [*kept.values(), *later]
    assert len(set(everybody)) == len(everybody)
    assert set(everybody) <= {*numbers, before}
    assert known == before
    assert after.startswith("C")
    assert new.startswith("B")
    promotions = [body for body in _bodies(pair, SECOND) if isinstance(body, HubPromoted)]
    assert [(each.serial, each.previous) for each in promotions] == [(1, FIRST)]


def test_the_head_of_the_site_promotes_the_standby_on_its_page(tmp_path: Path) -> None:
    with hub_pair(tmp_path) as pair:
        pair.start(FIRST, SECOND)
        with pair.logged_in(FIRST) as http:
            number = _check_in(http, 1, 5)
        _standby_is_well(pair, FIRST)
        pair.kill(SECOND)
        with pair.logged_in(FIRST) as http:
            alone = _next(http, 2)
        pair.kill(FIRST)
        pair.start(SECOND)
        command = pair.promote(SECOND).read_bytes()

        with pair.logged_in(SECOND) as nurse:
            refused = nurse.post("/promote", files={"command": ("c", command)}).status_code
        with pair.head_at(SECOND) as head:
            page = head.get("/").text
            bad = head.post("/promote", files={"command": ("c", b"TRAM")})
            nothing = head.post("/promote", data={"command": "x"})
            done = head.post("/promote", files={"command": ("c", command)})
            assert done.status_code == 200, done.text
            wait_until(lambda: _is_hub(head), seconds=60)
        with pair.logged_in(SECOND) as http:
            called = _next(http, 1)
        pair.start(FIRST)
        with pair.head_at(SECOND) as head:
            wait_until(lambda: "Việc chỉ máy chủ cũ còn giữ" in head.get("/head").text, seconds=60)
            left = head.get("/head").text

    assert alone == number
    assert f">{number}</a></b> · " in left
    assert "Chưa nối được với máy chủ hub-0001" in page
    assert refused == 403
    assert (bad.status_code, nothing.status_code) == (409, 409)
    assert called == number


def _fill_the_hall(pair: HubPair) -> list[str]:
    with pair.logged_in(FIRST) as http:
        return [_check_in(http, 1, person) for person in range(PEOPLE)]


def _check_in(http: httpx.Client, desk: int, person: int) -> str:
    page = http.get(f"/desk/reception/{desk}").text
    card = f"0581850{person:05d}||Nguyễn Thị Mẫu|17081985|Nữ|Thôn 3|05052021"
    form = hidden(page, "read") | {"how": "code", "code": card}
    read = http.post(f"/desk/reception/{desk}/read", data=form)
    form = hidden(read.text, "check-in") | {"then": "wait"}
    done = http.post(f"/desk/reception/{desk}/check-in", data=form)
    found = re.findall(r'class="ticket-number">(\w+)<', http.get(done.headers["location"]).text)
    return str(found[0])


def _next(http: httpx.Client, desk: int) -> str:
    form = hidden(http.get(f"/desk/reception/{desk}").text, "next")
    assert http.post(f"/desk/reception/{desk}/next", data=form).status_code == 303
    return _before(http, desk)


def _before(http: httpx.Client, desk: int) -> str:
    found = _NUMBER.search(http.get(f"/desk/reception/{desk}").text)
    return "" if found is None else found[1]


def _press_until_the_hub_dies(pair: HubPair) -> list[int]:
    """Let all desks press "next" at once, kill the hub somewhere in between; return who saw it done."""
    trust = pair.trust()
    acknowledged: list[int] = []
    enough = random.randrange(1, DESKS)
    begin, kill = threading.Barrier(DESKS), threading.Event()

    def press(http: httpx.Client, desk: int, form: dict[str, str]) -> None:
        begin.wait()
        try:
            answer = http.post(f"/desk/reception/{desk}/next", data=form)
        except httpx.TransportError:
            return
        assert answer.status_code == 303
        acknowledged.append(desk)
        if len(acknowledged) >= enough:
            kill.set()

    with ExitStack() as open_now:
        browsers = [open_now.enter_context(pair.browser(FIRST, trust)) for _ in range(DESKS)]
        forms = []
        for desk, http in enumerate(browsers, start=1):
            assert log_in(http, STAFF[0].login, PASSWORD)
            forms.append(hidden(http.get(f"/desk/reception/{desk}").text, "next"))
        threads = [
            threading.Thread(target=press, args=(http, desk, form))
            for desk, (http, form) in enumerate(zip(browsers, forms, strict=True), start=1)
        ]
        for thread in threads:
            thread.start()
        assert kill.wait(30)
        pair.kill(FIRST)
        for thread in threads:
            thread.join(60)
    return sorted(acknowledged)


def _by_hand(pair: HubPair, command: Path) -> None:
    program = command_of(pair.folder(SECOND))
    said = subprocess.run(
        [*program[:3], "promote", str(command), *program[3:]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "hub-0002 becomes the hub" in said.stdout
    with pair.browser(SECOND) as http:
        wait_until(lambda: _is_hub(http), seconds=60)


def _is_hub(http: httpx.Client) -> bool:
    """Return whether the pages are those of a hub: a standby has no board."""
    try:
        return http.get("/board/enter").status_code == 200
    except httpx.TransportError:
        return False


def _is_standby(http: httpx.Client) -> bool:
    try:
        return http.get("/login").status_code == 200 and not _is_hub(http)
    except httpx.TransportError:
        return False


def _standby_is_well(pair: HubPair, hub: str) -> None:
    with pair.head_at(hub) as http:
        wait_until(lambda: STANDBY_GOOD in http.get("/head").text, seconds=60)


def _at_kiosk(pair: HubPair, number: str) -> str:
    """Type a number at the kiosk; return the ticket that it gives."""
    return str(_type(pair, number)["ticket"])


def _slip_again(pair: HubPair, number: str) -> str:
    return str(_type(pair, number)["ticket"])


def _type(pair: HubPair, number: str) -> dict[str, object]:
    url = pair.screen(KIOSK)
    web.post(f"{url}/touch/back")
    wait_until(lambda: screen_of(url) == "attract", seconds=30)
    web.post(f"{url}/number", content=number).raise_for_status()
    wait_until(lambda: screen_of(url) == "done", seconds=30)
    answer: dict[str, object] = web.get(f"{url}/state").json()
    return answer


def _bodies(pair: HubPair, device: str) -> list[object]:
    path = pair.folder(device) / "data" / "journal.db"
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT data FROM entries ORDER BY place").fetchall()
    return [decode_body(decode_event(row[0])) for row in rows]


def _called(pair: HubPair, device: str) -> dict[int, str]:
    return {
        int(body.desk): body.ticket for body in _bodies(pair, device) if isinstance(body, Called)
    }


def _tickets(pair: HubPair, device: str) -> str:
    """Return the head's page of a hub, where open numbers stand."""
    with pair.head_at(device) as http:
        return http.get("/head").text
