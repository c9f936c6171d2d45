"""The lists by which certificates are judged: where they are published, kept and signed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from central.domain.certificate_lists import ListKind
from protocol.certificates.lists import Still, TrustList
from protocol.certificates.notice import ListsNotice
from protocol.certificates.revocations import Revocations


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list as its keeper publishes it, and the tag that says later whether it is another one."""

    data: bytes
    etag: str = ""


class ListSource(Protocol):
    """Where a list for certificates is published. Blocking."""

    name: str
    """Its address, or the name of the file."""

    def fetch(self, etag: str) -> PublishedList | None:
        """Return what is published; None: still what had the tag ``etag``.

        Raises:
            ListUnavailable: No answer now, or none that can be taken.
        """
        ...


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of a list for certificates.

    Attributes:
        as_of: When its keeper last said that it is this.
        source: Name of the source, and the tag that it gave.
    """

    serial: int
    as_of: datetime
    entries: int
    source: str
    etag: str = ""


@dataclass(frozen=True, slots=True)
class HeldList:
    """An issue with its content, as ``central.domain.certificate_lists`` writes it."""

    issue: Issue
    content: bytes


class ListStore(Protocol):
    """The newest issue of each list for certificates. Blocking; safe from any thread."""

    def issue(self, kind: ListKind) -> Issue | None:
        """Return what is known of the newest issue, without its content.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def held(self, kind: ListKind) -> HeldList | None:
        """Return the newest issue whole.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def put(self, kind: ListKind, issue: Issue, content: bytes) -> Issue:
        """Store an issue; the serial stays when the content is the same, and else always rises.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def heard(self, kind: ListKind, as_of: datetime) -> None:
        """Note that the keeper said then that the newest issue still stands.

        Raises:
            StoreUnavailable: Nothing was noted.
        """
        ...


class ListSigner(Protocol):
    """Signs lists for the centre."""

    def sign_trust_list(self, trust_list: TrustList) -> bytes:
        """Return a signed trust list."""
        ...

    def sign_revocations(self, revocations: Revocations) -> bytes:
        """Return a signed revocation list."""
        ...

    def sign_still(self, still: Still) -> bytes:
        """Return the signed word that an issue still stands."""
        ...


class NoticeSigner(Protocol):
    """Signs for the centre."""

    def sign_lists_notice(self, notice: ListsNotice) -> bytes:
        """Return the signed word of which issues are the newest."""
        ...
