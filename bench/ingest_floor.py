"""The least that can honestly be called ingest: a bare consumer, INSERT, commit, acknowledge.

No signature, no chain, no registry, no quarantine, one event table. It takes what has arrived, like
ours, and answers each device once for all of it.
"""

import sqlite3
import ssl
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import cbor2
import psycopg
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

_TABLE = "CREATE TABLE events (device {text}, seq BIGINT, data {blob}, PRIMARY KEY (device, seq))"
_INSERT = "INSERT INTO events VALUES ({0}, {0}, {0}) ON CONFLICT DO NOTHING"
_MOST_MESSAGES = 1000

Rows = list[tuple[str, int, bytes]]


def _sqlite(path: str) -> Callable[[Rows], None]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(_TABLE.format(text="TEXT", blob="BLOB"))

    def store(rows: Rows) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_INSERT.format("?"), rows)
        connection.execute("COMMIT")

    return store


def _postgresql(url: str) -> Callable[[Rows], None]:
    connection = psycopg.connect(url.replace("+psycopg", ""))
    connection.execute(_TABLE.format(text="TEXT", blob="BYTEA"))
    connection.commit()

    def store(rows: Rows) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT.format("%s"), rows)
        connection.commit()

    return store


def bare_copy(url: str, rows: Rows) -> float:
    """COPY rows into PostgreSQL, durable a thousand at a time, and return the seconds that it took.

    The fastest way into the database there is: nobody sends, checks, links or answers anything.
    """
    connection = psycopg.connect(url.replace("+psycopg", ""))
    connection.execute(_TABLE.format(text="TEXT", blob="BYTEA"))
    connection.commit()
    begun = perf_counter()
    for first in range(0, len(rows), _MOST_MESSAGES):
        with (
            connection.cursor() as cursor,
            cursor.copy("COPY events FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(("text", "int8", "bytea"))
            for row in rows[first : first + _MOST_MESSAGES]:
                copy.write_row(row)
        connection.commit()
    took = perf_counter() - begun
    connection.close()
    return took


def consume(port: int, keys: Path, database: str, ready: Callable[[], None]) -> None:
    """Consume for ever; ``database`` is a PostgreSQL URL or the path of an SQLite file."""
    store = _postgresql(database) if database.startswith("postgresql") else _sqlite(database)
    arrived: deque[tuple[str, bytes]] = deque()
    filled = threading.Event()

    def received(_client: object, _data: object, message: object) -> None:
        arrived.append((message.topic, message.payload))  # type: ignore[attr-defined]
        filled.set()

    client = Client(
        CallbackAPIVersion.VERSION2, client_id="centre", protocol=MQTTProtocolVersion.MQTTv5
    )
    context = ssl.create_default_context(cafile=str(keys / "ca.crt"))
    context.load_cert_chain(keys / "centre.crt", keys / "centre.key")
    client.tls_set_context(context)
    client.on_message = received
    client.on_connect = lambda c, *_: c.subscribe("tram/v1/+/+/up/+", qos=1)
    client.on_subscribe = lambda *_: ready()
    client.connect("127.0.0.1", port)
    client.loop_start()
    while True:
        filled.wait()
        filled.clear()
        while arrived:
            _settle(
                client, store, [arrived.popleft() for _ in range(min(len(arrived), _MOST_MESSAGES))]
            )


def _settle(client: Client, store: Callable[[Rows], None], taken: list[tuple[str, bytes]]) -> None:
    rows: Rows = []
    through: dict[str, int] = {}
    for topic, payload in taken:
        device = topic.split("/")[3]
        first, events = cbor2.loads(payload)
        rows += [(device, seq, data) for seq, data in enumerate(events, first)]
        through[topic] = first + len(events) - 1
    store(rows)
    for topic, last in through.items():
        client.publish(topic.replace("/up/batch", "/dn/ack"), last.to_bytes(8, "big"), qos=0)
