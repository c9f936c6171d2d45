"""Loading python-escpos costs a kiosk no table of all printers and leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import escpos


def test_the_library_is_loaded_with_one_profile_and_leaves_no_directory(tmp_path):
    program = (
        "import edge.adapters.printer_library; from escpos import capabilities;"
        "print(sorted(capabilities.CAPABILITIES['profiles']))"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ESCPOS_")}

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "['default']\n"
    assert list(tmp_path.iterdir()) == []


def test_an_operators_own_table_is_left_alone(tmp_path):
    whole = str(Path(escpos.__file__).with_name("capabilities.json"))
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import edge.adapters.printer_library, os; print(os.environ['ESCPOS_CAPABILITIES_FILE'])",
        ],
        env={**os.environ, "ESCPOS_CAPABILITIES_FILE": whole, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == whole
