"""How long the tests last that kill, cut and wait at random: briefly on each change, whole in `make soak`."""

import os

WHOLE = os.environ.get("TRAM_SOAK") == "1"


def length(brief: int, whole: int) -> int:
    """Return ``whole`` in `make soak`, else ``brief``."""
    return whole if WHOLE else brief
