"""pretix as its makers run it, from an environment that is not ours: found, prepared, served."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.http_load import Client, Succeeded

HOW_TO_INSTALL = """\
pretix is not part of this project and has to be installed beside it, once:

    python3 -m venv DIR
    DIR/bin/pip install pretix gunicorn

Then: python -m bench.beside_pretix --pretix DIR"""
EVENT = Path(__file__).with_name("pretix_event.py")
PREPARED = "tram-bench"
WORKERS = 4


class NotInstalledError(Exception):
    """There is no pretix in that folder."""


@dataclass(frozen=True)
class Pretix:
    """A running pretix.

    Attributes:
        secrets: Of tickets that nobody has shown yet.
    """

    port: int
    version: str
    pid: int
    token: str
    list_id: int
    secrets: list[str]

    def request(self, secret: str) -> bytes:
        """Return the check-in of one ticket, as pretix's scanner asks for it."""
        body = json.dumps({"lists": [self.list_id], "secret": secret, "type": "entry"}).encode()
        head = (
            "POST /api/v1/organizers/bench/checkinrpc/redeem/ HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{self.port}\r\nAuthorization: Device {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def redeemed(status: int, answer: bytes) -> bool:
    """Tell whether somebody is checked in."""
    return status == 201 and b'"status":"ok"' in answer.replace(b" ", b"")


def version_of(environment: Path) -> str:
    """Return pretix's version.

    Raises:
        NotInstalledError: It is not there, or has no gunicorn.
    """
    python = environment / "bin" / "python"
    if not python.exists() or not (environment / "bin" / "gunicorn").exists():
        raise NotInstalledError(HOW_TO_INSTALL)
    words = "import importlib.metadata as m; print(m.version('pretix'))"
    run = subprocess.run([python, "-c", words], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise NotInstalledError(HOW_TO_INSTALL)
    return run.stdout.strip()


@contextmanager
def serving(environment: Path, port: int, people: int) -> Iterator[Pretix]:
    """Serve a fresh copy of the prepared event on SQLite."""
    version, prepared = version_of(environment), prepare(environment, people)
    with tempfile.TemporaryDirectory(prefix="tram-bench-") as name:
        folder = Path(name)
        shutil.copytree(prepared, folder, dirs_exist_ok=True)
        known = json.loads((folder / "event.json").read_text())
        command = [environment / "bin" / "gunicorn", "pretix.wsgi", "--workers", str(WORKERS)]
        with (folder / "gunicorn.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--bind", f"127.0.0.1:{port}", "--timeout", "120"],
                env=_environment(folder),
                cwd=folder,
                stdout=log,
                stderr=log,
            )
        try:
            yield Pretix(
                port, version, process.pid, known["token"], known["list"], known["secrets"]
            )
        finally:
            process.terminate()
            process.wait(30)


def prepare(environment: Path, people: int) -> Path:
    """Return a folder with a database of so many people; made once, minutes the first time."""
    folder = environment / PREPARED / str(people)
    if (folder / "event.json").exists():
        return folder
    (folder / "data").mkdir(parents=True, exist_ok=True)
    python = environment / "bin" / "python"
    settings = _environment(folder)
    subprocess.run(
        [python, "-m", "pretix", "migrate", "--verbosity", "0"],
        env=settings, cwd=folder, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    made = subprocess.run(
        # -P: a module of ours beside the script, such as queue, is none of pretix's.
        [python, "-P", EVENT, str(people)],
        env=settings, cwd=folder, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    (folder / "event.json").write_text(made.stdout.splitlines()[-1])
    return folder


def _environment(folder: Path) -> dict[str, str]:
    """Return what tells pretix where its data are; without redis and mail, in production's manner."""
    config = folder / "pretix.cfg"
    config.write_text(
        f"[pretix]\ninstance_name=bench\nurl=http://127.0.0.1\ndatadir={folder / 'data'}\n"
        "trust_x_forwarded_for=off\n[database]\nbackend=sqlite3\n[mail]\nhost=127.0.0.1\n"
        "[django]\ndebug=off\nsecret=invented-for-the-bench\n"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**clean, "PRETIX_CONFIG_FILE": str(config), "DJANGO_SETTINGS_MODULE": "pretix.settings"}


def answers(server: Pretix, succeeded: Succeeded = redeemed) -> bool:
    """Tell whether it serves; checks the first ticket in."""
    client = Client(server.port, None)
    try:
        return succeeded(*client.ask(server.request(server.secrets[0])))
    except (OSError, IndexError):
        return False
    finally:
        client.close()
