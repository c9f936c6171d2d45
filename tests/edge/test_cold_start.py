"""The screen answers before drivers and the conversation are imported, which take longer than all else."""

import asyncio
import subprocess
import sys

import httpx
import pytest
from factories.installations import kiosk, provisioned

from edge.bootstrap.core import build_core
from edge.bootstrap.program import run
from edge.bootstrap.screen import build_screen
from edge.config.settings import Settings, read_settings
from edge.domain.facts import HelpWanted
from edge.ports import KeysError
from provisioning.adapters.local_processes import free_ports

LATER = (
    "PIL", "cv2", "escpos", "numpy", "paho", "sqlite_utils", "zxingcpp",
    "edge.bootstrap.running", "edge.domain.commands", "edge.domain.session", "edge.services.trust",
)  # fmt: skip
START = "edge.config.settings, edge.bootstrap.program, edge.simulated.camera"
BEFORE = f"""
import sys
asked = []
sys.addaudithook(lambda event, told: asked.append(str(told[0])) if event == "open" else None)
import {START}
print([name for name in {LATER} if name in sys.modules])
print([name for name in asked if name.endswith("entry_points.txt")])
"""


def issued(directory, more: str = "") -> Settings:
    """Return the settings of a kiosk that was provisioned in ``directory``."""
    provisioned(directory).issue_device(kiosk(ui_port=free_ports(1)[0], more=more))
    return read_settings(directory / "devices" / "kiosk-0001" / "edge.toml")


def test_what_runs_before_the_screen_answers_imports_no_driver_and_looks_through_no_package():
    told = subprocess.run(
        [sys.executable, "-c", BEFORE], capture_output=True, text=True, check=True
    ).stdout

    assert told.splitlines() == ["[]", "[]"]


async def test_what_somebody_pressed_before_the_conversation_began_waits_for_it(tmp_path):
    core = build_core(issued(tmp_path), asyncio.Event())
    screen = build_screen(core)
    pages = httpx.ASGITransport(screen.page.config.app)

    async with httpx.AsyncClient(transport=pages, base_url="http://127.0.0.1") as browser:
        answer = await browser.post("/touch/help")

    assert answer.status_code == 204
    assert isinstance(screen.facts.get_nowait(), HelpWanted)


async def test_a_hub_without_its_registry_ends_in_words_though_its_screen_answered(tmp_path):
    device_port, page_port = free_ports(2)
    hub = f"[hub]\nenabled = true\ndevice_port = {device_port}\npage_port = {page_port}\n"
    settings = issued(tmp_path, hub)

    with pytest.raises(KeysError, match="provision this hub again"):
        await run(settings)
