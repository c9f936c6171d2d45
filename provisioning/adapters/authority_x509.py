"""Keys on curve P-256, sealing keys on X25519, and certificates by the ``cryptography`` library.

Source: RFC 5280, 4.2.1: every end entity names its issuer's key, its own key, and what it may do.
"""

import ipaddress
import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from provisioning.domain.certificates import BACKDATED_HOURS, Profile
from provisioning.ports import AuthorityError


class X509Authority:
    """Makes keys and certificates; holds no state."""

    def new_key(self) -> bytes:
        return _private_pem(ec.generate_private_key(ec.SECP256R1()))

    def new_sealing_key(self) -> bytes:
        return _private_pem(X25519PrivateKey.generate())

    def random(self, count: int) -> bytes:
        return os.urandom(count)

    def public_part(self, key: bytes) -> bytes:
        return _load(key).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def self_signed(self, key: bytes, subject: str, profile: Profile, at: datetime) -> bytes:
        private, name = _signing_key(key), _name(subject)
        public = private.public_key()
        builder = _builder(name, name, public, profile, at)
        builder = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        builder = builder.add_extension(_key_usage(signs_certificates=True), critical=True)
        return builder.sign(private, hashes.SHA256()).public_bytes(Encoding.PEM)

    def request(self, key: bytes, subject: str) -> bytes:
        builder = x509.CertificateSigningRequestBuilder().subject_name(_name(subject))
        return builder.sign(_signing_key(key), hashes.SHA256()).public_bytes(Encoding.PEM)

    def issue(
        self,
        request: bytes,
        profile: Profile,
        hosts: Sequence[str],
        issuer: tuple[bytes, bytes],
        at: datetime,
    ) -> bytes:
        asked = _load_request(request)
        root, root_key = _issuer(*issuer)
        public = asked.public_key()
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise AuthorityError("the request's key must be on an elliptic curve")
        builder = _builder(asked.subject, root.subject, public, profile, at)
        builder = builder.add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        )
        builder = builder.add_extension(_key_usage(signs_certificates=False), critical=True)
        builder = builder.add_extension(_issuer_key_id(root), critical=False)
        if profile.use is not None:
            use = x509.ExtendedKeyUsage([x509.ObjectIdentifier(profile.use.value)])
            builder = builder.add_extension(use, critical=False)
        if hosts:
            names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    profile: Profile,
    at: datetime,
) -> x509.CertificateBuilder:
    start = at - timedelta(hours=BACKDATED_HOURS)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(at + timedelta(days=profile.days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _issuer_key_id(root: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    own = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(subject: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])


def _issuer(certificate: bytes, key: bytes) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    try:
        root = x509.load_pem_x509_certificate(certificate)
    except ValueError as error:
        raise AuthorityError("the root certificate is not in PEM form") from error
    private = _signing_key(key)
    if private.public_key() != root.public_key():
        raise AuthorityError("the root's key does not belong to the root's certificate")
    return root, private


def _load_request(request: bytes) -> x509.CertificateSigningRequest:
    try:
        asked = x509.load_pem_x509_csr(request)
    except ValueError as error:
        raise AuthorityError("not a certificate signing request in PEM form") from error
    if not asked.is_signature_valid:
        raise AuthorityError("the request was not signed by the key that it names")
    return asked


def _load(key: bytes) -> ec.EllipticCurvePrivateKey | X25519PrivateKey:
    try:
        private: PrivateKeyTypes = load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise AuthorityError("not an unencrypted private key in PEM form") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey | X25519PrivateKey):
        raise AuthorityError("a key must be on curve P-256 or X25519")
    return private


def _signing_key(key: bytes) -> ec.EllipticCurvePrivateKey:
    private = _load(key)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise AuthorityError("a key for sealing cannot sign")
    return private


def _private_pem(key: ec.EllipticCurvePrivateKey | X25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
