"""Who may sign, and who did: pyHanko is asked when there is a signature to look at."""

import re
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509

from central.ports import KeysError
from central.ports.sign_off import Verified


class CmsChecker:
    """``ports.sign_off.SignatureChecker``; with authorities, only who they vouch for may sign."""

    def __init__(self, authorities: Path | None = None) -> None:
        """Take the authorities.

        Args:
            authorities: A PEM file of their certificates; None: a good signature of anybody is
                taken, and shown as of nobody whom we know.

        Raises:
            KeysError: The file holds no certificate.
        """
        self._roots = None if authorities is None else _certificates(authorities)

    def verify(self, content: bytes, signature: bytes, at: datetime) -> Verified:
        # pyHanko takes a fifth of a start's time, for one signature of a site and day.
        from central.adapters import signature_cms  # noqa: PLC0415

        return signature_cms.checked(content, signature, at, self._roots)


def _certificates(file: Path) -> list[x509.Certificate]:
    try:
        data = file.read_bytes()
        found = [
            x509.Certificate.load(der)
            for kind, _, der in pem.unarmor(data, multiple=True)
            if re.fullmatch("(TRUSTED |X509 )?CERTIFICATE", kind)
        ]
    except (OSError, ValueError) as error:
        raise KeysError(f"cannot read the authorities in {file.name}") from error
    if not found:
        raise KeysError(f"there is no certificate in {file.name}")
    return found
