"""Batches that were made ready to be signed, and their signatures. Never rebuilt, never changed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from central.adapters.audit_sql import add_act
from central.adapters.database import UtcDateTime, metadata, reading, store_errors
from central.adapters.rows import within
from central.adapters.tables_levels import site_days
from central.domain.accounts import Sites
from central.domain.audit import Act
from central.domain.sign_off import Batch, Means, Signature, sha256_of

sign_offs = sa.Table(
    "sign_offs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("made_by", sa.String(80), nullable=False),
    sa.Index("ix_sign_offs_site_day", "site", "day"),
)

sign_off_signatures = sa.Table(
    "sign_off_signatures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("batch", sa.Integer, sa.ForeignKey("sign_offs.id"), nullable=False),
    sa.Column("means", sa.String(10), nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    # Of the signature's bytes; of who vouches, for minutes.
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("signer", sa.String(300), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("trusted", sa.Boolean, nullable=False),
    sa.Column("signed_at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.UniqueConstraint("batch", "digest"),
)


class SqlSignOffs:
    """``ports.sign_off.SignOffStore`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, site: str, day: date, content: bytes, now: datetime, act: Act) -> Batch:
        digest = sha256_of(content)
        with store_errors(), self._engine.begin() as connection:
            made = _batch(connection, sign_offs.c.sha256 == digest)
            if made is None:
                values = {
                    "site": site, "day": day.isoformat(), "sha256": digest, "content": content,
                    "made_at": now, "made_by": act.who[:80],
                }  # fmt: skip
                connection.execute(sa.insert(sign_offs).values(values))
                made = _batch(connection, sign_offs.c.sha256 == digest)
            add_act(connection, act, now)
        assert made is not None  # noqa: S101 - stored in this transaction
        return made

    def batch(self, sha256: str) -> Batch | None:
        with store_errors(), reading(self._engine) as connection:
            return _batch(connection, sign_offs.c.sha256 == sha256)

    def newest(self, site: str, day: date, *, signed: bool = False) -> Batch | None:
        of_day = (sign_offs.c.site == site) & (sign_offs.c.day == day.isoformat())
        if signed:
            of_day &= sign_offs.c.id.in_(sa.select(sign_off_signatures.c.batch))
        with store_errors(), reading(self._engine) as connection:
            return _batch(connection, of_day)

    def unsigned(
        self, first: date | None, last: date, sites: Sites, limit: int, offset: int = 0
    ) -> tuple[list[tuple[date, str]], int]:
        days = site_days.c
        signed = (
            sa.select(sign_offs.c.id)
            .join(sign_off_signatures, sign_off_signatures.c.batch == sign_offs.c.id)
            .where(sign_offs.c.site == days.site, sign_offs.c.day == days.day)
        )
        open_ones = (
            sa.select(days.day, days.site)
            .where(days.day <= last.isoformat())
            .where(sa.true() if first is None else days.day >= first.isoformat())
            .where((days.arrivals > 0) | (days.doses > 0), within(days.site, sites))
            .where(~signed.exists())
        )
        counted = sa.select(sa.func.count()).select_from(open_ones.subquery())
        with store_errors(), reading(self._engine) as connection:
            page = open_ones.order_by(days.day, days.site).limit(limit).offset(offset)
            rows = connection.execute(page).all()
            number = connection.scalar(counted) or 0
        return [(date.fromisoformat(day), site) for day, site in rows], number

    def sign(self, signature: Signature, act: Act) -> None:
        digest = sha256_of(signature.data or f"{signature.means}:{signature.signer}".encode())
        same = (sign_off_signatures.c.batch == signature.batch) & (
            sign_off_signatures.c.digest == digest
        )
        with store_errors(), self._engine.begin() as connection:
            if not connection.execute(sa.select(sign_off_signatures.c.id).where(same)).first():
                row = {"digest": digest, **_row(signature)}
                connection.execute(sa.insert(sign_off_signatures).values(row))
            add_act(connection, act, signature.signed_at)

    def signatures(self, batch: int) -> Sequence[Signature]:
        query = sa.select(sign_off_signatures).where(sign_off_signatures.c.batch == batch)
        with store_errors(), reading(self._engine) as connection:
            rows = connection.execute(query.order_by(sign_off_signatures.c.id))
            return [_signature(row) for row in rows]


def _batch(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Batch | None:
    query = sa.select(sign_offs).where(where).order_by(sign_offs.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    if row is None:
        return None
    day = date.fromisoformat(row.day)
    return Batch(row.id, row.site, day, row.content, row.sha256, row.made_at, row.made_by)


def _row(signature: Signature) -> dict[str, Any]:
    return {
        "batch": signature.batch, "means": signature.means.value, "data": signature.data,
        "signer": signature.signer[:300], "fingerprint": signature.fingerprint,
        "trusted": signature.trusted, "signed_at": signature.signed_at, "by": signature.by[:80],
    }  # fmt: skip


def _signature(row: sa.Row[Any]) -> Signature:
    return Signature(
        row.batch, Means(row.means), row.data, row.signer, row.fingerprint, row.trusted,
        row.signed_at, row.by,
    )  # fmt: skip
