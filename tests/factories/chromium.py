"""Debian's Chromium, driven by a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

# A deadline is for what never comes, not for a machine with other work.
expect.set_options(timeout=30_000)

SCREEN: ViewportSize = {"width": 1280, "height": 800}
"""The reference screen: 10 inches."""


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Run a Chromium without a window; ``arguments`` are added to its command line."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", *arguments]
        )
        yield found
        found.close()
