"""Draws the centre's lists as the demo shows them, all on one sheet: ``docs/pictures/demo-centre.png``.

Run it beside ``make demo``: ``PYTHONPATH=. .venv/bin/python tests/draw_demo.py [DIRECTORY]``.
"""

import io
import json
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

SHEET = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "demo-centre.png"
CENTRE = "http://127.0.0.1:18070"
SIZE: ViewportSize = {"width": 1280, "height": 900}
COLUMNS, SMALL, GAP = 3, (640, 450), 12
PAGES = (
    ("tinh", "/levels?date={day}"),
    ("tinh", "/"),
    ("tinh", "/discrepancies"),
    ("tinh", "/closing"),
    ("tinh", "/closing?site=phuoc-dinh&date={day}"),
    ("tinh", "/complaints"),
    ("xa", "/verification"),
    ("tinh", "/persons/merges"),
    ("tinh", "/requests"),
    ("tinh", "/reactions"),
    ("cntt", "/set-aside"),
    ("cntt", "/accounts"),
)


def logged_in(browser: Browser, login: str, password: str) -> Page:
    page = browser.new_context(viewport=SIZE, locale="vi-VN").new_page()
    page.goto(f"{CENTRE}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("main button")
    page.wait_for_selector("nav a")
    return page


def shots(directory: Path) -> list[Image.Image]:
    """Return a picture of each page, the day of the invented people where a page has one."""
    passwords = json.loads((directory / "log-ins.json").read_text())
    day = json.loads((directory / "first-steps.json").read_text())["day"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        found: dict[str, Page] = {}
        drawn = []
        for login, path in PAGES:
            if login not in found:
                found[login] = logged_in(browser, login, passwords[login])
            found[login].goto(CENTRE + path.format(day=day))
            found[login].wait_for_selector("main :is(tbody tr, li)")
            drawn.append(Image.open(io.BytesIO(found[login].screenshot())).convert("RGB"))
        browser.close()
    return drawn


def main(directory: Path) -> None:
    drawn = shots(directory)
    rows = -(-len(drawn) // COLUMNS)
    wide, high = SMALL[0] + GAP, SMALL[1] + GAP
    sheet = Image.new("RGB", (COLUMNS * wide - GAP, rows * high - GAP), "#5b6770")
    for place, shot in enumerate(drawn):
        small = shot.resize(SMALL, Image.Resampling.LANCZOS)
        sheet.paste(small, (place % COLUMNS * wide, place // COLUMNS * high))
    sheet.quantize(192).save(SHEET, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".demo"))
