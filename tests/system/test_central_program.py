"""``python -m central`` as a program: start, stop, kill, refuse; one process, no broker needed."""

import json
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest
from factories.installations import provisioned
from factories.platforms import ask
from factories.waiting import wait_until

pytestmark = pytest.mark.system


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def config(tmp_path, port):
    provisioned(tmp_path, api_port=port, broker_port=free_port())
    return tmp_path / "centre" / "central.toml"


def command(config, *words):
    return [sys.executable, "-m", "central", *words, "--config", str(config)]


@contextmanager
def running(config, port):
    with subprocess.Popen(command(config), stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until(lambda: answers(port), seconds=30)
            yield process
        finally:
            process.kill()


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def run(config, *words, **more):
    return subprocess.run(
        command(config, *words), check=False, capture_output=True, text=True, timeout=60, **more
    )


def logged_in(config, port):
    """Return a browser of an account that was added on the terminal."""
    password = config.parent / "password"
    password.write_text("mot-hai-ba-bon\n")
    words = ("account", "add", "tinh", "--role", "province", "--password-file", str(password))
    assert run(config, *words).returncode == 0
    url = f"http://127.0.0.1:{port}"
    with httpx.Client(
        base_url=url, headers={"origin": url}, trust_env=False, verify=False
    ) as client:
        answer = client.post("/login", data={"login": "tinh", "password": "mot-hai-ba-bon"})
        assert answer.status_code == 303
    return client


def test_accounts_are_made_on_the_terminal(config, port):
    with running(config, port):
        logged_in(config, port)
    refused = run(
        config, *["account", "add", "xa", "--role", "commune", "--password-file", "/dev/null"]
    )
    assert run(config, "account", "disable", "tinh").returncode == 0
    listed = run(config, "account", "list")

    assert refused.returncode == 2
    assert listed.stdout == "tinh\tprovince\tall\tdisabled\ttinh\n"


def test_without_broker_and_platform_the_dashboard_answers_and_sigterm_ends_it_with_0(config, port):
    with running(config, port) as process:
        health = ask(f"http://127.0.0.1:{port}/health")
        page = ask(f"http://127.0.0.1:{port}/api/summary")

        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=60)
        lines = [json.loads(line) for line in process.stderr]

    assert (health.status_code, page.status_code) == (200, 401)
    assert code == 0
    assert [line["event"] for line in lines if line["logger"] == "central"] == ["ready", "stopped"]
    assert "no broker" in [line["event"] for line in lines]
    assert [line for line in lines if "exception" in line] == []


def test_an_open_event_stream_does_not_keep_it_from_stopping(config, port):
    with running(config, port) as process, socket.create_connection(("127.0.0.1", port)) as watcher:
        cookie = logged_in(config, port).cookies["tram-centre"]
        asked = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: tram-centre={cookie}\r\n\r\n"
        watcher.sendall(asked.encode())
        assert b"200" in watcher.recv(100)

        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=60) == 0


def test_after_kill_9_it_starts_again(config, port):
    with running(config, port) as process:
        process.kill()
    with running(config, port):
        assert ask(f"http://127.0.0.1:{port}/health").status_code == 200


@pytest.mark.parametrize("missing", ["seal.key", "ack.key", "registry.cose", "registry.crt"])
def test_a_missing_key_is_named_and_ends_it_with_2(config, missing):
    (config.parent / missing).unlink()

    ended = subprocess.run(command(config), check=False, capture_output=True, text=True, timeout=30)

    last = json.loads(ended.stderr.splitlines()[-1])
    assert ended.returncode == 2
    assert last["event"] == "cannot start"
    assert missing in last["reason"]


def test_an_address_that_is_taken_is_named_and_ends_it_with_2(config, port):
    with socket.create_server(("127.0.0.1", port)):
        ended = subprocess.run(
            command(config), check=False, capture_output=True, text=True, timeout=30
        )

    assert ended.returncode == 2
    assert f"port {port}" in ended.stderr


def test_rebuild_projection_says_how_many_events_it_read(config):
    ended = subprocess.run(
        command(config, "rebuild-projection"),
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert (ended.returncode, ended.stdout) == (0, "0 events projected\n")


def test_a_database_that_does_not_answer_is_named_and_ends_it_with_1(config):
    text = config.read_text(encoding="utf-8")
    away = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/tram"
    config.write_text(text.replace("sqlite:///central.db", away), encoding="utf-8")

    ended = subprocess.run(command(config), check=False, capture_output=True, text=True, timeout=30)

    assert ended.returncode == 1
    assert "the database failed" in ended.stderr
