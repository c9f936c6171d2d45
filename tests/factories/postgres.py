"""A PostgreSQL server of one's own: Debian's, on a unix socket only, thrown away at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

_numbers = count(1)


def _programs() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=str)
    if not versions:
        raise RuntimeError("no PostgreSQL here: apt install postgresql, or make setup")
    return versions[-1].parent


def _as_nobody(command: list[str]) -> list[str]:
    # PostgreSQL refuses to run as root.
    return ["runuser", "-u", "nobody", "--", *command] if os.getuid() == 0 else command


class PostgresServer:
    """A running server. ``stop`` and ``start`` play the outage."""

    def __init__(self, directory: Path, *, durable: bool) -> None:
        self._durable = durable
        self._bin = _programs()
        self.directory = directory
        self.data = directory / "data"

    def initialise(self) -> None:
        self._run("initdb", "--no-sync", "--auth=trust", "--username=tram", "--encoding=UTF8")

    def start(self) -> None:
        options = f"-k {self.directory} -c listen_addresses='' -c max_connections=40"
        options += "" if self._durable else " -c fsync=off -c full_page_writes=off"
        log = self.directory / "log"
        self._run("pg_ctl", "-w", "-o", options, "-l", str(log), "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    @property
    def pid(self) -> int:
        """Process id of the server, whose children serve the connections."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def new_database(self, like: str = "template1") -> str:
        """Return the URL of a fresh database.

        Args:
            like: Name of the one that is copied; an empty one if left out.
        """
        name = f"tram_{next(_numbers)}"
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())
        return f"postgresql+psycopg://tram@/{name}?host={quote(str(self.directory), safe='')}"

    def _conninfo(self, database: str) -> str:
        return f"host={self.directory} user=tram dbname={database}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), "-D", str(self.data), *arguments]
        subprocess.run(
            _as_nobody(command),
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            cwd=self.directory,
        )


@contextmanager
def postgres_server(*, durable: bool = True) -> Iterator[PostgresServer]:
    """Start a server in a directory of its own; stop it and remove everything at the end.

    Args:
        durable: Whether a commit outlives this machine's power; a killed server it outlives anyway.
    """
    # Not below pytest's directory: nobody may not enter it, and a socket's path must be short.
    directory = Path(tempfile.mkdtemp(prefix="tram-pg-"))
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(directory, nobody.pw_uid, nobody.pw_gid)
    server = PostgresServer(directory, durable=durable)
    try:
        server.initialise()
        server.start()
        yield server
    finally:
        if (server.data / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(directory)
