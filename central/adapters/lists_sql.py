"""The lists for certificates in the centre's database: the newest issue of each, whole."""

import hashlib
from datetime import datetime

import sqlalchemy as sa

from central.adapters.database import UtcDateTime, metadata, reading, store_errors
from central.domain.certificate_lists import ListKind
from central.ports import HeldList, Issue

certificate_lists = sa.Table(
    "certificate_lists",
    metadata,
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("serial", sa.BigInteger, nullable=False),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),
    sa.Column("digest", sa.LargeBinary(32), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("source", sa.String(500), nullable=False),
    sa.Column("etag", sa.String(200), nullable=False),
)
_ISSUE = ("serial", "as_of", "entries", "source", "etag")


class SqlLists:
    """The port ``ListStore``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def issue(self, kind: ListKind) -> Issue | None:
        columns = [certificate_lists.c[name] for name in _ISSUE]
        with store_errors(), reading(self._engine) as connection:
            asked = sa.select(*columns).where(certificate_lists.c.kind == kind.value)
            row = connection.execute(asked).mappings().first()
        return Issue(**row) if row else None

    def held(self, kind: ListKind) -> HeldList | None:
        columns = [certificate_lists.c[name] for name in (*_ISSUE, "content")]
        with store_errors(), reading(self._engine) as connection:
            asked = sa.select(*columns).where(certificate_lists.c.kind == kind.value)
            row = connection.execute(asked).mappings().first()
        if row is None:
            return None
        fields = dict(row)
        content = fields.pop("content")
        return HeldList(Issue(**fields), content)

    def put(self, kind: ListKind, issue: Issue, content: bytes) -> Issue:
        digest = hashlib.sha256(content).digest()
        table = certificate_lists
        this = table.c.kind == kind.value
        with store_errors(), self._engine.begin() as connection:
            there = connection.execute(
                sa.select(table.c.serial, table.c.digest).where(this)
            ).first()
            if there is None:
                new = {**_columns(issue), "kind": kind.value, "digest": digest, "content": content}
                connection.execute(table.insert().values(new))
                return issue
            same = there.digest == digest
            serial = there.serial if same else max(issue.serial, there.serial + 1)
            stored = Issue(serial, issue.as_of, issue.entries, issue.source, issue.etag)
            changed = _columns(stored) | ({} if same else {"digest": digest, "content": content})
            connection.execute(table.update().where(this).values(changed))
        return stored

    def heard(self, kind: ListKind, as_of: datetime) -> None:
        with store_errors(), self._engine.begin() as connection:
            this = certificate_lists.c.kind == kind.value
            connection.execute(certificate_lists.update().where(this).values(as_of=as_of))


def _columns(issue: Issue) -> dict[str, object]:
    return {name: getattr(issue, name) for name in _ISSUE}
