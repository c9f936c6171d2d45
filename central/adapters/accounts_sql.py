"""Accounts and log-ins in SQLAlchemy."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from central.adapters.database import reading, store_errors
from central.adapters.rows import upsert
from central.adapters.tables_people import accounts, journeys, web_sessions
from central.domain.accounts import Account, Role
from central.domain.sessions import WebSession
from central.ports.accounts import Journey


class SqlAccounts:
    """``ports.accounts.AccountStore`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def account(self, login: str) -> Account | None:
        query = sa.select(accounts).where(accounts.c.login == login)
        with store_errors(), reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else _account(row)

    def accounts(self) -> list[Account]:
        query = sa.select(accounts).order_by(accounts.c.login)
        with store_errors(), reading(self._engine) as connection:
            return [_account(row) for row in connection.execute(query)]

    def put(self, account: Account) -> None:
        row = dataclasses.asdict(account)
        with store_errors(), self._engine.begin() as connection:
            upsert(connection, accounts, "login", [row])


class SqlSessions:
    """``ports.accounts.SessionStore`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def session(self, key: str) -> WebSession | None:
        query = sa.select(web_sessions).where(web_sessions.c.key == key)
        with store_errors(), reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else WebSession(row.key, row.login, row.began_at, row.seen_at)

    def put(self, session: WebSession) -> None:
        with store_errors(), self._engine.begin() as connection:
            upsert(connection, web_sessions, "key", [dataclasses.asdict(session)])

    def end(self, keys: Sequence[str] = (), *, login: str = "") -> None:
        ended = web_sessions.c.key.in_(keys) | (web_sessions.c.login == login)
        with store_errors(), self._engine.begin() as connection:
            connection.execute(sa.delete(web_sessions).where(ended))


class SqlJourneys:
    """``ports.accounts.JourneyStore`` on the centre's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, key: str, journey: Journey, now: datetime, begun_before: datetime) -> None:
        row = {
            "key": key, "nonce": journey.nonce, "verifier": journey.verifier, "began_at": now,
        }  # fmt: skip
        with store_errors(), self._engine.begin() as connection:
            connection.execute(sa.delete(journeys).where(journeys.c.began_at < begun_before))
            connection.execute(sa.insert(journeys).values(row))

    def take(self, key: str, state: str, begun_after: datetime) -> Journey | None:
        taking = sa.delete(journeys).where(journeys.c.key == key).returning(journeys)
        with store_errors(), self._engine.begin() as connection:
            row = connection.execute(taking).first()
        if row is None or row.began_at < begun_after:
            return None
        return Journey("", state, row.nonce, row.verifier)


def _account(row: sa.Row[Any]) -> Account:
    return Account(
        login=row.login,
        name=row.name,
        role=Role(row.role),
        sites=tuple(row.sites),
        communes=tuple(row.communes),
        secret=row.secret,
        disabled=row.disabled,
        created_at=row.created_at,
    )
