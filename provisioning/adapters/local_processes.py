"""Programs of one machine: started with a log of their own, watched until ready, ended together.

Each child runs in its own process group, so that Ctrl-C at the terminal reaches only the parent,
and dies with the parent even when that is killed. (To Linux "the parent" is the thread that started
it: start programs from a thread that outlives them.)
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from provisioning.domain.local_site import Program
from provisioning.ports import ProgramFailed

_POLL_SECONDS = 0.05
_TERM_SECONDS = 8.0


class LocalProcesses:
    """Runs programs side by side."""

    def __init__(self, log_directory: Path) -> None:
        self._logs = log_directory
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, program: Program) -> None:
        self._logs.mkdir(parents=True, exist_ok=True)
        busy = [port for port in program.listens if _answers(port)]
        if busy:
            raise ProgramFailed(
                program.name, f"port {busy[0]} is taken; end the program that holds it"
            )
        with self.log_of(program.name).open("ab") as log:
            self._running[program.name] = subprocess.Popen(  # noqa: S603 - our own programs
                ["setpriv", "--pdeathsig", "TERM", "--", *program.command],  # noqa: S607
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(program.environment),
                start_new_session=True,
            )

    def run(self, program: Program, timeout_seconds: float) -> None:
        self.start(program)
        child = self._running.pop(program.name)
        try:
            code = child.wait(timeout_seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            raise ProgramFailed(
                program.name, f"did not end within {timeout_seconds:.0f} s"
            ) from error
        if code != 0:
            raise ProgramFailed(
                program.name, f"ended with exit code {code}; see {self.log_of(program.name)}"
            )

    def wait_ready(self, program: Program, timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        while not _ready(program):
            code = self._running[program.name].poll()
            if code is not None:
                raise ProgramFailed(
                    program.name, f"ended with exit code {code}; see {self.log_of(program.name)}"
                )
            if time.monotonic() > deadline:
                raise ProgramFailed(
                    program.name,
                    f"not ready after {timeout_seconds:.0f} s; see {self.log_of(program.name)}",
                )
            time.sleep(_POLL_SECONDS)

    def ended(self) -> str | None:
        return next((n for n, child in self._running.items() if child.poll() is not None), None)

    def running(self, name: str) -> bool:
        child = self._running.get(name)
        return child is not None and child.poll() is None

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def kill(self, name: str) -> None:
        self._signal(name, signal.SIGKILL)
        self._running.pop(name).wait()

    def stop(self, name: str) -> None:
        self._signal(name, signal.SIGTERM)
        child = self._running.pop(name)
        try:
            child.wait(_TERM_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def stop_all(self) -> None:
        for name in reversed(list(self._running)):
            self.stop(name)

    def log_of(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _signal(self, name: str, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._running[name].pid, number)


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback interface that nothing listens on now."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", **extra}


def _ready(program: Program) -> bool:
    if program.ready_url is None:
        return all(_answers(port) for port in program.listens)
    try:
        with urllib.request.urlopen(program.ready_url, timeout=2) as answer:  # noqa: S310 - ours
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _answers(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
