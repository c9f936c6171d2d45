"""What signing a site's day asks of the world: a place for batches, and a look at signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from central.domain.accounts import Sites
from central.domain.audit import Act
from central.domain.sign_off import Batch, Signature
from central.ports.errors import PortError


class SignerUnavailable(PortError):  # noqa: N818 - "Unavailable" says "try again"
    """A key file or token cannot be used: not there, shut, or the wrong password."""


class SignatureRefused(PortError):  # noqa: N818 - what is wrong with the signature
    """A signature is none, or none of this batch; the text says why."""


class MinutesError(PortError):
    """The minutes cannot be drawn here; the text says what this machine lacks."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Who signed.

    Attributes:
        signer: Subject of the certificate.
        fingerprint: SHA-256 of the certificate, in hexadecimal digits.
        trusted: Whether it leads to an authority that we know; the signature itself is good.
    """

    signer: str
    fingerprint: str
    trusted: bool


class SignatureChecker(Protocol):
    """Looks at detached signatures. Blocking."""

    def verify(self, content: bytes, signature: bytes, at: datetime) -> Verified:
        """Return who signed ``content``.

        Args:
            signature: CMS as DER or PEM.
            at: When the certificate must have been valid.

        Raises:
            SignatureRefused: It is no signature over ``content``, or by nobody whom we trust.
        """
        ...


class ContentSigner(Protocol):
    """Signs as a person, with their own key. Blocking."""

    def sign(self, content: bytes) -> bytes:
        """Return a detached CMS signature as DER.

        Raises:
            SignerUnavailable: Nothing was signed.
        """
        ...


class SignOffStore(Protocol):
    """Batches and their signatures. Blocking; safe from any thread."""

    def put(self, site: str, day: date, content: bytes, now: datetime, act: Act) -> Batch:
        """Store a batch with the audit's row of it; the same content of a day is one batch.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def batch(self, sha256: str) -> Batch | None:
        """Return a batch by its hash.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def newest(self, site: str, day: date, *, signed: bool = False) -> Batch | None:
        """Return the newest batch of a day, or the newest one that is signed.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def unsigned(
        self, first: date | None, last: date, sites: Sites, limit: int, offset: int = 0
    ) -> tuple[list[tuple[date, str]], int]:
        """Return days and sites where anybody came or was injected and nobody signed, and how many.

        Args:
            first: From this day on until ``last``, both of them too; the oldest comes first. None for
                all there ever were.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def sign(self, signature: Signature, act: Act) -> None:
        """Add a signature to a batch with the audit's row of it; the same one again adds the row alone.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def signatures(self, batch: int) -> Sequence[Signature]:
        """Return the signatures of a batch, the oldest first.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class MinutesPrinter(Protocol):
    """Draws the minutes ("biên bản") of a site's day. Blocking."""

    def draw(self, batch: Batch, content: dict[str, Any]) -> bytes:
        """Return a PDF with equations, exceptions, doses, the hash and places to sign.

        Raises:
            MinutesError: It cannot be drawn here.
        """
        ...
