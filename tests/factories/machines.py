"""A Debian machine of its own, booted from the cached root without a container engine."""

import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factories.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[2]
SYSTEM = PROJECT / "tests/system"
ENTER = SYSTEM / "machine_enter"
_BOOT_SECONDS = 60


class Machine:
    """A running machine; commands run inside it as root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *words: str, own_network: bool = False) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "MACHINE_NETWORK": "own" if own_network else "ours"}
        return subprocess.run(
            [str(ENTER), str(self.root), *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def says(self, *words: str, own_network: bool = False) -> str:
        """Return what a command prints, and fail when it fails."""
        result = self.run(*words, own_network=own_network)
        assert result.returncode == 0, f"{words}: {result.stdout}{result.stderr}"
        return result.stdout.strip()

    def starts(self, unit: str) -> None:
        """Start a unit; when it fails, fail with what it said."""
        result = self.run("systemctl", "start", unit)
        if result.returncode:
            said = self.run("journalctl", "--unit", unit, "--lines", "40").stdout
            raise AssertionError(f"{unit}: {result.stderr}{said}")

    def is_up(self) -> bool:
        return self.run("systemctl", "is-system-running").stdout.strip() in {"running", "degraded"}


@contextmanager
def booted(directory: Path) -> Iterator[Machine]:
    """Unpack the root, boot it, cut its power and remove it."""
    root = directory / "root"
    subprocess.run([str(SYSTEM / "debian_root.sh"), str(root)], check=True, stdout=sys.stderr)
    _let_it_reach_the_registries(root)
    name = f"tram-{uuid.uuid4().hex[:8]}"
    command = [str(SYSTEM / "machine_boot.sh"), str(root), name]
    with (directory / "console.log").open("wb") as console:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            start_new_session=True,
        )
    machine = Machine(root)
    try:
        wait_until(machine.is_up, seconds=_BOOT_SECONDS)
        machine.says("apt-get", "update", "--quiet")
        yield machine
    finally:
        _power_off(machine, process)
        shutil.rmtree(root)


def _power_off(machine: Machine, process: subprocess.Popen[bytes]) -> None:
    # At once: nothing in it is needed any more, and a program that is slow to end would be waited for.
    machine.run("systemctl", "poweroff", "--force", "--force")
    try:
        process.wait(_BOOT_SECONDS)
    except subprocess.TimeoutExpired:
        # What the machine runs dies with the program that holds it.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(_BOOT_SECONDS)


def _let_it_reach_the_registries(root: Path) -> None:
    # By whatever way this machine reaches them; nothing of it is written down in the project.
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    authorities = Path("/etc/ssl/certs/ca-certificates.crt")
    shutil.copy(authorities, root / "etc/ssl/certs/ca-certificates.crt")
    settings = [f"cert = {authorities}"]
    index = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    )
    if index.returncode == 0:
        settings.append(f"index-url = {index.stdout.strip()}")
    (root / "etc/pip.conf").write_text("\n".join(["[global]", *settings, ""]))
