"""A real mosquitto by what provisioning makes: TLS 1.3, client certificates, access rules."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from factories.installations import provisioned
from factories.waiting import wait_until


def free_port() -> int:
    """Return a TCP port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Return whether something accepts connections on ``port``."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class MosquittoServer:
    """One broker. ``stop`` and ``start`` play the outage, ``kill`` the power cut."""

    def __init__(self, directory: Path, *devices: str) -> None:
        self.port = free_port()
        self.provisioned = directory / "provisioned"
        self._log = directory / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None
        provisioned(self.provisioned, *devices, broker_port=self.port)

    @classmethod
    @contextmanager
    def running(cls, directory: Path, *devices: str) -> Iterator["MosquittoServer"]:
        """Provision, start, and stop at the end."""
        directory.mkdir(exist_ok=True)
        server = cls(directory, *devices)
        server.start()
        try:
            yield server
        finally:
            server.stop()

    def start(self) -> None:
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        configuration = self.provisioned / "broker" / "mosquitto.conf"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([program, "-c", configuration], stdout=log, stderr=log)
        wait_until(lambda: answers(self.port))

    def reload(self) -> None:
        """Let the broker read its access rules again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        if self._process is not None:
            # mosquitto forgets a SIGTERM that comes after it listens and before its main loop runs.
            wait_until(partial(_told_to_end, self._process))

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(60)


def _told_to_end(process: subprocess.Popen[bytes]) -> bool:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(2)
    return process.poll() is not None
