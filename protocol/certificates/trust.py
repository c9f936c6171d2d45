"""Whose signatures count: document signer certificates by key id, and what each may sign.

Whether a certificate is still to be trusted is decided by whoever makes the list: it holds the ones
that count, expired ones included, for what they signed in time outlives them.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from protocol import cose
from protocol.certificates.model import Statement
from protocol.errors import WireError

_USES: Final = {"1": Statement.TEST, "2": Statement.VACCINATION, "3": Statement.RECOVERY}
# The second form has a 0 that the specification once had by mistake; both are in use.
_ARCS: Final = ("1.3.6.1.4.1.1847.2021.1", "1.3.6.1.4.1.0.1847.2021.1")
_KID_BYTES: Final = 8


class DocumentSigner(NamedTuple):
    """One certificate that signs certificates.

    Attributes:
        uses: What it is limited to; empty for no limit, as with Vietnam's, which names none of them.
    """

    key: cose.PublicKey
    uses: frozenset[Statement]

    def may_sign(self, statement: Statement) -> bool:
        """Say whether its key use allows certificates of this kind."""
        return not self.uses or statement in self.uses


class Trust:
    """Document signers, found by key id; each is parsed when it is first asked for."""

    def __init__(self, certificates: Iterable[bytes] = ()) -> None:
        """Hold ``certificates``, each in DER; what is none is like one that is not there."""
        self._certificates: dict[bytes, list[bytes]] = {}
        self._signers: dict[bytes, tuple[DocumentSigner, ...]] = {}
        for certificate in certificates:
            self._certificates.setdefault(kid_of(certificate), []).append(certificate)

    def __len__(self) -> int:
        return sum(map(len, self._certificates.values()))

    def signers(self, kid: bytes) -> Sequence[DocumentSigner]:
        """Return every signer with this key id, which is too short to be one signer's alone."""
        known = self._signers.get(kid)
        if known is None:
            known = tuple(_readable(self._certificates.get(kid, ())))
            if known:
                self._signers[kid] = known
        return known


def kid_of(certificate: bytes) -> bytes:
    """Return the key id of a certificate in DER: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(certificate).digest()[:_KID_BYTES]


def signer_of(certificate: bytes) -> DocumentSigner:
    """Return what a certificate in DER lets its holder sign.

    Raises:
        WireError: ``bad_certificate``.
    """
    try:
        parsed = x509.load_der_x509_certificate(certificate)
        key = parsed.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise WireError("bad_certificate", "not a certificate in DER form") from error
    if not isinstance(key, cose.PublicKey):
        raise WireError("bad_certificate", "its key is neither an elliptic curve's nor RSA")
    return DocumentSigner(key, frozenset(_uses(parsed)))


def from_base64(entry: object) -> bytes:
    """Return a signer's certificate, in DER, that a published list holds in base64.

    Raises:
        WireError: ``bad_certificate``.
    """
    try:
        certificate = base64.b64decode("".join(str(entry).split()), validate=True)
    except ValueError as error:
        raise WireError("bad_certificate", "no certificate in base64 DER") from error
    signer_of(certificate)
    return certificate


def _readable(certificates: Iterable[bytes]) -> Iterable[DocumentSigner]:
    for certificate in certificates:
        try:
            yield signer_of(certificate)
        except WireError:
            continue


def _uses(certificate: x509.Certificate) -> Iterable[Statement]:
    try:
        extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    # An empty list of uses, which is not allowed, occurs: it limits as little as none.
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return
    for use in extended.value:
        arc, _, last = use.dotted_string.rpartition(".")
        if arc in _ARCS and last in _USES:
            yield _USES[last]
