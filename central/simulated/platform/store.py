"""Resources in SQLite: what was answered is on disk, kill -9 or power cut notwithstanding."""

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from central.simulated.platform.outcome import Refusal, Resource
from central.simulated.platform.pages_asked import Asked

_SCHEMA = """
CREATE TABLE IF NOT EXISTS resources(
    type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, content TEXT NOT NULL,
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, UNIQUE(type, id));
CREATE INDEX IF NOT EXISTS resources_by_change
    ON resources(type, json_extract(content, '$.meta.lastUpdated'), sequence);
CREATE TABLE IF NOT EXISTS tokens(
    type TEXT NOT NULL, id TEXT NOT NULL, parameter TEXT NOT NULL, system TEXT NOT NULL,
    value TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS tokens_by_value ON tokens(type, parameter, value, system);
CREATE INDEX IF NOT EXISTS tokens_by_id ON tokens(type, id);
"""
_WITH_ANY_SYSTEM = """ AND EXISTS (SELECT 1 FROM tokens AS t
    WHERE t.type = r.type AND t.id = r.id AND t.parameter = ? AND t.value = ?)"""
_WITH_SYSTEM = _WITH_ANY_SYSTEM[:-1] + " AND t.system = ?)"
_REFERENCES = {
    "subject": ("patient", "subject"),
    "patient": ("patient",),
    "encounter": ("encounter",),
}
SEARCHABLE = ("identifier", "patient", "subject", "encounter", "_id")


class ResourceStore:
    """One writer at a time; every ``transaction`` is durable when it returns."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(
            directory / "platform.db", isolation_level=None, check_same_thread=False
        )
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is stored together or not at all."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def create(self, resource: Resource, at: datetime) -> Resource:
        """Store a new resource under a new id and return it as stored."""
        stored = {**resource, "id": str(uuid.uuid4()), "meta": _meta(resource, 1, at)}
        self._database.execute(
            "INSERT INTO resources(type, id, version, content) VALUES (?, ?, 1, ?)",
            (stored["resourceType"], stored["id"], _text(stored)),
        )
        self._index(stored)
        return stored

    def update(self, kind: str, resource_id: str, resource: Resource, at: datetime) -> Resource:
        """Replace a resource that is there and return it as stored."""
        version = int(self.read(kind, resource_id)["meta"]["versionId"]) + 1
        stored = {**resource, "id": resource_id, "meta": _meta(resource, version, at)}
        self._database.execute(
            "UPDATE resources SET version = ?, content = ? WHERE type = ? AND id = ?",
            (version, _text(stored), kind, resource_id),
        )
        self._database.execute("DELETE FROM tokens WHERE type = ? AND id = ?", (kind, resource_id))
        self._index(stored)
        return stored

    def put(self, kind: str, resource_id: str, resource: Resource, at: datetime) -> Resource:
        """Store a resource under the id that its sender chose, new or not; return it as stored."""
        held = self.search(kind, [("_id", resource_id)], 1)
        if held:
            same = {name: value for name, value in held[0].items() if name != "meta"}
            unchanged = same == {name: value for name, value in resource.items() if name != "meta"}
            return held[0] if unchanged else self.update(kind, resource_id, resource, at)
        stored = {**resource, "id": resource_id, "meta": _meta(resource, 1, at)}
        self._database.execute(
            "INSERT INTO resources(type, id, version, content) VALUES (?, ?, 1, ?)",
            (kind, resource_id, _text(stored)),
        )
        self._index(stored)
        return stored

    def read(self, kind: str, resource_id: str) -> Resource:
        """Return a resource.

        Raises:
            Refusal: 404.
        """
        with self._lock:
            row = self._database.execute(
                "SELECT content FROM resources WHERE type = ? AND id = ?", (kind, resource_id)
            ).fetchone()
        if row is None:
            raise Refusal(404, "not-found", f"there is no {kind} of this id")
        return _resource(row[0])

    def search(
        self, kind: str, criteria: list[tuple[str, str]], limit: int, offset: int = 0
    ) -> list[Resource]:
        """Return the resources that meet all ``criteria``, the oldest first."""
        sql = "SELECT content FROM resources AS r WHERE type = ?"
        values: list[str | int] = [kind]
        for parameter, value in criteria:
            if parameter == "_id":
                sql += " AND id = ?"
                values.append(value)
                continue
            system, bar, token = value.partition("|")
            sql += _WITH_SYSTEM if bar else _WITH_ANY_SYSTEM
            values += [parameter, token if bar else value, *([system] if bar else [])]
        with self._lock:
            page = " ORDER BY sequence LIMIT ? OFFSET ?"
            rows = self._database.execute(sql + page, [*values, limit, offset])
            return [_resource(row[0]) for row in rows]

    def search_page(self, kind: str, asked: Asked) -> list[Resource]:
        """Return a page of what meets the criteria; with ``since`` by time of change."""
        if asked.since is None:
            return self.search(kind, list(asked.criteria), asked.limit, asked.offset)
        changed = "json_extract(content, '$.meta.lastUpdated')"
        sql = f"SELECT content FROM resources WHERE type = ? AND {changed} >= ?"  # noqa: S608 - ours
        values: list[str | int] = [kind, asked.since]
        if asked.until:
            sql += f" AND {changed} < ?"
            values.append(asked.until)
        sql += f" ORDER BY {changed}, sequence LIMIT ? OFFSET ?"
        with self._lock:
            rows = self._database.execute(sql, [*values, asked.limit, asked.offset])
            return [_resource(row[0]) for row in rows]

    def newest(self, limit: int) -> list[Resource]:
        """Return what was stored last."""
        with self._lock:
            rows = self._database.execute(
                "SELECT content FROM resources ORDER BY sequence DESC LIMIT ?", (limit,)
            )
            return [_resource(row[0]) for row in rows]

    def counts(self) -> dict[str, int]:
        """Return how many resources there are of each type."""
        with self._lock:
            rows = self._database.execute("SELECT type, count(*) FROM resources GROUP BY type")
            return dict(rows.fetchall())

    def _index(self, resource: Resource) -> None:
        rows = [
            (resource["resourceType"], resource["id"], *token)
            for token in (*_identifiers(resource), *_references(resource))
        ]
        self._database.executemany("INSERT INTO tokens VALUES (?, ?, ?, ?, ?)", rows)


def _identifiers(resource: Resource) -> Iterator[tuple[str, str, str]]:
    identifiers = resource.get("identifier")
    for identifier in identifiers if isinstance(identifiers, list) else [identifiers]:
        if isinstance(identifier, dict) and isinstance(identifier.get("value"), str):
            yield "identifier", str(identifier.get("system", "")), identifier["value"]


def _references(resource: Resource) -> Iterator[tuple[str, str, str]]:
    for name, parameters in _REFERENCES.items():
        target = resource.get(name)
        if isinstance(target, dict) and isinstance(target.get("reference"), str):
            for parameter in parameters:
                yield parameter, "", target["reference"]
                # "Patient/7" is also found by "7".
                yield parameter, "", target["reference"].rpartition("/")[2]


def _meta(resource: Resource, version: int, at: datetime) -> Resource:
    meta = resource.get("meta")
    return {
        **(meta if isinstance(meta, dict) else {}),
        "versionId": str(version),
        "lastUpdated": at.astimezone(UTC).isoformat(timespec="milliseconds"),
    }


def _text(resource: Resource) -> str:
    return json.dumps(resource, ensure_ascii=False)


def _resource(text: str) -> Resource:
    resource: Resource = json.loads(text)
    return resource
