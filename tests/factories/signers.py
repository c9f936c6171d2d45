"""People who sign, invented: keys and certificates in files, as an authority would give them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

PASSPHRASE = "mật khẩu bịa"
_FROM = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Official:
    """A head of site with a key, a certificate, and the authority that gave it."""

    folder: Path
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    authority: x509.Certificate

    @property
    def p12(self) -> Path:
        """The PKCS#12 file."""
        return self._written(
            "official.p12",
            pkcs12.serialize_key_and_certificates(
                b"official", self.key, self.certificate, [self.authority],
                serialization.BestAvailableEncryption(PASSPHRASE.encode()),
            ),
        )  # fmt: skip

    @property
    def authorities(self) -> Path:
        """The authority's certificate as PEM."""
        return self._written(
            "authority.pem", self.authority.public_bytes(serialization.Encoding.PEM)
        )

    @property
    def key_der(self) -> Path:
        """The key as PKCS#8, as a token's tools take it."""
        pem = serialization.Encoding.PEM
        form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return self._written("key.pem", self.key.private_bytes(pem, form, plain))

    def _written(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path


def official(folder: Path, name: str = "Đổng Thị Giả", *, days: int = 365) -> Official:
    """Return an official whose certificate is valid ``days`` days from the start of 2026."""
    folder.mkdir(parents=True, exist_ok=True)
    root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    root_name = _named("Cơ quan chứng thực bịa")
    root = (
        _certificate(root_name, root_name, root_key, 3650)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    certificate = (
        _certificate(_named(name), root_name, key, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    return Official(folder, key, certificate, root)


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_FROM + timedelta(days=days))
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=not signs_certificates,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=signs_certificates, crl_sign=signs_certificates, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
