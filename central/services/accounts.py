"""Makes and changes accounts, and writes down who did it."""

from dataclasses import replace
from typing import Final

from central.domain.accounts import Account, AccountRefused, checked
from central.domain.audit import Act
from central.ports import Clock
from central.ports.accounts import AccountStore, Passwords, SessionStore
from central.ports.audit import AuditStore

LEAST_LETTERS: Final = 10


class AccountKeeping:
    """What the terminal and the page of IT do with accounts. Blocking."""

    def __init__(
        self,
        accounts: AccountStore,
        sessions: SessionStore,
        passwords: Passwords,
        audit: AuditStore,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._passwords = passwords
        self._audit = audit
        self._clock = clock

    def accounts(self) -> list[Account]:
        """Return all accounts.

        Raises:
            StoreUnavailable: No answer now.
        """
        return self._accounts.accounts()

    def add(self, account: Account, password: str, by: str) -> None:
        """Make an account, or give one another role, sites and password; its log-ins end.

        Raises:
            AccountRefused: It makes no sense, or the password is too short.
            StoreUnavailable: Nothing was changed.
        """
        if len(password) < LEAST_LETTERS:
            raise AccountRefused(f"a password has {LEAST_LETTERS} letters or more")
        if account.login.startswith("oidc:"):
            raise AccountRefused(
                "a log-in name that begins with oidc: is an organisation's; choose another"
            )
        now = self._clock.now()
        held = self._accounts.account(account.login)
        made = replace(
            checked(account),
            secret=self._passwords.kept(password),
            created_at=held.created_at if held else now,
        )
        self._write("account_changed" if held else "account_added", account.login, by)
        self._accounts.put(made)
        self._sessions.end(login=account.login)

    def disable(self, login: str, by: str) -> None:
        """Take an account's right to log in; it stays, for the audit names it.

        Raises:
            AccountRefused: There is none of this name.
            StoreUnavailable: Nothing was changed.
        """
        held = self._accounts.account(login)
        if held is None:
            raise AccountRefused(
                f"there is no account {login}; look for its log-in name in the list"
            )
        self._write("account_disabled", login, by)
        self._accounts.put(replace(held, disabled=True))
        self._sessions.end(login=login)

    def _write(self, what: str, login: str, by: str) -> None:
        route = "terminal" if by == "operator" else "page"
        act = Act(by, "it", what, f"account:{login}", route=route)
        self._audit.add(act, self._clock.now())
