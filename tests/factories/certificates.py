"""Signers and certificates for tests: invented people, keys made anew in each run."""

import zlib
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from protocol import cose
from protocol.certificates import base45
from protocol.certificates.model import Vaccination
from protocol.certificates.trust import kid_of
from protocol.certificates.writing import dcc_fields, issue, vietnamese_person
from protocol.documents.model import PartialDate

DATA = Path(__file__).parents[1] / "data" / "certificates"
ISSUED = datetime(2021, 12, 1, tzinfo=UTC)
EXPIRES = datetime(2022, 12, 1, tzinfo=UTC)
NOW = datetime(2022, 3, 1, 9, 30, tzinfo=UTC)

TEST_USE, VACCINATION_USE, RECOVERY_USE = (
    ObjectIdentifier(f"1.3.6.1.4.1.1847.2021.1.{last}") for last in (1, 2, 3)
)
OTHER_USE = ObjectIdentifier("1.3.6.1.5.5.7.3.2")

VACCINATION = Vaccination(
    dose=2,
    doses=2,
    day=PartialDate(2021, 11, 15),
    disease="840539006",
    vaccine="1119349007",
    product="EU/1/20/1528",
    maker="ORG-100030215",
    country="VN",
    issuer="Ban Cơ yếu",
    identifier="URN:UVCI:01:VN:0123456789ABCDEF0123456789ABCDEF",
)
PERSON = vietnamese_person("Nguyễn Thị Mẫu", PartialDate(1985, 8, 17))


@cache
def ec_key(number: int = 1) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(0x7472616D_1000 + number, ec.SECP256R1())


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def signer_certificate(
    key: cose.PrivateKey, *uses: ObjectIdentifier, name: str = "Người ký thử"
) -> bytes:
    """Return a document signer's certificate in DER."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(ISSUED - timedelta(days=1))
        .not_valid_after(ISSUED + timedelta(days=700))
    )
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def dcc(**changes: Any) -> dict[str, Any]:
    """Return the fields of a vaccination certificate, with some changed, or left out by ``...``."""
    return without_dots({**dcc_fields(PERSON, VACCINATION), **changes})


def dcc_of_dose(**changes: Any) -> dict[str, Any]:
    """Return the fields of a certificate whose one dose has some fields changed."""
    [dose] = dcc_fields(PERSON, VACCINATION)["v"]
    return dcc(v=[without_dots({**dose, **changes})])


def without_dots(fields: dict[Any, Any]) -> dict[Any, Any]:
    return {name: value for name, value in fields.items() if value is not ...}


def hc1(key: cose.PrivateKey, fields: dict[str, Any] | None = None, **changes: Any) -> str:
    """Return a code as an issuer makes it."""
    made = {
        "kid": kid_of(signer_certificate(key)),
        "issuer": "VN",
        "issued_at": ISSUED,
        "expires_at": EXPIRES,
    }
    return issue(dcc() if fields is None else fields, key, **{**made, **changes})


def claims(fields: object = None, **changes: Any) -> bytes:
    """Return the payload of a certificate; ``iss``, ``exp``, ``nbf``, ``iat``, or ``...`` for none."""
    made = {
        1: changes.get("iss", "VN"),
        4: changes.get("exp", int(EXPIRES.timestamp())),
        5: changes.get("nbf", ...),
        6: changes.get("iat", int(ISSUED.timestamp())),
        -260: {1: dcc() if fields is None else fields},
    }
    return cbor2.dumps(without_dots(made))


def signed(payload: bytes, key: cose.PrivateKey | None = None) -> str:
    """Return a code over any payload, signed by ``key``."""
    key = key or ec_key()
    return packed(cose.sign(payload, key, kid_of(signer_certificate(key)), None))


def packed(message: bytes) -> str:
    return "HC1:" + base45.encode(zlib.compress(message, 9))
