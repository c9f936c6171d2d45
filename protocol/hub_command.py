"""The signed command that makes one device the hub of its site.

Signed by the registry's key, so that no device of a site can make itself its hub. The serial number
rises with every command: whoever meets two follows the higher one, whatever the clocks say.
"""

from dataclasses import dataclass

import cbor2
from cryptography import x509

from protocol import cbor, cose
from protocol.errors import WireError
from protocol.identity import DeviceId, SiteId, device_id, site_id
from protocol.messages import Signer
from protocol.registry import public_key

HUB_COMMAND = "application/tram-hub-command+cbor"
MAX_COMMAND_BYTES = 2_048
_VERSION = 1
_MOST = (1 << 53) - 1


@dataclass(frozen=True, slots=True)
class HubCommand:
    """``device`` is the hub of ``site`` from now on.

    Attributes:
        serial: From 1; the hub that provisioning named first has none, and counts as 0.
        issued_at: RFC 3339 in UTC, for the eye only.
    """

    site: SiteId
    device: DeviceId
    serial: int
    issued_at: str


def encode_hub_command(command: HubCommand, signer: Signer) -> bytes:
    """Return the signed command."""
    fields = {
        "v": _VERSION,
        "site": command.site,
        "device": command.device,
        "serial": command.serial,
        "issued_at": command.issued_at,
    }
    return cose.sign(cbor2.dumps(fields), signer.key, signer.kid, HUB_COMMAND)


def open_hub_command(message: bytes, certificate: x509.Certificate, site: str) -> HubCommand:
    """Return the command in ``message``, which must be for ``site``.

    Raises:
        WireError: ``bad_cose``, ``bad_signature`` or ``bad_hub_command``.
    """
    if len(message) > MAX_COMMAND_BYTES:
        raise WireError("bad_hub_command", f"larger than {MAX_COMMAND_BYTES} bytes")
    signed = cose.parse(message)
    cose.verify(signed, public_key(certificate))
    if signed.content_type != HUB_COMMAND:
        raise WireError("bad_hub_command", "signed as a message of another kind")
    fields = cbor.load_map(signed.payload, "bad_hub_command")
    told = [fields.get(name) for name in ("site", "device", "issued_at")]
    if not all(isinstance(text, str) for text in told):
        raise WireError("bad_hub_command", "site, device and time of issue must be texts")
    serial = fields.get("serial")
    if not isinstance(serial, int) or isinstance(serial, bool) or not 1 <= serial <= _MOST:
        raise WireError("bad_hub_command", "the serial number must be a whole number from 1")
    command = HubCommand(site_id(str(told[0])), device_id(str(told[1])), serial, str(told[2]))
    if command.site != site:
        raise WireError("bad_hub_command", f"it is for site {command.site}, not for {site}")
    return command
