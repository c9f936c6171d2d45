"""The sandbox's own signers of certificates: one of each algorithm, made once, kept in its folder."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from protocol import cose
from protocol.certificates.trust import kid_of

Algorithm = Literal["PS256", "ES256"]
ISSUER: Final = "Nền tảng thử (không có giá trị)"
_BEGINS, _ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TestSigner:
    """A key that signs certificates of the sandbox; no list of the world trusts it."""

    key: cose.PrivateKey
    certificate: bytes

    @property
    def kid(self) -> bytes:
        """Return the key id by which the signer is found."""
        return kid_of(self.certificate)


def load_signers(folder: Path) -> dict[Algorithm, TestSigner]:
    """Return both signers; those that are not there yet are made."""
    return {
        "PS256": _signer(folder / "signer-ps256", "PS256"),
        "ES256": _signer(folder / "signer-es256", "ES256"),
    }


def _signer(path: Path, algorithm: Algorithm) -> TestSigner:
    key_file, certificate_file = path.with_suffix(".key"), path.with_suffix(".der")
    if not certificate_file.exists():
        made = _new_key(algorithm)
        pem = made.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        key_file.touch(mode=0o600)
        key_file.write_bytes(pem)
        certificate_file.write_bytes(_certificate(made))
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(key, cose.PrivateKey):
        raise TypeError(f"{key_file.name} is no key of a signer")
    return TestSigner(key, certificate_file.read_bytes())


def _new_key(algorithm: Algorithm) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    if algorithm == "PS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.COMMON_NAME, ISSUER),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGINS)
        .not_valid_after(_ENDS)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
