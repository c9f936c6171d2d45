"""Accounts and log-ins in SQLAlchemy."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from central.adapters.database import reading, store_errors
from central.adapters.rows import upsert
from central.adapters.tables_people import accounts, journeys, web_sessions
from central.domain.accounts import Account, Role
from central.domain.sessions import WebSession


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

    def spent(self, key: str) -> bool:
        query = sa.select(journeys.c.key).where(journeys.c.key == key)
        with store_errors(), reading(self._engine) as connection:
            return connection.scalar(query) is not None

    def spend(self, key: str, now: datetime, spent_before: datetime) -> bool:
        with store_errors(), self._engine.begin() as connection:
            connection.execute(sa.delete(journeys).where(journeys.c.spent_at < spent_before))
            try:
                connection.execute(sa.insert(journeys).values(key=key, spent_at=now))
            except IntegrityError:
                return False
        return True


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
