"""The centre's word to a device that its lists for certificates have new issues: it fetches them now.

It names issues and holds nothing of them, so whoever repeats or withholds it changes no verdict: lists
are believed by their own signature alone, and are asked for from time to time without it, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import cbor2

from protocol import cbor, cose
from protocol.certificates.lists import read_serial
from protocol.errors import WireError
from protocol.messages import Signer

LISTS_NOTICE: Final = "application/tram-lists-notice+cbor"

_CODE: Final = "bad_lists_notice"


@dataclass(frozen=True, slots=True)
class ListsNotice:
    """Serial numbers of the newest issues; 0 where the centre has no such list."""

    trust: int = 0
    revocations: int = 0


def encode_lists_notice(notice: ListsNotice, signer: Signer) -> bytes:
    """Return a signed notice; one is for all devices."""
    fields = {"v": 1, "trust": notice.trust, "revocations": notice.revocations}
    return cose.sign(cbor2.dumps(fields), signer.key, signer.kid, LISTS_NOTICE)


def decode_lists_notice(message: cose.Sign1) -> ListsNotice:
    """Return the notice in a message whose signature the caller has verified.

    Raises:
        WireError: ``bad_lists_notice``.
    """
    if message.content_type != LISTS_NOTICE:
        raise WireError(_CODE, "signed as a message of another kind")
    fields = cbor.load_map(message.payload, _CODE)
    return ListsNotice(_serial(fields, "trust"), _serial(fields, "revocations"))


def _serial(fields: Mapping[Any, Any], name: str) -> int:
    given = fields.get(name, 0)
    if given == 0 and not isinstance(given, bool):
        return 0
    return read_serial({"serial": given}, _CODE)
