"""The certificate on A4 as Chromium prints it: read back by two scanners, and its pages for the eye."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import pytest
import zxingcpp
from axe_playwright_python.async_playwright import Axe
from factories.care_desks import PASSWORD, STAFF, CareHub, care_hub
from factories.certificates import hc1, rsa_key, signer_certificate
from factories.chromium import ALWAYS, program
from factories.desk_papers import Papers
from factories.pictures import pictures
from factories.site_desks import observed
from PIL import Image
from playwright.async_api import Page, async_playwright
from pyzbar import pyzbar

from edge.domain.answers import Item, Why

pytestmark = pytest.mark.system
PICTURES = pictures("desks")
CODE = hc1(rsa_key())
THERE = Item("dose-1", 2, date(2026, 11, 22), "Comirnaty", "v", certificate=CODE)
WAITING = replace(THERE, id="dose-2", dose=3, certificate="", why=Why.UNSIGNED)


@asynccontextmanager
async def opened(hub: CareHub) -> AsyncIterator[Page]:
    """A browser at the observation desk, three times as fine as a screen."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program(), args=ALWAYS)
        context = await chromium.new_context(
            ignore_https_errors=True,
            viewport={"width": 1100, "height": 1250},
            device_scale_factor=3,
        )
        page = await context.new_page()
        await page.goto(f"{hub.url}/login")
        await page.fill("[name=login]", STAFF["observation"].login)
        await page.fill("[name=password]", PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{hub.url}/")
        yield page
        await chromium.close()


async def test_what_the_browser_prints_is_read_back_by_two_scanners(tmp_path):
    papers = Papers(THERE, WAITING, trusted=(signer_certificate(rsa_key()),))
    async with care_hub(tmp_path, papers=papers) as hub, opened(hub) as page:
        visit = await observed(hub)
        await papers.desk.look_at_all()
        await page.goto(f"{hub.url}/desk/observation/1?visit={visit}")
        await kept(page, "observation-certificate-vi.png")
        desk = await Axe().run(page)

        await page.get_by_role("button", name="In trang A4").click()
        await page.wait_for_selector("svg.qr")
        await kept(page, "certificate-sheet-screen-vi.png")
        sheet = await Axe().run(page)
        await page.emulate_media(media="print")
        picture = Image.open(io.BytesIO(await page.locator(".a4").screenshot())).convert("L")
        box = await page.locator("svg.qr").bounding_box()

    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [CODE]
    codes = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    assert [found.data.decode() for found in codes] == [CODE]
    # Millimetres of the page are 96 dots to the inch: the diagonal, without the white margin.
    modules = 109 + 8
    assert 35 <= 2**0.5 * box["width"] * 25.4 / 96 * 109 / modules <= 60
    assert [
        each["id"] for each in [*desk.response["violations"], *sheet.response["violations"]]
    ] == []


async def kept(page: Page, name: str) -> None:
    """Write a picture for the documentation."""
    shot = await page.screenshot(full_page=True, scale="css")
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    small = picture.resize((800, 800 * picture.height // picture.width), Image.Resampling.LANCZOS)
    small.quantize(64).save(PICTURES / name, optimize=True)
