"""The wrapping of a certificate: ``HC1:`` and base45 around zlib around a COSE message.

Bounded at each step: what a QR code can hold goes in, and no more than a certificate needs comes out.
"""

import zlib
from typing import Final

from protocol.certificates import base45
from protocol.errors import WireError

PREFIX: Final = b"HC1:"
MAX_LETTERS: Final = 8_000
"""Twice what one QR code holds; the text may come from elsewhere than from a camera."""
MAX_UNPACKED_BYTES: Final = 32 * 1024
"""A certificate has about 600 bytes; one of a whole family's life fits."""

_AROUND: Final = b" \t\r\n\x00"
_MARK: Final = b"\xef\xbb\xbf"


def unwrap(text: bytes) -> bytes:
    """Return the COSE message in the text of a code.

    Raises:
        WireError: ``not_hc1``, ``bad_base45`` or ``bad_zlib``.
    """
    letters = text.removeprefix(_MARK).strip(_AROUND)
    if not letters.startswith(PREFIX):
        raise WireError("not_hc1", "the text does not begin with HC1:")
    if len(letters) > MAX_LETTERS:
        raise WireError("not_hc1", f"longer than {MAX_LETTERS} letters")
    unpacking = zlib.decompressobj()
    try:
        message = unpacking.decompress(base45.decode(letters[len(PREFIX) :]), MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise WireError("bad_zlib", "cannot be unpacked") from error
    if not unpacking.eof:
        raise WireError("bad_zlib", "cut off, or larger than any certificate")
    return message


def wrap(message: bytes) -> str:
    """Return the text of the code that holds a COSE message."""
    return PREFIX.decode() + base45.encode(zlib.compress(message, 9))
