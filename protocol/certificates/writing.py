"""A certificate written: what whoever signs certificates does, here the sandbox Platform and the tests.

No kiosk and no centre ever signs one: the ministry does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import cbor2

from protocol import cose
from protocol.certificates.content import CERTIFICATE, DCC, EXPIRES_AT, ISSUED_AT, ISSUER
from protocol.certificates.model import Person, Statement, Vaccination
from protocol.certificates.wrapping import wrap
from protocol.documents.model import PartialDate
from protocol.documents.names import folded_key

SCHEMA_VERSION: Final = "1.3.0"


def issue(
    dcc: Mapping[str, Any],
    key: cose.PrivateKey,
    kid: bytes,
    *,
    issuer: str,
    issued_at: datetime,
    expires_at: datetime,
) -> str:
    """Return the text of the code of a signed certificate.

    Args:
        dcc: The fields of the schema, as ``dcc_fields`` makes them.
        key: P-256 signs ES256, RSA signs PS256.
        kid: ``trust.kid_of`` the certificate of ``key``.
        issuer: Country, two letters.
    """
    claims = {
        ISSUER: issuer,
        EXPIRES_AT: int(expires_at.timestamp()),
        ISSUED_AT: int(issued_at.timestamp()),
        CERTIFICATE: {DCC: dict(dcc)},
    }
    return wrap(cose.sign(cbor2.dumps(claims), key, kid, None))


def dcc_fields(person: Person, vaccination: Vaccination) -> dict[str, Any]:
    """Return a certificate of one dose as the fields of the schema."""
    return {
        "ver": SCHEMA_VERSION,
        "nam": {
            "fn": person.surname,
            "gn": person.forename,
            "fnt": person.standard_surname,
            "gnt": person.standard_forename,
        },
        "dob": "" if person.birth is None else str(person.birth),
        Statement.VACCINATION.value: [
            {
                "tg": vaccination.disease,
                "vp": vaccination.vaccine,
                "mp": vaccination.product,
                "ma": vaccination.maker,
                "dn": vaccination.dose,
                "sd": vaccination.doses,
                "dt": str(vaccination.day),
                "co": vaccination.country,
                "is": vaccination.issuer,
                "ci": vaccination.identifier,
            }
        ],
    }


def vietnamese_person(name: str, birth: PartialDate | None) -> Person:
    """Return a person as Vietnam's certificates write one: the first word is the surname."""
    surname, _, forename = name.partition(" ")
    return Person(surname, forename, standard_name(surname), standard_name(forename), birth)


def standard_name(name: str) -> str:
    """Return a Vietnamese name in the letters of a machine-readable zone, ``<`` between words.

    Source: ICAO Doc 9303, part 3, 6A: the letter without its marks; Đ is D.
    """
    words = "".join(
        letter if letter.isascii() and letter.isalpha() else " "
        for letter in folded_key(name).upper()
    )
    return "<".join(words.split())
