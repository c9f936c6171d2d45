"""Writes the parts of the documentation that are made from the code, but for the pictures.

Run it by ``make docs``; ``tests/test_docs.py`` and the test of the states say when it must be run.
"""

from pathlib import Path

from factories.asyncapi import asyncapi_page
from factories.openapi import openapi_page
from factories.queue_states import queue_states_page
from factories.states import states_page

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {
    "asyncapi.yaml": asyncapi_page,
    "openapi.json": openapi_page,
    "kiosk-states.md": states_page,
    "queue-states.md": queue_states_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
