"""Questions to a page of this machine.

No authority is read for them, which takes longer than most pages take to answer; that counts where a
page is asked again and again until it says what is waited for.
"""

from typing import Any, Final

import httpx

_PATIENCE: Final = 30
"""Seconds; a machine with other work is slow."""


def get(url: str, **more: Any) -> httpx.Response:
    """Ask for a page."""
    return httpx.get(url, verify=False, trust_env=False, **{"timeout": _PATIENCE, **more})


def post(url: str, **more: Any) -> httpx.Response:
    """Send something to a page."""
    return httpx.post(url, verify=False, trust_env=False, **{"timeout": _PATIENCE, **more})
