"""What a slip's QR says: who stands where in the session, signed by the kiosk that printed it.

Any desk that knows the kiosk's certificate can go on from it when everything else is dead. It holds
no identity, and it is a claim about a place in the queue, not a proof of who carries it: staff look
at card and face.

The text is ``TRAM1:`` and the base32 of a COSE_Sign1: capitals and digits only, so that it is small
as a QR and any scan engine types it right whatever the keyboard's language.
"""

import base64
from dataclasses import dataclass
from typing import Any, Final

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from protocol import cbor, cose
from protocol.errors import ProtocolMisuse, WireError
from protocol.identity import DeviceId, device_id
from protocol.messages import Signer

PREFIX: Final = "TRAM1:"
REENTRY: Final = "tram-reentry"
"""Content type; short, for it is printed on every slip."""

MOST_CHARACTERS: Final = 419
"""What a QR of version 12 holds at level M in capitals and digits."""

MOST_STAGE_BYTES: Final = 80
_KID_BYTES = 8
_MOST_TICKET = 12
_MOST_SECONDS = (1 << 40) - 1
_DEVICE, _TICKET, _VISIT, _STAGE, _AT, _CLOCK_OK = 1, 2, 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Reentry:
    """Where a person stands in the session.

    Attributes:
        ticket: Number on the slip.
        visit: UUID of the visit.
        stage: Where the slip sends the person, in words; cut to ``MOST_STAGE_BYTES`` of UTF-8.
        at: Seconds since 1970 by the kiosk's clock.
        clock_ok: Whether the kiosk believed that clock; where it did not, ``at`` tells no day.
    """

    device: DeviceId
    ticket: str
    visit: str
    stage: str
    at: int
    clock_ok: bool = True


@dataclass(frozen=True, slots=True)
class SignedReentry:
    """A state that was read and whose signature has *not* been checked yet.

    Attributes:
        kid: Beginning of the thumbprint of the certificate that is said to have signed.
    """

    state: Reentry
    kid: bytes
    message: cose.Sign1

    def verify(self, certificate: x509.Certificate) -> None:
        """Return when the device that the state names signed it with ``certificate``'s key.

        Raises:
            WireError: ``bad_reentry`` for another device's certificate, ``bad_signature``.
        """
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        if [name.value for name in names] != [self.state.device]:
            raise WireError("bad_reentry", "the certificate is another device's")
        if self.kid != cose.thumbprint(certificate)[:_KID_BYTES]:
            raise WireError("bad_reentry", "signed with another certificate of this device")
        key = certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise WireError("bad_signature", "the certificate holds no key that can sign a slip")
        cose.verify(self.message, key)


def encode(state: Reentry, signer: Signer) -> str:
    """Return the text for the QR of a slip.

    Raises:
        ProtocolMisuse: The state holds what no reader takes.
    """
    try:
        visit = bytes.fromhex(state.visit.replace("-", ""))
    except ValueError as error:
        raise ProtocolMisuse("a visit is a UUID") from error
    stage = state.stage.encode()[:MOST_STAGE_BYTES].decode(errors="ignore")
    fields: dict[int, Any] = {
        _DEVICE: state.device,
        _TICKET: state.ticket,
        _VISIT: visit,
        _STAGE: stage,
        _AT: state.at,
    }
    _check(fields, ProtocolMisuse)
    if not state.clock_ok:
        # Usually it is, and every byte makes the code on the paper finer.
        fields[_CLOCK_OK] = False
    signed = cose.sign(cbor2.dumps(fields), signer.key, signer.kid[:_KID_BYTES], REENTRY)
    return PREFIX + base64.b32encode(signed).decode().rstrip("=")


def decode(text: str) -> SignedReentry:
    """Return what a slip's QR says; verify it before anything is believed.

    Raises:
        WireError: ``bad_reentry``, ``bad_cose`` or ``bad_device_id``.
    """
    if not text.startswith(PREFIX) or len(text) > MOST_CHARACTERS:
        raise WireError("bad_reentry", "not the QR of a slip")
    body = text.removeprefix(PREFIX)
    try:
        data = base64.b32decode(body + "=" * (-len(body) % 8))
    except ValueError as error:
        raise WireError("bad_reentry", "not base32") from error
    message = cose.parse(data)
    if message.content_type != REENTRY or message.kid is None:
        raise WireError("bad_reentry", "signed as a message of another kind")
    fields = cbor.load_map(message.payload, "bad_reentry")
    known: dict[int, Any] = {
        name: fields.get(name) for name in (_DEVICE, _TICKET, _VISIT, _STAGE, _AT)
    }
    _check(known, lambda detail: WireError("bad_reentry", detail))
    device, ticket, visit, stage, at = known.values()
    clock_ok = fields.get(_CLOCK_OK, True)
    if not isinstance(clock_ok, bool):
        raise WireError("bad_reentry", "whether the clock was right must be yes or no")
    state = Reentry(device_id(device), ticket, _uuid(visit), stage, at, clock_ok)
    return SignedReentry(state, message.kid, message)


def _check(fields: dict[int, Any], error: Any) -> None:  # noqa: ANN401 - makes an exception
    if not isinstance(fields[_DEVICE], str):
        raise error("the device must be a text")
    ticket, visit, stage, at = (fields[name] for name in (_TICKET, _VISIT, _STAGE, _AT))
    if not isinstance(ticket, str) or not 1 <= len(ticket) <= _MOST_TICKET or not ticket.isalnum():
        raise error(f"the ticket must be 1 to {_MOST_TICKET} letters and digits")
    if not isinstance(visit, bytes) or len(visit) != 16:
        raise error("the visit must be 16 bytes")
    if not isinstance(stage, str) or len(stage.encode()) > MOST_STAGE_BYTES:
        raise error(f"the stage must be a text of at most {MOST_STAGE_BYTES} bytes")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at <= _MOST_SECONDS:
        raise error("the time must be seconds since 1970")


def _uuid(raw: bytes) -> str:
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
