"""The lists that the centre signs for the sites: which document signers count, and since when.

Signed as a whole, so that a copy on any path is as good as the original. How old is too old is for
callers to say: a verdict by an old list is better than none, when the screen says how old it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import cbor2

from protocol import cbor, cose
from protocol.errors import ProtocolMisuse, WireError
from protocol.messages import Signer

TRUST_LIST: Final = "application/tram-trust-list+cbor"
STILL: Final = "application/tram-list-still+cbor"
TRUST_PATH: Final = "/trust/v1"
REVOCATIONS_PATH: Final = "/revocations/v1"
MAX_TRUST_LIST_BYTES: Final = 16 << 20
"""The EU's list had about 4,000 signers of 1 to 2 kB."""

_CODE: Final = "bad_trust_list"
_STILL_CODE: Final = "bad_still"
_MAX_WHOLE: Final = (1 << 53) - 1


@dataclass(frozen=True, slots=True)
class TrustList:
    """One issue of the list of document signers.

    Attributes:
        serial: Rises with every issue; a reader keeps the highest it has seen.
        as_of: When the centre last heard from whoever keeps the original; aware.
        certificates: DER.
    """

    serial: int
    as_of: datetime
    certificates: tuple[bytes, ...]


def encode_trust_list(trust_list: TrustList, signer: Signer) -> bytes:
    """Return a signed trust list.

    Raises:
        ProtocolMisuse: Larger than a reader takes, or ``as_of`` has no time zone.
    """
    fields = {
        "v": 1,
        "serial": trust_list.serial,
        "as_of": as_of_text(trust_list.as_of),
        "certificates": list(trust_list.certificates),
    }
    payload = cbor2.dumps(fields)
    if len(payload) > MAX_TRUST_LIST_BYTES:
        raise ProtocolMisuse(f"a trust list is at most {MAX_TRUST_LIST_BYTES} bytes")
    return cose.sign(payload, signer.key, signer.kid, TRUST_LIST)


def decode_trust_list(message: cose.Sign1) -> TrustList:
    """Return the list in a message whose signature the caller has verified.

    Raises:
        WireError: ``bad_trust_list``.
    """
    if message.content_type != TRUST_LIST:
        raise WireError(_CODE, "signed as a message of another kind")
    if len(message.payload) > MAX_TRUST_LIST_BYTES:
        raise WireError(_CODE, f"larger than {MAX_TRUST_LIST_BYTES} bytes")
    fields = cbor.load_map(message.payload, _CODE)
    certificates = fields.get("certificates")
    if not isinstance(certificates, list) or not all(
        isinstance(certificate, bytes) for certificate in certificates
    ):
        raise WireError(_CODE, "the certificates must be a list of byte strings")
    return TrustList(read_serial(fields, _CODE), read_as_of(fields, _CODE), tuple(certificates))


@dataclass(frozen=True, slots=True)
class Still:
    """The centre's word that an issue is still the newest: a list is not sent anew to look young.

    Attributes:
        of: Content type of the list.
        as_of: When the centre last heard from whoever keeps the original; aware.
    """

    of: str
    serial: int
    as_of: datetime


def encode_still(still: Still, signer: Signer) -> bytes:
    """Return a signed word on a list.

    Raises:
        ProtocolMisuse: ``as_of`` has no time zone.
    """
    fields = {"v": 1, "of": still.of, "serial": still.serial, "as_of": as_of_text(still.as_of)}
    return cose.sign(cbor2.dumps(fields), signer.key, signer.kid, STILL)


def decode_still(message: cose.Sign1) -> Still:
    """Return the word in a message whose signature the caller has verified.

    Raises:
        WireError: ``bad_still``.
    """
    if message.content_type != STILL:
        raise WireError(_STILL_CODE, "signed as a message of another kind")
    fields = cbor.load_map(message.payload, _STILL_CODE)
    of = fields.get("of")
    if not isinstance(of, str):
        raise WireError(_STILL_CODE, "it names no list")
    return Still(of, read_serial(fields, _STILL_CODE), read_as_of(fields, _STILL_CODE))


def as_of_text(as_of: datetime) -> str:
    """Return a moment as a list writes it.

    Raises:
        ProtocolMisuse: It has no time zone.
    """
    if as_of.tzinfo is None:
        raise ProtocolMisuse("a list's moment needs a time zone")
    return as_of.isoformat()


def read_as_of(fields: Mapping[Any, Any], code: str) -> datetime:
    """Return the moment of a list.

    Raises:
        WireError: ``code``.
    """
    text = fields.get("as_of")
    try:
        as_of = datetime.fromisoformat(text if isinstance(text, str) else "")
    except ValueError as error:
        raise WireError(code, "its moment cannot be read") from error
    if as_of.tzinfo is None:
        raise WireError(code, "its moment has no time zone")
    return as_of


def read_serial(fields: Mapping[Any, Any], code: str) -> int:
    """Return the serial number of a list.

    Raises:
        WireError: ``code``.
    """
    serial = fields.get("serial")
    if not isinstance(serial, int) or isinstance(serial, bool) or not 1 <= serial <= _MAX_WHOLE:
        raise WireError(code, "the serial number must be a whole number from 1")
    return serial
