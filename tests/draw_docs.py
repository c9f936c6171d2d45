"""Draws what the documentation shows of the kiosk: every page in both languages.

Run it by ``make docs``. Pictures differ by a pixel from machine to machine, so no test compares them.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from factories.gallery import GALLERY, PASSPORT_AGAIN, STILL_THERE
from factories.screens import Stage, staged
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from edge.domain.screen import Passport
from edge.services.display import Bar
from edge.ui.sound import Sound

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures" / "kiosk"
ALL_SENT = Bar(unsent=0, as_of=datetime(2026, 11, 22, 1, 5, tzinfo=UTC))
SIZE = {"width": 1280, "height": 800}
MISTYPED = (
    "P<UTOERIKSSON<<ANNA<MARIA".ljust(44, "<") + "L898902C36UT07408172F1204159ZE184226B<<<<<10"
)
"""The specimen of ICAO Doc 9303 with a wrong nationality and a wrong birth date."""


def open_page(browser, url: str, language: str) -> Page:
    page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
    page.goto(url)
    page.wait_for_selector("main h1")
    if language == "en":
        page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    return page


def type_wrongly(stage: Stage, page: Page) -> None:
    """Type a passport and be told what of it cannot be right; then go on by finger, with nothing marked."""
    page.keyboard.type(MISTYPED)
    stage.show(GALLERY[PASSPORT_AGAIN])
    expect(page.locator("[data-step=typing] .wrong").first).to_be_visible()
    page.mouse.click(5, 5)


def draw(page: Page, path: Path) -> None:
    """Write the page in 64 colours at half size: what a page of documentation needs."""
    page.wait_for_function("() => [...document.images].every((i) => i.complete && i.naturalWidth)")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = picture.resize((SIZE["width"] // 2, SIZE["height"] // 2), Image.Resampling.LANCZOS)
    path.parent.mkdir(parents=True, exist_ok=True)
    small.quantize(64).save(path, optimize=True)


def draw_all(only: set[str]) -> None:
    with staged(sound=Sound("speaker")) as stage, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        stage.tell(ALL_SENT)
        for language in ("vi", "en"):
            for name, screen in GALLERY.items():
                if only and name not in only:
                    continue
                # What was typed is in the page alone: one that is opened now has nothing.
                stage.show(Passport() if name == PASSPORT_AGAIN else screen)
                page = open_page(browser, stage.url, language)
                if name == PASSPORT_AGAIN:
                    type_wrongly(stage, page)
                draw(page, PICTURES / f"{name}-{language}.png")
                page.close()
            if only and "still-there" not in only:
                continue
            stage.show(GALLERY[STILL_THERE])
            page = open_page(browser, stage.url, language)
            page.mouse.click(5, 5)
            stage.show(GALLERY[STILL_THERE], still_there=True)
            page.wait_for_selector("#still[open]")
            draw(page, PICTURES / f"still-there-{language}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    draw_all(set(sys.argv[1:]))
