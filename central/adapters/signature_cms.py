"""Detached CMS signatures by pyHanko: made with a PKCS#12 file or a PKCS#11 token, and looked at.

Source: RFC 5652 (CMS); RFC 7292 (PKCS #12); PKCS #11 v2.40.
"""

import asyncio
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Final

from asn1crypto import cms, pem, x509
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign import signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from central.ports.sign_off import SignatureRefused, SignerUnavailable, Verified

LARGEST: Final = 1 << 20
_DIGEST: Final = "sha256"


class Pkcs12Signer:
    """``ports.sign_off.ContentSigner`` with the key of a ``.p12`` or ``.pfx`` file."""

    def __init__(self, file: Path, passphrase: str) -> None:
        self._file = file
        self._passphrase = passphrase

    def sign(self, content: bytes) -> bytes:
        try:
            data = self._file.read_bytes()
            signer = signers.SimpleSigner.load_pkcs12_data(
                data, other_certs=(), passphrase=self._passphrase.encode()
            )
        except OSError as error:
            raise SignerUnavailable(f"cannot read {self._file.name}: {error.strerror}") from error
        except (ValueError, TypeError, SigningError) as error:
            raise SignerUnavailable(
                f"{self._file.name} is no PKCS#12 file, or its password is another"
            ) from error
        return _signed(signer, content)


class Pkcs11Signer:
    """``ports.sign_off.ContentSigner`` with a token: a USB token, a card, or SoftHSM."""

    def __init__(self, module: Path, token: str, label: str, pin: str) -> None:
        """Name a key.

        Args:
            module: The token's driver, a shared library.
            label: Of the certificate and its key on the token.
        """
        self._module = module
        self._token = token
        self._label = label
        self._pin = pin

    def sign(self, content: bytes) -> bytes:
        try:
            session = open_pkcs11_session(
                str(self._module), token_criteria=TokenCriteria(label=self._token),
                user_pin=self._pin,
            )  # fmt: skip
            with session:
                signer = PKCS11Signer(session, cert_label=self._label, key_label=self._label)
                return _signed(signer, content)
        except PKCS11Error as error:
            kind = type(error).__name__
            raise SignerUnavailable(f"the token {self._token} does not sign: {kind}") from error
        except (OSError, RuntimeError) as error:
            raise SignerUnavailable(f"{self._module.name} is no PKCS#11 driver here") from error


def checked(
    content: bytes, signature: bytes, at: datetime, roots: list[x509.Certificate] | None
) -> Verified:
    """Return who signed ``content``.

    Args:
        roots: The authorities that must vouch for the signer; None: anybody may sign.

    Raises:
        SignatureRefused: It is no good signature of this content.
    """
    if len(signature) > LARGEST:
        raise SignatureRefused(f"a signature is not larger than {LARGEST >> 20} MiB")
    signed = _signed_data(signature)
    try:
        status = asyncio.run(_validated(content, signed, at, roots))
    except (SignatureValidationError, PathError, ValueError, TypeError, KeyError) as error:
        raise SignatureRefused("the signature cannot be read") from error
    if not (status.intact and status.valid):
        raise SignatureRefused("the signature is of another content: export and sign again")
    if roots is not None and not status.trusted:
        raise SignatureRefused("the signer's certificate is of no authority that is set here")
    certificate = status.signing_cert
    return Verified(
        signer=certificate.subject.human_friendly[:300],
        fingerprint=hashlib.sha256(certificate.dump()).hexdigest(),
        trusted=roots is not None,
    )


async def _validated(  # type: ignore[no-untyped-def]  # noqa: ANN202 - pyHanko's
    content: bytes, signed: cms.SignedData, at: datetime, roots: list[x509.Certificate] | None
):
    context = ValidationContext(
        trust_roots=roots or [], allow_fetching=False, moment=at, best_signature_time=at
    )
    # Officials' certificates say "digital signature", "non repudiation", or both.
    usage = KeyUsageConstraints(
        key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
    )
    return await async_validate_detached_cms(
        content, signed, signer_validation_context=context, key_usage_settings=usage
    )


def _signed(signer: signers.Signer, content: bytes) -> bytes:
    try:
        made = asyncio.run(signer.async_sign_general_data(content, _DIGEST, detached=True))
    except (SigningError, ValueError) as error:
        raise SignerUnavailable("the key does not sign") from error
    return bytes(made.dump())


def _signed_data(signature: bytes) -> cms.SignedData:
    try:
        if pem.detect(signature):
            _, _, signature = pem.unarmor(signature)
        info = cms.ContentInfo.load(signature, strict=True)
        if info["content_type"].native != "signed_data":
            raise SignatureRefused("the file is CMS, and no signature")
        signed = info["content"]
        if signed["encap_content_info"]["content"].native is not None:
            raise SignatureRefused("the signature is not detached; sign with 'detached' set")
    except (ValueError, TypeError, KeyError) as error:
        raise SignatureRefused("the file is no CMS signature") from error
    return signed
