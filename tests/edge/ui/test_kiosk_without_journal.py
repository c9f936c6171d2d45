"""A kiosk whose journal cannot be opened: it says so on its screen, and is started anew."""

import fcntl
import subprocess

import httpx
import pytest
from factories import web
from factories.kiosk_programs import command_of, installed_kiosk
from factories.waiting import wait_until

pytestmark = pytest.mark.system


def test_it_shows_out_of_order_sends_people_to_the_desk_and_ends_to_be_started_anew(tmp_path):
    device, url = installed_kiosk(tmp_path)
    (device / "data").mkdir()

    def screen() -> dict:
        try:
            return web.get(f"{url}/state").json()
        except httpx.TransportError:
            return {"screen": None}

    with (device / "data" / "journal.db.lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with subprocess.Popen(command_of(device), stderr=subprocess.DEVNULL) as process:
            wait_until(lambda: screen()["screen"] == "out_of_order", seconds=30)
            shown = screen()
            web.post(f"{url}/number", content="058185000123").raise_for_status()
            after = screen()

            code = process.wait(60)

    assert shown["fault"] == "D02"
    assert "bàn đón tiếp" in shown["html"]["vi"]
    assert after["screen"] == "out_of_order"
    assert code == 75
