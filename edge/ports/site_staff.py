"""What the hub keeps of its staff: the vault's file, and who is logged in."""

from collections.abc import Sequence
from typing import Protocol

from edge.domain.sessions import Session


class VaultStore(Protocol):
    """The two copies of the vault: provisioning's, which is only read, and the hub's own."""

    def own(self) -> bytes | None:
        """Return the hub's copy, or None while it never changed anything.

        Raises:
            VaultError: It is there and cannot be read.
        """
        ...

    def provisioned(self) -> bytes | None:
        """Return what provisioning brought, or None when it brought nothing.

        Raises:
            VaultError: It is there and cannot be read.
        """
        ...

    def write(self, data: bytes) -> None:
        """Put ``data`` in the place of the hub's copy, whole or not at all; durable on return.

        Raises:
            VaultError: Nothing was changed.
        """
        ...


class SessionStore(Protocol):
    """Who is logged in, so that a restart asks nobody for a password. Blocking; safe from any thread."""

    def sessions(self) -> list[Session]:
        """Return all that is stored.

        Raises:
            SessionsError: It cannot be read.
        """
        ...

    def put(self, session: Session) -> None:
        """Store a session in the place of the one with its key. Durable on return.

        Raises:
            SessionsError: Nothing was stored.
        """
        ...

    def remove(self, keys: Sequence[str]) -> None:
        """Forget sessions; keys that are not there do no harm. Durable on return.

        Raises:
            SessionsError: Nothing was removed.
        """
        ...

    def secret(self, fresh: bytes) -> bytes:
        """Return the hub's secret for browsers that it knows again; the first time ``fresh`` is kept.

        Raises:
            SessionsError: It cannot be read or stored.
        """
        ...

    def close(self) -> None:
        """Release the store. Safe to call twice."""
        ...
