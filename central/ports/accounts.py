"""What the centre's door asks of the world: accounts, log-ins, passwords, an organisation's log-in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from central.domain.accounts import Account
from central.domain.sessions import WebSession


class AccountStore(Protocol):
    """The accounts. Blocking; safe from any thread."""

    def account(self, login: str) -> Account | None:
        """Return an account, disabled ones too.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def accounts(self) -> list[Account]:
        """Return all accounts by log-in name.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def put(self, account: Account) -> None:
        """Store an account; one of the same log-in name takes the new values.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...


class SessionStore(Protocol):
    """Log-ins of browsers, over a restart and for every process of the centre. Blocking."""

    def session(self, key: str) -> WebSession | None:
        """Return the log-in with this key.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def put(self, session: WebSession) -> None:
        """Store a log-in, or when it was last seen.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def end(self, keys: Sequence[str] = (), *, login: str = "") -> None:
        """End these log-ins, and all those of ``login``.

        Raises:
            StoreUnavailable: They go on.
        """
        ...


class Passwords(Protocol):
    """Keeps and checks passwords; each takes a moment of a core and much memory. Blocking."""

    def kept(self, password: str) -> str:
        """Return what is stored of a password."""
        ...

    def fits(self, password: str, secret: str) -> bool:
        """Return whether a password is the one; as slow for an empty ``secret``."""
        ...


@dataclass(frozen=True, slots=True)
class Journey:
    """A browser's way to an organisation's log-in and back.

    Attributes:
        url: Where the browser goes.
        state: Comes back by the address; the browser holds it too.
        verifier: PKCE: proves at the end that who began is who ends.
    """

    url: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class JourneySeal(Protocol):
    """Seals a journey for the browser to carry; every process of the centre opens it."""

    def seal(self, journey: Journey, began_at: datetime) -> str:
        """Return what the browser carries."""
        ...

    def opened(self, sealed: str) -> tuple[Journey, datetime] | None:
        """Return a journey and when it began; None when nobody here sealed it."""
        ...


class JourneyStore(Protocol):
    """Journeys that ended in a log-in, for every process of the centre: none ends twice.

    Nothing is kept of one that was only begun. Blocking.
    """

    def spent(self, key: str) -> bool:
        """Return whether the journey of this digest has ended in a log-in.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def spend(self, key: str, now: datetime, spent_before: datetime) -> bool:
        """Keep that a journey has ended; return whether it had not. Older ones are forgotten.

        Raises:
            StoreUnavailable: Nothing was kept.
        """
        ...


class IdentityProvider(Protocol):
    """An organisation's log-in. Blocking."""

    def begin(self, entropy: Sequence[str]) -> Journey:
        """Return a way to the log-in, made of three random texts.

        Raises:
            ProviderUnavailable: No answer now.
        """
        ...

    def finish(self, journey: Journey, code: str) -> dict[str, Any]:
        """Return what the organisation says of whoever came back with ``code``, once it is proven.

        Raises:
            ProviderUnavailable: No answer now.
            ProviderRefused: The answer proves nothing.
        """
        ...
