"""Where the screenshots of a run go: beside its other results, or by `make docs` into the documentation."""

import os
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[2]
_DRAWN = "docs/pictures" if os.environ.get("TRAM_DRAW") == "1" else ".cache/pictures"


def pictures(name: str) -> Path:
    """Return the folder for the screenshots of a part, such as ``centre``."""
    folder = _PROJECT / _DRAWN / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
