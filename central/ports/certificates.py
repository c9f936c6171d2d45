"""Who knows of doses, of certificates, and of the keys of sites. Import from here."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from central.domain.dose_news import DoseOfSite, DosesOfPerson, IssuedCertificate, Mark
from protocol.certificates.news import NewsPage


class DosesOfSites(Protocol):
    """Doses that sites said, with their records. Blocking; never writes."""

    def since(self, day: date) -> Sequence[DoseOfSite]:
        """Return every dose of this day and later.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def of_person(self, number: str) -> DosesOfPerson:
        """Return every dose of a person, of any day and place, and those that the Platform told of.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class CertificatePlatform(Protocol):
    """The national Platform, of certificates. Blocking."""

    def changed(self, since: str) -> Iterator[IssuedCertificate]:
        """Yield every certificate that changed from ``since`` on; all there are when it is empty.

        Raises:
            PlatformUnavailable: No answer now; what was yielded stays true.
        """
        ...

    def close(self) -> None:
        """Give the connections back. Safe to call twice."""
        ...


class CertificateMirror(Protocol):
    """What the Platform listed of certificates, kept here. Blocking; safe from any thread and process."""

    def keep(self, page: Sequence[IssuedCertificate], now: datetime) -> None:
        """Keep a part of the Platform's list and that it was read so far: both or neither; safe to repeat.

        Of what is not current the text is left out, of a dose whose person was erased everything.

        Raises:
            StoreUnavailable: Nothing was kept.
        """
        ...

    def through(self) -> str:
        """Return how far the Platform's list was ever read; empty before the first time.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def marks(self, doses: Collection[str]) -> Mapping[str, tuple[Mark, ...]]:
        """Return by what the certificates of each of the Platform's doses are told apart, in a fixed order.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def held(self, doses: Collection[str]) -> Mapping[str, Sequence[IssuedCertificate]]:
        """Return the certificates of each of the Platform's doses; those without any are not in it.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class SiteSealKeys(Protocol):
    """To which key a site's identities are sealed."""

    def of(self, site: str) -> X25519PublicKey | None:
        """Return the site's key, or None where the centre was given none."""
        ...


class NewsSigner(Protocol):
    """Signs for the centre."""

    def sign_news(self, page: NewsPage) -> bytes:
        """Return a signed page."""
        ...
