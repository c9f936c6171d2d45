"""Debian's Chromium, driven by a test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, ViewportSize, sync_playwright

SCREEN: ViewportSize = {"width": 1280, "height": 800}
"""The reference screen: 10 inches."""
ALWAYS: Final = ("--no-sandbox", "--disable-gpu")
WHOLE: Final = "/usr/bin/chromium"


def program() -> str:
    """Return where Chromium is: without what only a window needs, if Debian's package of that is there.

    It is built of the same source and takes half the processor time. Pictures for the documentation are
    drawn by the whole one, as a kiosk's screen is.
    """
    light = None if os.environ.get("TRAM_DRAW") == "1" else shutil.which("chromium-headless-shell")
    return light or WHOLE


@contextmanager
def chromium(*arguments: str, whole: bool = False) -> Iterator[Browser]:
    """Run a Chromium without a window.

    Args:
        arguments: Added to its command line.
        whole: Whether it must draw to the last pixel what a kiosk's screen shows.
    """
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=WHOLE if whole else program(), args=[*ALWAYS, *arguments]
        )
        yield found
        found.close()
