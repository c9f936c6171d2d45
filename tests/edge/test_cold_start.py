"""The screen answers before drivers are imported, which take longer than all else."""

import subprocess
import sys

DRIVERS = ("PIL", "cv2", "escpos", "numpy", "paho", "sqlite_utils", "zxingcpp")


def test_what_runs_before_the_screen_answers_imports_no_driver():
    program = f"import sys, edge.config.settings, edge.bootstrap.program; print([m for m in {DRIVERS} if m in sys.modules])"

    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == "[]"
