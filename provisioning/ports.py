"""What provisioning asks of the world, and how it may fail.

PortError
├── StoreError ── FileMissing
├── AuthorityError
└── ProgramFailed
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from provisioning.domain.certificates import Profile
from provisioning.domain.local_site import Program


class PortError(Exception):
    """Something outside the program failed."""


class StoreError(PortError):
    """The provisioning directory cannot be read or written."""


class FileMissing(StoreError):  # noqa: N818 - the name says what is wrong
    """A file that must be there is not.

    Attributes:
        name: Path inside the provisioning directory.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is missing")
        self.name = name


class AuthorityError(PortError):
    """A key or certificate that was given cannot be used."""


class ProgramFailed(PortError):  # noqa: N818 - reads as the sentence that it is
    """A program could not be started, or ended by itself.

    Attributes:
        name: Which program.
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        ...


class Store(Protocol):
    """The provisioning directory: small files by name, such as ``ca/ca.crt``."""

    @property
    def location(self) -> str:
        """Absolute path of the directory."""
        ...

    def names(self) -> frozenset[str]:
        """Return the names of all files that are there."""
        ...

    def read(self, name: str) -> bytes:
        """Return what a file holds.

        Raises:
            FileMissing: There is no such file.
            StoreError: It cannot be read.
        """
        ...

    def write(self, name: str, content: bytes, *, mode: int) -> None:
        """Put a file there, or in the place of the one that is there; whole or not at all.

        Returns when the file is durable. Directories on the way are made with mode 0700.

        Raises:
            StoreError: Nothing was changed.
        """
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Keep every other writer out, other processes included.

        Raises:
            StoreError: Another writer holds it.
        """
        ...


class Authority(Protocol):
    """Makes keys and certificates, all in PEM form; keeps none of them."""

    def new_key(self) -> bytes:
        """Return a new private key for signing."""
        ...

    def new_sealing_key(self) -> bytes:
        """Return a new private key to which identities can be sealed."""
        ...

    def random(self, count: int) -> bytes:
        """Return ``count`` bytes fit for keys."""
        ...

    def public_part(self, key: bytes) -> bytes:
        """Return the public key of a private key.

        Raises:
            AuthorityError: Not a private key.
        """
        ...

    def self_signed(self, key: bytes, subject: str, profile: Profile, at: datetime) -> bytes:
        """Return the certificate of a root authority.

        Raises:
            AuthorityError: Not a key that can sign.
        """
        ...

    def request(self, key: bytes, subject: str) -> bytes:
        """Return a certificate signing request: what leaves a device that keeps its key.

        Raises:
            AuthorityError: Not a key that can sign.
        """
        ...

    def issue(
        self,
        request: bytes,
        profile: Profile,
        hosts: Sequence[str],
        issuer: tuple[bytes, bytes],
        at: datetime,
    ) -> bytes:
        """Return the certificate for a request.

        Args:
            hosts: Names and addresses that the holder answers to; empty for one that serves nobody.
            issuer: Certificate and private key of the root authority.

        Raises:
            AuthorityError: The request's own signature is wrong, or the issuer's key does not fit
                its certificate.
        """
        ...


class Programs(Protocol):
    """Programs of this machine that run side by side. Blocking; one thread at a time."""

    def start(self, program: Program) -> None:
        """Start a program; it ends with this process at the latest.

        Raises:
            ProgramFailed: A port that it needs is taken, or there is no such program.
        """
        ...

    def run(self, program: Program, timeout_seconds: float) -> None:
        """Run a program that ends by itself, to its end.

        Raises:
            ProgramFailed: Its exit code was not 0, or it did not end in time.
        """
        ...

    def wait_ready(self, program: Program, timeout_seconds: float) -> None:
        """Return when a started program serves.

        Raises:
            ProgramFailed: It ended, or was not ready in time.
        """
        ...

    def ended(self) -> str | None:
        """Return the name of a started program that ended by itself, if there is one."""
        ...

    def running(self, name: str) -> bool:
        """Return whether the program was started and has not ended."""
        ...

    def pid(self, name: str) -> int:
        """Return the process id of a started program."""
        ...

    def kill(self, name: str) -> None:
        """End a program as a power cut would (SIGKILL) and wait until it is gone."""
        ...

    def stop(self, name: str) -> None:
        """Ask a program to end (SIGTERM), insist after a while, wait until it is gone."""
        ...

    def stop_all(self) -> None:
        """Stop what runs, the newest first. Safe to call twice."""
        ...
