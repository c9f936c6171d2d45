"""Loads python-escpos without what the kiosk does not use.

At its import the library reads its table of all printers as YAML and leaves a directory with a copy
behind, at every start. We send raster only and point it at a table of one printer: its import takes
a third of the time. An operator's own ``ESCPOS_CAPABILITIES_FILE`` is left alone.
"""

import os
import shutil
from pathlib import Path
from typing import Any

os.environ.setdefault(
    "ESCPOS_CAPABILITIES_FILE", str(Path(__file__).with_name("escpos_profile.json"))
)

from escpos import capabilities
from escpos.exceptions import Error as EscposError
from escpos.printer import Network, Serial, Usb

# Meant for that import alone: a program started from here has its own use of the library.
if os.environ["ESCPOS_CAPABILITIES_FILE"].endswith("escpos_profile.json"):
    del os.environ["ESCPOS_CAPABILITIES_FILE"]
if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)

Escpos = Any
"""A printer of python-escpos, which ships no types."""

__all__ = ["Escpos", "EscposError", "Network", "Serial", "Usb"]
