"""A vault and sessions that live as long as the test, and can be made to fail."""

from collections.abc import Sequence

from edge.domain.sessions import Session
from edge.ports import SessionsError, VaultError


class MemoryVault:
    """The port ``VaultStore``."""

    def __init__(self, provisioned: bytes | None = None, own: bytes | None = None) -> None:
        self.files = {"provisioned": provisioned, "own": own}
        self.full = False

    def own(self) -> bytes | None:
        return self.files["own"]

    def provisioned(self) -> bytes | None:
        return self.files["provisioned"]

    def write(self, data: bytes) -> None:
        if self.full:
            raise VaultError("no room")
        self.files["own"] = data


class MemorySessions:
    """The port ``SessionStore``."""

    def __init__(self) -> None:
        self.stored: dict[str, Session] = {}
        self.kept_secret = b""
        self.full = False

    def sessions(self) -> list[Session]:
        return list(self.stored.values())

    def put(self, session: Session) -> None:
        if self.full:
            raise SessionsError("no room")
        self.stored[session.key] = session

    def remove(self, keys: Sequence[str]) -> None:
        if self.full:
            raise SessionsError("no room")
        for key in keys:
            self.stored.pop(key, None)

    def secret(self, fresh: bytes) -> bytes:
        if self.full:
            raise SessionsError("no room")
        self.kept_secret = self.kept_secret or fresh
        return self.kept_secret

    def close(self) -> None:
        pass
